"""« Bienvenue »: what is asked on arriving, shown once."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.learning.kept_forms.queries import KEPT_WORDS
    from app.positioning.start import views
    from app.positioning.start.forms import LONGEST
    from app.web import templating

    app.register_blueprint(views.blueprint)
    app.extensions[templating.LONGEST] |= {"wish": LONGEST}
    app.extensions[KEPT_WORDS] |= {"start.save": views.kept_words}
    views.follow_sign_in(app)
