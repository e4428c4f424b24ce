"""The pages of those who run the site."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.administration import about, acts, cohorts, features, help, site, territories, view_as  # noqa: F401 — tables
    from app.administration.accounts import invitations, losses, merging
    from app.administration.accounts import views as accounts
    from app.administration.accounts.queries import find_people
    from app.administration.imports import views as imports
    from app.administration.imports.spreadsheet import LONGEST_CELL
    from app.administration.privacy import journal, retention
    from app.administration.privacy import views as privacy
    from app.identity import emails
    from app.identity.services import merged
    from app.platform import hooks

    hooks.lengths.of(app).update({"cell": LONGEST_CELL})
    hooks.accept_invitation.give(app, invitations.accept_by_institution)
    hooks.people_finder.give(app, find_people)
    hooks.waiting_work.of(app)["administration.index"] = site.waiting_today
    for part in (privacy, invitations, accounts, help, about, features, territories, site, imports, cohorts, merging, losses, view_as):
        app.register_blueprint(part.blueprint)
    app.register_blueprint(territories.establishments_blueprint)
    app.cli.add_command(retention.command)
    app.cli.add_command(features.features)
    for part in (journal, privacy, view_as):
        part.init_app(app)
    merged.connect(emails.keep_help_of_merged)
