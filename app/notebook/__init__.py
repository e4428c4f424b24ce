"""« Mon carnet »: what a person answers to « Sur mon territoire », notes and keeps, theirs alone; and what they hand over."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.identity.sign_in.guards import LARGE_FORMS
    from app.learning.kept_forms.queries import KEPT_WORDS
    from app.notebook import views
    from app.notebook.blueprint import blueprint
    from app.notebook.handover import views as _handover  # noqa: F401 — adds its pages to the blueprint
    from app.notebook.handover.rules import LIMITS
    from app.notebook.kept import services as kept_services
    from app.notebook.kept import views as kept_views
    from app.notebook.rules import LONGEST
    from app.notebook.services import follow_merge
    from app.web import templating

    app.register_blueprint(blueprint)
    app.extensions[templating.LONGEST] |= {"note": LONGEST}
    app.extensions.setdefault(LARGE_FORMS, {})["notebook.look_at_pack"] = (LIMITS.file + 100_000, 100_000)
    app.extensions["croisee_lesson_answers"] = views.answers_under
    app.extensions[KEPT_WORDS] |= {"notebook.save_passage": kept_views.kept_words}
    app.jinja_env.globals["kept_on"] = kept_views.kept_on
    merged.connect(follow_merge)
    merged.connect(kept_services.follow_merge)
