"""The cités éducatives and the network's meetings."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.identity.sign_in.guards import OPEN_ADDRESSES
    from app.network import views
    from app.network.cites import views as cites
    from app.network.directory import demo as directory_demo
    from app.network.directory import services as directory
    from app.network.directory import views as directory_views
    from app.network.meetings import cli, services
    from app.network.meetings import demo as meetings_demo
    from app.network.meetings import views as meeting_views
    from app.network.meetings.attendance import views as attendance_views

    app.extensions.setdefault(OPEN_ADDRESSES, {})["meetings.told"] = meeting_views.is_told
    for part in (views, directory_views, meeting_views, attendance_views):
        app.register_blueprint(part.blueprint)
    cites.init_app(app)
    app.cli.add_command(cli.meetings)
    for demo in (directory_demo, meetings_demo):
        demo.init_app(app)
    for follow_merge in (directory.follow_merge, services.follow_merge):
        merged.connect(follow_merge)
