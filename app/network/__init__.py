"""The cités éducatives and the network's meetings."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.identity.sign_in.guards import OPEN_ADDRESSES
    from app.network import views
    from app.network.meetings import cli, demo, models, services  # noqa: F401 — the models are known to the database from here on
    from app.network.meetings import views as meeting_views
    from app.network.meetings.attendance import views as attendance_views

    app.extensions.setdefault(OPEN_ADDRESSES, {})["meetings.told"] = meeting_views.is_told
    for blueprint in (views.blueprint, meeting_views.blueprint, attendance_views.blueprint):
        app.register_blueprint(blueprint)
    app.cli.add_command(cli.meetings)
    demo.init_app(app)
    merged.connect(services.follow_merge)
