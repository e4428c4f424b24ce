"""« Le pilotage »: where the people of a scope stand, in a grid, on a page each and in files, and what is decided for them."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.reporting import printed_views, remind_cli, remind_demonstration, remind_services, remind_views
    from app.reporting.views import blueprint

    app.register_blueprint(blueprint)
    app.register_blueprint(printed_views.blueprint)
    app.register_blueprint(remind_views.blueprint)
    app.cli.add_command(remind_cli.reminders)
    remind_demonstration.init_app(app)
    merged.connect(remind_services.follow_merge)
