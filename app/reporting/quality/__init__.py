"""The evidence of quality: a tile an indicator, what everybody may read of the results, what an auditor takes away."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.reporting.quality import cli, views

    app.register_blueprint(views.blueprint)
    app.cli.add_command(cli.quality)
