"""The ledger, enrolments and cohorts, progress and completion, attestations, and every page that a learner reads."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.learning import cli, demonstration, listening, report_models, views  # noqa: F401 — the tables are made known

    for blueprint in views.BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.cli.add_command(cli.learning)
    listening.init_app(app)
    demonstration.init_app(app)
