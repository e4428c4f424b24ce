"""« Réviser »: the questions of what one finished come back before they are forgotten."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.letters import week
    from app.identity.services import merged
    from app.learning.kept_forms.queries import KEPT_WORDS
    from app.review import cli, demo, models, queries, services, views  # noqa: F401 — the models are known to the database from here on
    from app.review.letters import services as letters
    from app.review.letters import views as letter_views

    app.register_blueprint(views.blueprint)
    app.register_blueprint(letter_views.blueprint)
    app.cli.add_command(cli.review)
    app.extensions[week.LINES][queries.LETTER] = letters.week_lines
    app.extensions["croisee_review_call"] = queries.review_call
    app.extensions[KEPT_WORDS] |= {"review.answer": queries.kept_words}
    demo.init_app(app)
    merged.connect(services.follow_merge)
