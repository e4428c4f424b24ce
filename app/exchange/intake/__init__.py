"""One import for all: whatever an author owns → units in the order of the source, each as learners will see it, its key said, its doubts asked."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.exchange.intake import cli, views

    app.register_blueprint(views.blueprint)
    app.cli.add_command(cli.authoring)
