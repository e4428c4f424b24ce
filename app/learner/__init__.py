"""Every page that a learner reads: each composes what lies below, and shows nothing of a feature that this site leaves out."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.learner import attestations, changes, kept_forms, quiz, slots, visitors
    from app.learner.home import course, views
    from app.learner.messages import queries, services
    from app.learner.messages import views as messages
    from app.platform import hooks

    app.register_blueprint(views.media_blueprint)
    for part in (views, quiz, messages, attestations, changes):
        app.register_blueprint(part.blueprint)
    kept_forms.init_app(app)
    visitors.init_app(app)
    slots.init_app(app)
    merged.connect(slots.follow_merge)
    course.init_app(app)
    hooks.lengths.of(app).update({f"message_{name}" if name == "answer" else name: most for name, most in services.LONGEST.items()})
    hooks.lengths.of(app).update({f"faq_{name}": most for name, most in queries.LONGEST.items()})
