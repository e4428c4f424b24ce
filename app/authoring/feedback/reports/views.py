"""`/atelier/signalements`: what learners reported, answered with words that they read."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authoring.blueprint import blueprint
from app.authoring.feedback.reports.queries import reports_page
from app.db import db
from app.errors import TooManyCharacters
from app.identity.sign_in.guards import current_person
from app.learning.error_reports import services
from app.learning.error_reports.services import AlreadyAnswered, AnswerMissing
from app.settings import current_settings


@blueprint.get("/signalements")
def reports() -> str:
    return render_template("authoring/feedback/reports.html", page=reports_page(db.session))


@blueprint.post("/signalements/<int:report_id>")
def answer_report(report_id: int) -> ResponseReturnValue:
    words, fixed = request.form.get("answer", ""), request.form.get("outcome") == "corrige"
    settings, actor = current_settings(), current_person().id
    try:
        services.answer(db.session, settings, report_id, actor_id=actor, fixed=fixed, words=words, now=clock.now())
    except (AnswerMissing, TooManyCharacters) as error:
        page = reports_page(db.session, refused=report_id, answer=words, error=error.sentence)
        return make_response(render_template("authoring/feedback/reports.html", page=page), error.status)
    except AlreadyAnswered as error:
        flash(error.sentence, "warning")
        return redirect(url_for("authoring.reports"), 303)
    flash("Votre réponse est enregistrée : la personne la lira.", "success")
    db.session.commit()
    return redirect(url_for("authoring.reports"), 303)
