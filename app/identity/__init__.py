"""Accounts, roles, the territory tree, scopes, sign-in. Nothing of courses."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity import cli, views
    from app.identity.audit import acts
    from app.identity.letters import cli as letters_cli
    from app.identity.letters import preferences_views, week
    from app.identity.letters import security as security_letters
    from app.identity.services import merged
    from app.identity.sessions import limits
    from app.identity.sign_in import guards, security
    from app.identity.sign_in.factors.services import changed
    from app.identity.sign_in.institutions import services as institutions

    limits.init_app(app)
    security.init_app(app)
    guards.init_app(app)
    merged.connect(institutions.follow_merge)
    for hears in (security_letters.tell, acts.note_change):
        changed.connect(hears)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(preferences_views.blueprint)
    merged.connect(week.follow_merge)
    app.cli.add_command(letters_cli.letters)
    app.cli.add_command(cli.accounts)
