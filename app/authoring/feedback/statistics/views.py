"""`/atelier/statistiques`: which question is bad, in words first. Aggregates only."""

from __future__ import annotations

from flask import render_template

from app.authoring.blueprint import blueprint
from app.authoring.feedback.statistics.queries import quizzes_page, statistics_page
from app.identity.rules import AUTHORS
from app.platform import clock
from app.platform.db import db
from app.platform.web.endpoints import page


@blueprint.get("/statistiques")
@page(who=AUTHORS)
def statistics() -> str:
    return render_template("authoring/feedback/statistics.html", page=quizzes_page(db.session, clock.now()))


@blueprint.get("/statistiques/<quiz_id>")
@page(who=AUTHORS)
def question_statistics(quiz_id: str) -> str:
    return render_template("authoring/feedback/question_statistics.html", page=statistics_page(db.session, quiz_id))
