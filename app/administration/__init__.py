"""The pages of those who run the site."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.administration import models, view_as  # noqa: F401 — the tables are made known
    from app.administration.about import views as about
    from app.administration.accounts import invitation_views, invitations, losses, merging_views
    from app.administration.accounts import views as accounts
    from app.administration.accounts.queries import find_people
    from app.administration.cohorts import views as cohorts
    from app.administration.help import views as help_views
    from app.administration.imports import views as imports
    from app.administration.imports.spreadsheet import LONGEST_CELL
    from app.administration.privacy import cli, journal
    from app.administration.privacy import views as privacy
    from app.administration.site import views as site
    from app.administration.site import wording_views  # noqa: F401 — its pages join the blueprint of `site`
    from app.administration.site.queries import waiting_today
    from app.administration.territories import establishments
    from app.administration.territories import views as territories
    from app.identity.letters import help as help_requests
    from app.identity.services import merged
    from app.platform import hooks

    hooks.lengths.of(app).update({"cell": LONGEST_CELL})
    hooks.accept_invitation.give(app, invitations.accept_by_institution)
    hooks.people_finder.give(app, find_people)
    hooks.waiting_work.of(app)["administration.index"] = waiting_today
    for part in (privacy, invitation_views, accounts, help_views, about, territories, establishments, site, imports, cohorts, merging_views, losses, view_as):
        app.register_blueprint(part.blueprint)
    app.cli.add_command(cli.command)
    for wired in (journal, privacy, view_as):
        wired.init_app(app)
    merged.connect(help_requests.follow_merge)
