"""The pages of those who run the site."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.administration import models, view_as  # noqa: F401 — the tables are made known
    from app.administration.accounts import invitation_views, merging_views
    from app.administration.accounts import views as accounts
    from app.administration.cohorts import views as cohorts
    from app.administration.imports import views as imports
    from app.administration.privacy import cli, journal
    from app.administration.privacy import views as privacy
    from app.administration.site import views as site

    for part in (privacy, invitation_views, accounts, site, imports, cohorts, merging_views, view_as):
        app.register_blueprint(part.blueprint)
    app.cli.add_command(cli.command)
    for wired in (journal, privacy, view_as):
        wired.init_app(app)
