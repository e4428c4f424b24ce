"""`/enquetes/…`: a survey, for whoever has done what it is about; by the address in an email, without sign-in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.content.store.queries import course
from app.content.values.library import Survey
from app.identity.sign_in.guards import course_address, current_person
from app.learner.surveys import services
from app.learner.surveys.queries import survey_page
from app.learner.surveys.services import NothingAnswered, SurveyAnsweredAlready, SurveyTextTooLong
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.web.endpoints import PUBLIC, SIGNED_IN, act, page

blueprint = Blueprint("surveys", __name__, url_prefix="/enquetes")
THANKS = "Merci. Votre réponse est comptée, sans votre nom."


@blueprint.get("/<survey_id>/<subject_id>")
@page(who=SIGNED_IN)
def survey(survey_id: str, subject_id: str) -> str:
    person_id, published = current_person().id, course(db.session)
    asked = services.open_survey(db.session, published, person_id, survey_id, subject_id)
    done = services.has_answered(db.session, person_id, survey_id, subject_id)
    return _html(asked, subject_id, url_for("surveys.answer", survey_id=survey_id, subject_id=subject_id), done=done)


@blueprint.post("/<survey_id>/<subject_id>")
@act(who=SIGNED_IN)
def answer(survey_id: str, subject_id: str) -> ResponseReturnValue:
    fields, published, person_id = request.form.to_dict(flat=False), course(db.session), current_person().id
    here = url_for("surveys.survey", survey_id=survey_id, subject_id=subject_id)
    try:
        services.answer(db.session, published, person_id, survey_id, subject_id, fields, clock.now())
    except (NothingAnswered, SurveyTextTooLong) as error:
        db.session.rollback()
        asked = services.open_survey(db.session, published, person_id, survey_id, subject_id)
        return _html(asked, subject_id, here, error), error.status
    except SurveyAnsweredAlready as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(here, 303)
    db.session.commit()
    flash(THANKS, "success")
    module = subject_id in published.modules
    return redirect(url_for("learning.module", module_id=subject_id) if module else course_address(), 303)


@blueprint.get("/lettre/<token>")
@page(who=PUBLIC)
def letter(token: str) -> str:
    """A mail program that fetches what it finds changes nothing."""
    turn, asked = services.find_turn(db.session, course(db.session), token, day_of(clock.now()))
    return _html(asked, turn.subject_id, url_for("surveys.answer_letter", token=token), done=turn.answered)


@blueprint.post("/lettre/<token>")
@act(who=PUBLIC)
def answer_letter(token: str) -> ResponseReturnValue:
    fields, published, now = request.form.to_dict(flat=False), course(db.session), clock.now()
    here = url_for("surveys.letter", token=token)
    try:
        services.answer_letter(db.session, published, token, fields, now)
    except (NothingAnswered, SurveyTextTooLong) as error:
        db.session.rollback()
        turn, asked = services.find_turn(db.session, published, token, day_of(now))
        return _html(asked, turn.subject_id, here, error), error.status
    except SurveyAnsweredAlready as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(here, 303)
    db.session.commit()
    return redirect(here, 303)


def _html(asked: Survey, subject_id: str, action: str, error: DomainError | None = None, done: bool = False) -> str:
    given = request.form.to_dict(flat=False)
    page = survey_page(course(db.session), asked, subject_id, action, day_of(clock.now()), given, error.sentence if error else "", done)
    return render_template("learner/surveys/survey.html", page=page)
