"""« Signaler une erreur » and « Poser une question », from a lesson or a corrected question; « Mes questions », with the answers."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from msgspec.structs import replace
from werkzeug.wrappers import Response as BaseResponse

from app.assessment.attempts.sheet import attempt_of
from app.content.store.queries import course
from app.identity.sign_in.guards import current_person
from app.learner.messages import services
from app.learner.messages.queries import TextShown, ThreadKind, WriteToTrainersPage, lesson_place, mine_page, question_place, write_page
from app.learner.messages.services import MessageTyped
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.site import current_site
from app.platform.web.endpoints import SIGNED_IN, act, page

blueprint = Blueprint("messages", __name__)

THANKS = {
    ThreadKind.ERROR: "Merci, c’est transmis aux formateurs. Vous trouverez leur réponse dans « Mes questions ».",
    ThreadKind.QUESTION: "Votre question est partie. Vous trouverez la réponse ici.",
}


@blueprint.post("/lecons/<lesson_id>/signalements")
@act(who=SIGNED_IN)
def report_lesson(lesson_id: str) -> BaseResponse:
    return _send(ThreadKind.ERROR, _of_lesson(lesson_id), url_for("learning.lesson", lesson_id=lesson_id, _anchor="s-signaler"))


@blueprint.post("/tentatives/<int:attempt_id>/questions/<int:position>/signalements")
@act(who=SIGNED_IN)
def report_question(attempt_id: int, position: int) -> BaseResponse:
    """Reports an error in a question, from the correction of an attempt or of a question corrected at once."""
    return _send(ThreadKind.ERROR, question_place(db.session, current_person().id, attempt_id, position), _correction(attempt_id, position))


@blueprint.get("/lecons/<lesson_id>/poser-une-question")
@page(who=SIGNED_IN)
def asking_lesson(lesson_id: str) -> str:
    """`partie`: the heading at which one asks."""
    place = lesson_place(course(db.session), lesson_id, request.args.get("partie", ""))
    return _form(_page(ThreadKind.QUESTION, place, url_for("learning.lesson", lesson_id=lesson_id, _anchor=place.anchor or None)))


@blueprint.post("/lecons/<lesson_id>/poser-une-question")
@act(who=SIGNED_IN)
def ask_lesson(lesson_id: str) -> BaseResponse:
    place = _of_lesson(lesson_id)
    return _send(ThreadKind.QUESTION, place, url_for("learning.lesson", lesson_id=lesson_id, _anchor=place.anchor or None))


@blueprint.get("/tentatives/<int:attempt_id>/questions/<int:position>/poser-une-question")
@page(who=SIGNED_IN)
def asking_question(attempt_id: int, position: int) -> str:
    place = question_place(db.session, current_person().id, attempt_id, position)
    return _form(_page(ThreadKind.QUESTION, place, _correction(attempt_id, position)))


@blueprint.post("/tentatives/<int:attempt_id>/questions/<int:position>/poser-une-question")
@act(who=SIGNED_IN)
def ask_question(attempt_id: int, position: int) -> BaseResponse:
    return _send(ThreadKind.QUESTION, question_place(db.session, current_person().id, attempt_id, position), _correction(attempt_id, position))


def _of_lesson(lesson_id: str) -> TextShown:
    return lesson_place(course(db.session), lesson_id, request.form.get("anchor", ""))


def _correction(attempt_id: int, position: int) -> str:
    """Where the question stands corrected: alone while the attempt is under way, else with all the others."""
    if attempt_of(db.session, current_person().id, attempt_id).submitted_at is None:
        return url_for("quiz.question", attempt_id=attempt_id, position=position)
    return url_for("quiz.attempt", attempt_id=attempt_id, _anchor="correction")


def _page(kind: ThreadKind, place: TextShown, back: str) -> WriteToTrainersPage:
    due_on = services.promised_on(clock.now())
    return write_page(db.session, course(db.session), place, kind, back, request.path, current_site().answer_days, due_on)


def _form(page: WriteToTrainersPage) -> str:
    return render_template("learner/messages/write.html", page=page)


def _send(kind: ThreadKind, place: TextShown, back: str) -> BaseResponse:
    """Write it and show the page from its top, where the thanks are; or show the form again with what was typed."""
    person, now = current_person(), clock.now()
    message, passage = (request.form.get(name, "") for name in ("message", "passage"))
    try:
        row = services.send_message(db.session, person.id, place, MessageTyped(kind, message, passage), now)
    except DomainError as error:
        page = replace(_page(kind, place, back), message=message, passage=passage, error=error.sentence)
        return make_response(_form(page), error.status)
    flash(THANKS[kind], "success")
    then = url_for("messages.mine", _anchor=f"message-{row.id}") if kind is ThreadKind.QUESTION else back.partition("#")[0]
    db.session.commit()
    return redirect(then, 303)


@blueprint.get("/mes-questions")
@page(who=SIGNED_IN)
def mine() -> str:
    return render_template("learner/messages/mine.html", page=mine_page(db.session, course(db.session), current_person().id, clock.now()))


@blueprint.post("/mes-questions/<int:message_id>")
@act(who=SIGNED_IN)
def react(message_id: int) -> BaseResponse:
    """« C’est clair, merci », or what is not clear yet."""
    person, now, words = current_person(), clock.now(), request.form.get("message", "")
    try:
        if request.form.get("then") == "merci":
            services.thank(db.session, person.id, message_id, now)
        else:
            services.ask_again(db.session, person.id, message_id, words, now)
            flash(THANKS[ThreadKind.QUESTION], "success")
    except (services.MessageMissing, services.MessageTooLong, services.TooManyMessages) as error:
        page = mine_page(db.session, course(db.session), person.id, now, refused=message_id, typed=words, error=error.sentence)
        return make_response(render_template("learner/messages/mine.html", page=page), error.status)
    db.session.commit()
    return redirect(url_for("messages.mine"), 303)
