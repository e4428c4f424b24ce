"""The pages of a quiz: start, question, recap, correction."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from msgspec import Struct
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.assessment.attempts import corrections, queries, results
from app.assessment.attempts import services as attempts
from app.assessment.attempts.corrections import Correction
from app.assessment.attempts.queries import AttemptView, QuizFront, Recap
from app.assessment.attempts.services import AttemptOutcome, SaveOutcome
from app.assessment.attempts.sheet import attempt_of, sheet_of
from app.assessment.kinds.ordering import MOVE, moved_row
from app.assessment.kinds.responses import Fields, as_text
from app.assessment.models import AttemptClosed, AttemptOpen, UnclearAnswer, UnclearAttempt
from app.assessment.questions.correct import statement_title
from app.content.store.queries import course
from app.content.values.course import Course, Lesson
from app.content.values.paths import element_of
from app.identity.sign_in.guards import course_address, current_person
from app.learner.attestations import say_attested
from app.learner.kept_forms import close_replayed
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of, with_french_spaces
from app.platform.site import offers
from app.platform.web.endpoints import SIGNED_IN, Return, act, page
from app.platform.web.errors import wants_json
from app.record import services
from app.record.progress.cards import ElementCard, QuizPlace, element_card, element_url, quiz_place
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import path_progress_of, standing_of
from app.record.progress.rules import is_done
from app.record.services import append_view

# --- What the pages show ---------------------------------------------------------------------------------------------
# What assessment gives of the quiz or of the attempt, and where the quiz stands on the learner's path.


class QuizPage(Struct, frozen=True):
    front: QuizFront
    place: QuizPlace
    card: ElementCard
    lesson: Lesson | None
    """That the quiz checks."""
    open_url: str | None
    """Where the attempt under way goes on."""
    first_view: bool


class QuizQuestionPage(Struct, frozen=True):
    attempt: AttemptView
    place: QuizPlace
    key: str
    """Of the next save: the same form sent again has no effect."""
    error: str


class RecapPage(Struct, frozen=True):
    recap: Recap
    place: QuizPlace
    error: str = ""
    """Why the attempt that was to be sent was not."""


class CorrectionPage(Struct, frozen=True):
    correction: Correction
    place: QuizPlace
    next: tuple[str, str] | None
    """(words, address) of what comes next on the path, once the quiz is done, or where the path does not ask for it."""
    asked: bool
    """The person's path asks for this quiz."""


def quiz_page(session: Session, course: Course, person_id: int, quiz_id: str, on: date) -> QuizPage:
    """`NotYours` for a quiz that is not published."""
    front = queries.quiz_front(session, course, person_id, quiz_id, on)
    mine = standing_of(session, course, person_id, quiz_id)
    place = quiz_place(course, quiz_id)
    open_id = front.result.open_id
    return QuizPage(
        front=front,
        place=place,
        card=element_card(mine, quiz_id, place.module),
        lesson=course.lessons.get(course.quizzes[quiz_id].lesson_id or ""),
        open_url=resume_url(session, person_id, open_id) if open_id else None,
        first_view=quiz_id not in mine.progress,
    )


def resume_url(session: Session, person_id: int, attempt_id: int) -> str:
    """Where an attempt under way goes on: its first question without an answer."""
    return url_for("quiz.question", attempt_id=attempt_id, position=queries.next_position(session, person_id, attempt_id))


def question_page(
    session: Session, course: Course, person_id: int, attempt_id: int, position: int, key: str, on: date, *, typed: Fields | None = None, error: str = ""
) -> QuizQuestionPage:
    """`AttemptClosed` once the attempt is submitted. `typed` is a form that was refused, shown again."""
    attempt = queries.attempt_view(session, course, person_id, attempt_id, position, on, typed=typed)
    return QuizQuestionPage(attempt, quiz_place(course, attempt.heading.quiz_id), key, error)


def recap_page(session: Session, course: Course, person_id: int, attempt_id: int, error: str = "") -> RecapPage:
    """`AttemptClosed` once the attempt is submitted."""
    recap = queries.recap(session, person_id, attempt_id)
    return RecapPage(recap, quiz_place(course, recap.heading.quiz_id), error)


def correction_page(session: Session, course: Course, person_id: int, attempt_id: int, on: date) -> CorrectionPage:
    """`AttemptOpen` while the attempt is not submitted."""
    correction = corrections.correction(session, course, person_id, attempt_id, on)
    quiz_id = correction.heading.quiz_id
    mine, place = path_progress_of(session, course, person_id), quiz_place(course, quiz_id)
    asked = quiz_id in mine.path_elements()
    onward = _next(mine, place) if not asked or is_done(quiz_id, mine.progress) else None
    return CorrectionPage(correction, place, onward, asked)


def _next(mine: PathProgress, place: QuizPlace) -> tuple[str, str]:
    """What comes next; the page of the module first, where nothing is left in it: one is told there what one can do."""
    if place.module and mine.module_progress(place.module.id).finished:
        return f"Module terminé : {place.module.title}", place.url
    element = element_of(mine.course, mine.next_id or "")
    if element is None:
        return "Voir mon parcours", course_address()
    return f"Continuer : {element.title}", element_url(mine.course, element.id)


def kept_words(session: Session, person_id: int, values: Mapping[str, Any], fields: Fields) -> tuple[tuple[str, str], ...]:
    """An answer sent once the session was over, in words. `NotYours` for an attempt of somebody else."""
    attempt = attempt_of(session, person_id, values["attempt_id"])
    entry = sheet_of(session, attempt).at(values["position"])
    given = entry.kind.read_refused(entry.layout, fields)
    return ("Quiz", attempt.title), ("Question", as_text(statement_title(entry.pooled.question))), ("Votre réponse", entry.kind.readable(given))


# --- Pages -----------------------------------------------------------------------------------------------------------

blueprint = Blueprint("quiz", __name__)


@blueprint.get("/quiz/<quiz_id>")
@page(who=SIGNED_IN)
def quiz(quiz_id: str) -> str | BaseResponse:
    """A pool is no quiz to take: its address leads to the positioning."""
    person, published = current_person(), course(db.session)
    if quiz_id in published.quizzes and published.quizzes[quiz_id].is_pool:
        return redirect(url_for("positioning.positioning")) if offers("positioning") else abort(404)
    page = quiz_page(db.session, published, person.id, quiz_id, day_of(clock.now()))
    html = render_template("learner/quiz/quiz.html", page=page)
    if page.first_view:
        append_view(published, person.id, quiz_id)
    return html


@blueprint.post("/quiz/<quiz_id>/tentatives")
@act(who=SIGNED_IN)
def start_attempt(quiz_id: str) -> BaseResponse:
    """Begin, or go on with the attempt under way."""
    person = current_person()
    attempt = attempts.start_attempt(db.session, course(db.session), person.id, quiz_id, seed=secrets.randbits(31), now=clock.now())
    address = resume_url(db.session, person.id, attempt.id)
    db.session.commit()
    return redirect(address, 303)


@blueprint.post("/quiz/<quiz_id>/demandes")
@act(who=SIGNED_IN)
def ask_attempt(quiz_id: str) -> BaseResponse:
    """« Demander une tentative », when none is left."""
    person, now = current_person(), clock.now()
    results.request_attempt(db.session, course(db.session), person.id, quiz_id, message=request.form.get("message", ""), now=now)
    close_replayed(db.session, person.id, now)
    flash("Votre demande est transmise aux formateurs.", "success")
    db.session.commit()
    return redirect(url_for("quiz.quiz", quiz_id=quiz_id), 303)


@blueprint.post("/tentatives/<int:attempt_id>/entrainement")
@act(who=SIGNED_IN)
def start_practice(attempt_id: int) -> BaseResponse:
    """« Refaire seulement ce que j'ai manqué »: changes no record."""
    person = current_person()
    practice = attempts.start_practice(db.session, course(db.session), person.id, attempt_id, seed=secrets.randbits(31), now=clock.now())
    address = resume_url(db.session, person.id, practice.id)
    db.session.commit()
    return redirect(address, 303)


@blueprint.get("/tentatives/<int:attempt_id>/questions/<int:position>")
@page(who=SIGNED_IN)
def question(attempt_id: int, position: int) -> str | BaseResponse:
    try:
        return _question_html(current_person().id, attempt_id, position)
    except AttemptClosed:
        return redirect(url_for("quiz.attempt", attempt_id=attempt_id))


def _question_html(person_id: int, attempt_id: int, position: int, typed: Fields | None = None, error: str = "") -> str:
    published, key, today = course(db.session), secrets.token_urlsafe(12), day_of(clock.now())
    page = question_page(db.session, published, person_id, attempt_id, position, key, today, typed=typed, error=error)
    return render_template("learner/quiz/question.html", page=page)


@blueprint.post("/tentatives/<int:attempt_id>/questions/<int:position>")
@act(who=SIGNED_IN, returns=Return("votre réponse à une question", kept_words))
def save_answer(attempt_id: int, position: int) -> BaseResponse:
    """Keep one answer. A repeat is harmless; of what is refused the person reads why, with what was typed."""
    person, then = current_person(), _then()
    try:
        saved, sent = _save(person.id, attempt_id, position, then)
    except UnclearAnswer as error:
        return _asked_again(error, person.id, attempt_id, position)
    except DomainError as error:
        return _refuse_save(error, person.id, attempt_id, position)
    if then == "leave":
        flash("Vos réponses sont gardées : vous reprendrez quand vous voudrez.", "success")
    db.session.commit()
    if wants_json():
        return make_response(jsonify(_as_json(saved)))
    return redirect(url_for("quiz.attempt", attempt_id=attempt_id) if sent else _after_saving(attempt_id, position, then), 303)


def _then() -> str:
    """Where the button that was pressed leads: next, stay, correct, recap, leave, or the number of a question.

    Whoever moves a row or erases an answer stays, as does a script that saves by itself.
    """
    if "erase" in request.form or MOVE in request.form:
        return "stay"
    return request.form.get("then", "stay" if wants_json() else "next")


def _save(person_id: int, attempt_id: int, position: int, then: str) -> tuple[SaveOutcome, bool]:
    """What is kept, and whether the last correction sent the attempt. « Effacer ma réponse » sends what it erases along: the form is then read as blank.

    Whoever goes on from an answer, or has it corrected, is asked again where it is unclear; a script that saves by itself, a row that is moved,
    or somebody who goes elsewhere, keeps a draft as it was typed.
    """
    now, erase, outcome = clock.now(), "erase" in request.form, None
    fields, key = {} if erase else request.form.to_dict(flat=False), request.form.get("key", "")
    saved = attempts.save_answer(db.session, person_id, attempt_id, position, fields, key=key, now=now, erase=erase, going_on=then == "next")
    close_replayed(db.session, person_id, now)
    if then == "correct":
        attempts.correct_answer(db.session, person_id, attempt_id, position)
        published = course(db.session)
        outcome = attempts.submit_once_corrected(db.session, published, person_id, attempt_id, now=now)
        _record(published, person_id, outcome, now)
    elif saved.unclear:
        raise UnclearAnswer(saved.unclear)
    return saved, outcome is not None


def _record(published: Course, person_id: int, outcome: AttemptOutcome | None, now: datetime) -> None:
    """What a sent attempt changes in the record. Harmless when repeated."""
    if outcome and not outcome.practice and services.record_outcome(db.session, published, person_id, outcome, now):
        say_attested(services.attest(db.session, published, person_id, now))


def _as_json(saved: SaveOutcome) -> dict[str, object]:
    """What our script reads: `saved_at` is null where nothing was ever kept, and the next save needs the new key."""
    return {
        "saved_at": saved.saved_at.isoformat() if saved.saved_at else None,
        "answered": bool(saved.readable),
        "complete": saved.complete,
        "key": secrets.token_urlsafe(12),
    }


def _after_saving(attempt_id: int, position: int, then: str) -> str:
    if then in ("stay", "correct"):
        return url_for("quiz.question", attempt_id=attempt_id, position=position, _anchor=moved_row(request.form.get(MOVE, "")) or None)
    if then == "leave":
        return course_address()
    if re.fullmatch(r"[0-9]{1,4}", then):
        return url_for("quiz.question", attempt_id=attempt_id, position=int(then))
    if then == "recap" or request.form.get("last") == "1":
        return url_for("quiz.recap", attempt_id=attempt_id)
    return url_for("quiz.question", attempt_id=attempt_id, position=position + 1)


def _refuse_save(error: DomainError, person_id: int, attempt_id: int, position: int) -> BaseResponse:
    """Nothing was saved: the page shows what was typed again, and says why."""
    if error.status == 404:
        raise error
    db.session.rollback()
    return _shown_again(error, person_id, attempt_id, position)


def _asked_again(error: UnclearAnswer, person_id: int, attempt_id: int, position: int) -> BaseResponse:
    """The draft is kept as it was typed: whoever leaves the page by a link finds it again, unmarked."""
    db.session.commit()
    return _shown_again(error, person_id, attempt_id, position)


def _shown_again(error: DomainError, person_id: int, attempt_id: int, position: int) -> BaseResponse:
    if wants_json():
        result = {"result": url_for("quiz.attempt", attempt_id=attempt_id)} if isinstance(error, AttemptClosed) else {}
        return make_response(jsonify(error=with_french_spaces(error.sentence), **result), error.status)
    try:
        html = _question_html(person_id, attempt_id, position, request.form.to_dict(flat=False), error.sentence)
    except AttemptClosed:
        flash(error.sentence, "warning")
        html = _result_html(person_id, attempt_id)
    return make_response(html, error.status)


@blueprint.get("/tentatives/<int:attempt_id>/recapitulatif")
@page(who=SIGNED_IN)
def recap(attempt_id: int) -> str | BaseResponse:
    try:
        page = recap_page(db.session, course(db.session), current_person().id, attempt_id)
    except AttemptClosed:
        return redirect(url_for("quiz.attempt", attempt_id=attempt_id))
    return render_template("learner/quiz/recap.html", page=page)


@blueprint.post("/tentatives/<int:attempt_id>/envoi")
@act(who=SIGNED_IN)
def submit_attempt(attempt_id: int) -> BaseResponse:
    """Close the attempt for good. Whoever repeats it gets the same answer; the record is written in the same transaction.

    An answer that is to be cleared up first leads back to the recap, which names it.
    """
    person_id, published, now = current_person().id, course(db.session), clock.now()
    try:
        outcome = attempts.submit_attempt(db.session, published, person_id, attempt_id, now=now)
    except UnclearAttempt as error:
        db.session.rollback()
        page = recap_page(db.session, published, person_id, attempt_id, error.sentence)
        return make_response(render_template("learner/quiz/recap.html", page=page), error.status)
    _record(published, person_id, outcome, now)
    db.session.commit()
    return redirect(url_for("quiz.attempt", attempt_id=attempt_id), 303)


@blueprint.get("/tentatives/<int:attempt_id>")
@page(who=SIGNED_IN)
def attempt(attempt_id: int) -> str | BaseResponse:
    """The correction of a submitted attempt; an open one goes on at its recap."""
    try:
        return _result_html(current_person().id, attempt_id)
    except AttemptOpen:
        return redirect(url_for("quiz.recap", attempt_id=attempt_id))


def _result_html(person_id: int, attempt_id: int) -> str:
    page = correction_page(db.session, course(db.session), person_id, attempt_id, day_of(clock.now()))
    return render_template("learner/quiz/correction.html", page=page)
