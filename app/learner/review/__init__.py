"""« Réviser »: the questions of what one finished come back before they are forgotten."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.learner.review import cli, emails, queries, services, views
    from app.platform import hooks

    app.register_blueprint(views.blueprint)
    app.register_blueprint(emails.blueprint)
    app.cli.add_command(cli.review)
    hooks.week_lines.of(app)[queries.LETTER] = emails.week_lines
    merged.connect(services.follow_merge)
