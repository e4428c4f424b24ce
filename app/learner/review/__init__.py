"""« Réviser »: the questions of what one finished come back before they are forgotten."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.learner.review import cli, models, queries, services, views  # noqa: F401 — the models are known to the database from here on
    from app.learner.review import emails as letter_views
    from app.learner.review import emails as letters
    from app.platform import hooks

    app.register_blueprint(views.blueprint)
    app.register_blueprint(letter_views.blueprint)
    app.cli.add_command(cli.review)
    hooks.week_lines.of(app)[queries.LETTER] = letters.week_lines
    merged.connect(services.follow_merge)
