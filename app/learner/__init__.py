"""Every page that a learner reads: each composes what lies below, and shows nothing of a feature that this site leaves out."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.learner import kept_forms
    from app.learner.attestations import views as attestations
    from app.learner.messages import faq
    from app.learner.messages import views as messages
    from app.learner.messages.services import LONGEST
    from app.learner.pages import around, media_views, views
    from app.learner.quiz import views as quiz
    from app.learner.visitors import views as visitors
    from app.platform import hooks

    for part in (views, quiz, media_views, messages, attestations):
        app.register_blueprint(part.blueprint)
    kept_forms.init_app(app)
    visitors.init_app(app)
    around.init_app(app)
    hooks.lengths.of(app).update({f"message_{name}" if name == "answer" else name: most for name, most in LONGEST.items()})
    hooks.lengths.of(app).update({f"faq_{name}": most for name, most in faq.LONGEST.items()})
