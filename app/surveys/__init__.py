"""What people think of the course, asked once they have done a part of it, and counted without them."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.letters.week import LINES
    from app.identity.services import merged
    from app.surveys import demo, models, queries, services, views, week  # noqa: F401 — the models are known to the database from here on
    from app.web import templating

    app.register_blueprint(views.blueprint)
    app.extensions[LINES][week.KIND] = week.lines
    app.extensions["croisee_survey_offer"] = queries.offer
    app.extensions[templating.LONGEST] |= {"survey_text": services.LONGEST_TEXT}
    demo.init_app(app)
    merged.connect(services.follow_merge)
