"""Accounts, roles, the territory tree, scopes, sign-in. Nothing of courses."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity import audit, cli, email_preferences, emails, tries, views
    from app.identity.services import merged
    from app.identity.sign_in import guards, institution_accounts, security
    from app.identity.sign_in.second_factor_changes import changed

    tries.init_app(app)
    security.init_app(app)
    guards.init_app(app)
    merged.connect(institution_accounts.follow_merge)
    for hears in (emails.tell, audit.note_change):
        changed.connect(hears)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(email_preferences.blueprint)
    merged.connect(emails.keep_week_of_merged)
    app.cli.add_command(emails.letters)
    app.cli.add_command(cli.accounts)
