"""« Bienvenue »: what is asked on arriving, shown once."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.learner.positioning.start import views
    from app.learner.positioning.start.forms import LONGEST
    from app.platform import hooks

    app.register_blueprint(views.blueprint)
    hooks.lengths.of(app).update({"wish": LONGEST})
    views.follow_sign_in(app)
