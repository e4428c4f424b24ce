"""« Mon carnet »: what a person answers to « Sur mon territoire », theirs alone."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.notebook import views
    from app.notebook.rules import LONGEST
    from app.notebook.services import follow_merge
    from app.web import templating

    app.register_blueprint(views.blueprint)
    app.extensions[templating.LONGEST] |= {"note": LONGEST}
    app.extensions["croisee_lesson_answers"] = views.answers_under
    merged.connect(follow_merge)
