"""The ledger, enrolments, progress, attestations, and every page that a learner reads."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.content.store.queries import RIDERS
    from app.identity.letters.week import LINES
    from app.learning import cli, signals
    from app.learning.attestations import views as attestations
    from app.learning.demo import load
    from app.learning.kept_forms.queries import KEPT_WORDS
    from app.learning.messages import demo, faq
    from app.learning.messages import views as messages
    from app.learning.messages.services import LONGEST
    from app.learning.pages import around, media_views, views, work
    from app.learning.quiz import views as quiz
    from app.learning.record import week
    from app.learning.visitors import views as visitors
    from app.web import templating

    app.extensions[KEPT_WORDS] = {}
    RIDERS[faq.RIDER] = faq.newest
    work.init_app(app)
    for part in (views, quiz, media_views, messages, attestations):
        app.register_blueprint(part.blueprint)
    app.cli.add_command(cli.learning)
    signals.init_app(app)
    visitors.init_app(app)
    around.init_app(app)
    app.extensions[templating.LONGEST] |= {f"message_{name}" if name == "answer" else name: most for name, most in LONGEST.items()}
    app.extensions[templating.LONGEST] |= {f"faq_{name}": most for name, most in faq.LONGEST.items()}
    app.extensions[LINES] |= {week.MARKS: week.risen_marks, week.NEWS: week.course_news}
    load.init_app(app)
    demo.init_app(app)
