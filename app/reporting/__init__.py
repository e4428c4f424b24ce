"""« Le pilotage »: where the people of a scope stand."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.reporting.evidence import views as evidence_views
    from app.reporting.pdf import views as pdf_views
    from app.reporting.reminders import cli as reminders_cli
    from app.reporting.reminders import demo
    from app.reporting.reminders import services as reminders
    from app.reporting.reminders import views as reminders_views
    from app.reporting.views import blueprint

    app.register_blueprint(blueprint)
    app.register_blueprint(pdf_views.blueprint)
    app.register_blueprint(evidence_views.blueprint)
    app.register_blueprint(reminders_views.blueprint)
    app.cli.add_command(reminders_cli.reminders)
    demo.init_app(app)
    merged.connect(reminders.follow_merge)
