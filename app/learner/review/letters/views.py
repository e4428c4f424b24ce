"""`/revision/lettre/<token>`: one question of a letter, without sign-in. Opening shows; only the button answers."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from msgspec import Struct

from app.assessment.errors import UnclearAnswer
from app.assessment.kinds.responses import QuestionResponse
from app.assessment.questions.correct import CorrectedQuestion
from app.assessment.questions.present import ShownQuestion
from app.content.store.queries import course
from app.identity.sign_in.guards import person_or_none
from app.learner.review.letters import services
from app.learner.review.letters.services import LetterAnsweredAlready
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.web.endpoints import PUBLIC, act, page

blueprint = Blueprint("review_letters", __name__)


class LetterQuestionPage(Struct, frozen=True):
    """The page of a question sent by email. It does not show whose it is."""

    token: str
    shown: ShownQuestion | None
    corrected: CorrectedQuestion | None
    notes: Markup
    error: str = ""


@blueprint.get("/revision/lettre/<token>")
@page(who=PUBLIC)
def question(token: str) -> str:
    """A mail program that fetches what it finds changes nothing."""
    return _html(token)


@blueprint.post("/revision/lettre/<token>")
@act(who=PUBLIC)
def answer(token: str) -> ResponseReturnValue:
    fields, now = request.form.to_dict(flat=False), clock.now()
    try:
        services.answer(db.session, course(db.session), token, _reader(), fields, now)
    except UnclearAnswer as error:
        db.session.rollback()
        row = services.opened(db.session, token, _reader(), now)
        one = services.question_of(course(db.session), row)
        return make_response(_html(token, one.kind.read_refused(one.layout, fields), error.sentence), error.status)
    except LetterAnsweredAlready as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(url_for("review_letters.question", token=token), 303)
    db.session.commit()
    return redirect(url_for("review_letters.question", token=token), 303)


def _html(token: str, given: QuestionResponse | None = None, error: str = "") -> str:
    now, published = clock.now(), course(db.session)
    row = services.opened(db.session, token, _reader(), now)
    one, today = services.question_of(published, row), day_of(now)
    if row.answered_at is not None:
        corrected, notes = one.corrected(one.kind.restored(row.payload or {}), today)
        page = LetterQuestionPage(token, None, corrected, notes)
    else:
        shown, notes = one.shown(given, today)
        page = LetterQuestionPage(token, shown, None, notes, error)
    return render_template("learner/review/letters/question.html", page=page)


def _reader() -> int | None:
    person = person_or_none()
    return person.id if person else None
