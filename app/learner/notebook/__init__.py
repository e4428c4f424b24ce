"""« Mon carnet »: what a person answers to « Sur mon territoire », notes and keeps, theirs alone; and what they hand over."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.learner.notebook import notes, passage_views, passages
    from app.learner.notebook.rules import LONGEST
    from app.learner.notebook.views import blueprint
    from app.platform import hooks

    app.register_blueprint(blueprint)
    hooks.lengths.of(app).update({"note": LONGEST})
    app.jinja_env.globals["kept_on"] = passage_views.kept_on
    merged.connect(notes.follow_merge)
    merged.connect(passages.follow_merge)
