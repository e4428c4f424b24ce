"""« Le pilotage »: where the people of a scope stand."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.platform import hooks
    from app.reporting import quality, report_files
    from app.reporting import views as overview_views
    from app.reporting.acting import views as acting_views
    from app.reporting.calls import services as calls
    from app.reporting.calls import views as calls_views
    from app.reporting.evidence import views as evidence_views
    from app.reporting.grid import services as saved
    from app.reporting.grid import views as saved_views
    from app.reporting.grid.models import VIEW_NAME_LENGTH
    from app.reporting.person.queries import waiting_today
    from app.reporting.reminders import cli as reminders_cli
    from app.reporting.reminders import digest
    from app.reporting.reminders import services as reminders
    from app.reporting.reminders import views as reminders_views
    from app.reporting.scope.filters import NAME_LENGTH
    from app.reporting.surveys import views as surveys_views

    hooks.lengths.of(app).update({"view": VIEW_NAME_LENGTH, "name_sought": NAME_LENGTH})
    for views in (overview_views, calls_views, saved_views, acting_views, evidence_views, reminders_views, surveys_views):
        app.register_blueprint(views.blueprint)
    for set_up in (report_files.init_app, quality.init_app):
        set_up(app)
    hooks.waiting_work.of(app)["reporting.overview"] = waiting_today
    app.cli.add_command(reminders_cli.reminders)
    hooks.other_days.of(app).append(digest.on_another_day)
    for follow_merge in (calls.follow_merge, reminders.follow_merge, saved.follow_merge):
        merged.connect(follow_merge)
