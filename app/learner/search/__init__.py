"""« Trouver »: what somebody may read, found by words, on one page and from a shell."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.learner.search import cli, views

    app.register_blueprint(views.blueprint)
    app.cli.add_command(cli.search)
