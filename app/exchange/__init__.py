"""Imports and exports the formats of other systems."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Each folder adds its own pages and commands."""
    from app.exchange import api, banks, cli, git, intake, packages, statements
    from app.exchange.folder import cli as folder

    api.init_app(app)
    statements.init_app(app)
    app.cli.add_command(cli.exchange)
    banks.init_app(app)
    intake.init_app(app)
    packages.init_app(app)
    git.init_app(app)
    app.cli.add_command(folder.content)
