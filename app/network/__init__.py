"""The cités éducatives and the network's meetings."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.network import cites, directory, proposal_views, proposals
    from app.network.meetings import attendance_views, services, views, week
    from app.network.proposals import WORD_LENGTH
    from app.platform import hooks

    hooks.lengths.of(app).update({"decision_word": WORD_LENGTH})
    hooks.open_addresses.of(app)["meetings.past_meeting"] = views.is_past_meeting
    hooks.sitemap.of(app).append(views.past_meeting_addresses)
    for part in (cites, directory, proposal_views, views, attendance_views):
        app.register_blueprint(part.blueprint)
    cites.init_app(app)
    app.cli.add_command(week.meetings)
    hooks.week_lines.of(app)[week.KIND] = week.meeting_lines
    for follow_merge in (directory.follow_merge, proposals.follow_merge, services.follow_merge):
        merged.connect(follow_merge)
