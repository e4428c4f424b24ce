"""`/atelier/messages`: what learners wrote, taken by one trainer, answered with words that they read."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authoring.blueprint import blueprint
from app.authoring.feedback.inbox.queries import AnswerNotSent, inbox_page
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.learner.messages import services
from app.learner.messages.services import AlreadyAnswered, AlreadyTaken, AnswerMissing
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, TooManyCharacters
from app.platform.settings import current_settings
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page


@blueprint.get("/messages")
@page(who=AUTHORS)
def inbox() -> str:
    return _html()


@blueprint.post("/messages/<int:message_id>")
@act(who=AUTHORS)
def answer_message(message_id: int) -> ResponseReturnValue:
    """Refused, it comes back with what was typed, and with what a colleague answered meanwhile."""
    words, fixed = request.form.get("answer", ""), request.form.get("outcome") == "corrige"
    settings, actor = current_settings(), current_person().id
    try:
        services.answer(db.session, settings, message_id, actor_id=actor, fixed=fixed, words=words, now=clock.now())
    except (AnswerMissing, TooManyCharacters, AlreadyAnswered, AlreadyTaken) as error:
        db.session.rollback()
        return make_response(_html(AnswerNotSent(message_id, words, error.sentence)), error.status)
    flash("Votre réponse est enregistrée : la personne la lira.", "success")
    db.session.commit()
    return redirect(url_for("authoring.inbox"), 303)


@blueprint.post("/messages/<int:message_id>/prise")
@act(who=AUTHORS)
def take_message(message_id: int) -> ResponseReturnValue:
    """`seen`: who looked after it on the page where one clicked."""
    actor = current_person().id
    try:
        if request.form.get("then") == "laisser":
            services.leave(db.session, message_id, actor)
        else:
            services.take(db.session, message_id, actor, request.form.get("seen", None, bounded_int), clock.now())
    except (AlreadyTaken, AlreadyAnswered) as error:
        return _redirect_with_warning(error, message_id)
    db.session.commit()
    return redirect(_at(message_id), 303)


def _redirect_with_warning(error: DomainError, message_id: int) -> ResponseReturnValue:
    db.session.rollback()
    flash(error.sentence, "warning")
    return redirect(_at(message_id), 303)


def _at(message_id: int) -> str:
    return url_for("authoring.inbox", _anchor=f"message-{message_id}")


def _html(refused: AnswerNotSent | None = None) -> str:
    return render_template("authoring/feedback/inbox/inbox.html", page=inbox_page(db.session, current_person().id, clock.now(), refused))
