"""« Le pilotage »: where the people of a scope stand."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.platform import hooks
    from app.reporting import acting, evidence, fact_standings, quality_views, report_files, surveys, views
    from app.reporting.grid import queries as grid
    from app.reporting.reminders import services
    from app.reporting.reminders import views as reminders
    from app.reporting.reminders.cli import reminders as reminders_command
    from app.reporting.selection import NAME_LENGTH
    from app.reporting.week import calls, monday
    from app.reporting.week import views as week
    from app.reporting.week.queries import waiting_today

    hooks.lengths.of(app).update({"view": grid.VIEW_NAME_LENGTH, "name_sought": NAME_LENGTH})
    for part in (week, views, calls, grid, acting, evidence, reminders, surveys, fact_standings):
        app.register_blueprint(part.blueprint)
    for set_up in (report_files.init_app, quality_views.init_app):
        set_up(app)
    hooks.waiting_work.of(app)["week.index"] = waiting_today
    app.cli.add_command(reminders_command)
    hooks.other_days.of(app).append(monday.on_another_day)
    for follow_merge in (calls.follow_merge, monday.follow_merge, services.follow_merge, grid.follow_merge):
        merged.connect(follow_merge)
