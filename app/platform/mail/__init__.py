"""Every email that the site sends, declared; and the outbox: rows written with their act, sent after its commit, never lost."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.platform.mail import bounces, outbox
    from app.platform.settings import current_settings

    # Tests send by themselves, when they are ready to look.
    app.config.setdefault("MAIL_IN_BACKGROUND", not app.testing)
    app.cli.add_command(bounces.mail)
    app.jinja_env.globals["mail_leaves"] = lambda: outbox.available(current_settings())
