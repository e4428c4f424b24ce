"""What is done without anybody asking: the timers, the process beside the site that runs them, and their page."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.operations.jobs import runner as cli
    from app.operations.jobs import views

    app.cli.add_command(cli.jobs)
    app.register_blueprint(views.blueprint)
