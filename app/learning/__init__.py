"""The ledger, enrolments, progress, attestations, and every page that a learner reads."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.learning import cli, signals
    from app.learning.attestations import views as attestations
    from app.learning.demo import load
    from app.learning.error_reports import views as error_reports
    from app.learning.error_reports.services import LONGEST
    from app.learning.kept_forms.queries import KEPT_WORDS
    from app.learning.pages import around, media_views, views, work
    from app.learning.quiz import views as quiz
    from app.learning.visitors import views as visitors
    from app.web import templating

    app.extensions[KEPT_WORDS] = {}
    work.init_app(app)
    for part in (views, quiz, media_views, error_reports, attestations):
        app.register_blueprint(part.blueprint)
    app.cli.add_command(cli.learning)
    signals.init_app(app)
    visitors.init_app(app)
    around.init_app(app)
    app.extensions[templating.LONGEST] |= {"report": LONGEST["message"], "passage": LONGEST["passage"], "report_answer": LONGEST["answer"]}
    load.init_app(app)
