"""« Signaler une erreur », under a lesson and under each corrected question."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.assessment.attempts.sheet import attempt_of
from app.content.store.queries import course
from app.db import db
from app.errors import DomainError
from app.identity.sign_in.guards import current_person
from app.learning.error_reports import services
from app.learning.error_reports.models import ReportedText
from app.learning.error_reports.queries import lesson_place, question_place, report_page
from app.learning.kept_forms.replay import close_replayed

blueprint = Blueprint("reports", __name__)

THANKS = "Merci, c’est transmis aux formateurs. Vous trouverez leur réponse dans votre progression."


@blueprint.post("/lecons/<lesson_id>/signalements")
def lesson(lesson_id: str) -> BaseResponse:
    place = lesson_place(course(db.session), lesson_id, request.form.get("anchor", ""))
    return _report(place, url_for("learning.lesson", lesson_id=lesson_id, _anchor="s-signaler"))


@blueprint.post("/tentatives/<int:attempt_id>/questions/<int:position>/signalements")
def question(attempt_id: int, position: int) -> BaseResponse:
    """Under the correction of a submitted attempt, or of a question that was corrected at once."""
    person_id = current_person().id
    place = question_place(db.session, person_id, attempt_id, position)
    if attempt_of(db.session, person_id, attempt_id).submitted_at is None:
        return _report(place, url_for("quiz.question", attempt_id=attempt_id, position=position))
    return _report(place, url_for("quiz.attempt", attempt_id=attempt_id, _anchor="correction"))


def _report(place: ReportedText, back: str) -> BaseResponse:
    """Write it and show the page from its top, where the thanks are; or show the form again with what was typed."""
    person, now = current_person(), clock.now()
    message, passage = (request.form.get(name, "") for name in ("message", "passage"))
    try:
        services.report(db.session, person.id, place, message=message, passage=passage, now=now)
    except DomainError as error:
        action = request.path
        page = report_page(db.session, course(db.session), place, action=action, back=back, message=message, passage=passage, error=error.sentence)
        return make_response(render_template("learning/error_reports/report.html", page=page), error.status)
    close_replayed(db.session, person.id, now)
    flash(THANKS, "success")
    db.session.commit()
    return redirect(back.partition("#")[0], 303)
