"""`/revision`: today's few questions, one after another; practice, the curve, and what one chooses."""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.assessment.models import UnclearAnswer
from app.content.store.queries import course
from app.identity import email_preferences, emails
from app.identity.sign_in.guards import current_person
from app.learner.changes import changed_facts
from app.learner.review import queries, services
from app.learner.review.deck import deck_of
from app.learner.review.rules import ReviewItem
from app.learner.review.services import AnsweredElsewhere, PauseWrong, QuestionChanged, ReviewQuestionGone
from app.platform import clock, log
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of, french_date
from app.platform.holidays import ZONES
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.web.endpoints import SIGNED_IN, act, keep_private, page

blueprint = Blueprint("review", __name__)
keep_private(blueprint, "ce que chacun révise n’est montré qu’à lui")


@blueprint.get("/revision")
@page(who=SIGNED_IN)
def review() -> str:
    published, person = course(db.session), current_person()
    page = queries.review_page(db.session, published, person.id, clock.now())
    changes = changed_facts(db.session, published, person.id, clock.now(), "revision")
    return render_template("learner/review/review.html", page=page, changes=changes)


@blueprint.get("/revision/question")
@page(who=SIGNED_IN)
def question() -> str | BaseResponse:
    page = queries.question_page(db.session, course(db.session), current_person().id, clock.now())
    return render_template("learner/review/question.html", page=page) if page else redirect(url_for("review.review"))


@blueprint.post("/revision/question")
@act(who=SIGNED_IN)
def answer() -> BaseResponse:
    """One answer. What is unclear is asked again; the same one twice, or from another window, counts once."""
    person, published, now = current_person(), course(db.session), clock.now()
    fields = request.form.to_dict(flat=False)
    try:
        row = services.answer(db.session, published, person.id, fields, now)
    except AnsweredElsewhere as error:
        return _already(error)
    except ReviewQuestionGone as error:
        flash(error.sentence, "warning")
        return redirect(url_for("review.question"), 303)
    except (UnclearAnswer, QuestionChanged) as error:
        db.session.rollback()
        return _asked_again(error)
    db.session.commit()
    return redirect(url_for("review.show_answer", log_id=row.id), 303)


def _already(error: AnsweredElsewhere) -> BaseResponse:
    db.session.rollback()
    item = _item()
    row = queries.latest_answer(db.session, current_person().id, item)
    flash(error.sentence, "warning")
    return redirect(url_for("review.show_answer", log_id=row) if row else url_for("review.question"), 303)


def _asked_again(error: DomainError) -> BaseResponse:
    """With all that was typed."""
    published, item = course(db.session), _item()
    one = queries.asking(published, item)
    given = one.kind.read_refused(one.layout, request.form.to_dict(flat=False))
    shown = request.form.get("shown", "")
    shown_at = int(shown) if re.fullmatch("[0-9]{1,10}", shown) else 0
    page = queries.question_page(db.session, published, current_person().id, clock.now(), item.key, shown_at, given, error.sentence)
    return make_response(render_template("learner/review/question.html", page=page), error.status)


@blueprint.get("/revision/reponses/<int:log_id>")
@page(who=SIGNED_IN)
def show_answer(log_id: int) -> str:
    page = queries.answer_page(db.session, course(db.session), current_person().id, log_id, clock.now())
    return render_template("learner/review/answer.html", page=page)


@blueprint.get("/revision/entrainement")
@page(who=SIGNED_IN)
def practise() -> str | BaseResponse:
    """Writes nothing: the answer is in the address, as in a lesson."""
    page = queries.practice_page(db.session, course(db.session), current_person().id, clock.now(), request.args.to_dict(flat=False))
    return render_template("learner/review/practice.html", page=page) if page else redirect(url_for("review.review"))


@blueprint.get("/revision/memoire")
@page(who=SIGNED_IN)
def curve() -> str:
    return render_template("learner/review/curve.html", page=queries.curve_page(db.session, current_person().id, clock.now()))


# --- What one chooses ------------------------------------------------------------------------------------------------


@blueprint.post("/revision/ecartees")
@act(who=SIGNED_IN)
def set_aside() -> BaseResponse:
    services.set_aside(db.session, current_person().id, _item(), clock.now())
    flash("Cette question ne vous sera plus posée. Vous la retrouverez en bas de la page de révision.", "success")
    db.session.commit()
    return redirect(url_for("review.review"), 303)


@blueprint.post("/revision/reprises")
@act(who=SIGNED_IN)
def take_back() -> BaseResponse:
    services.take_back(db.session, current_person().id, _item())
    flash("Cette question pourra de nouveau vous être posée.", "success")
    db.session.commit()
    return redirect(url_for("review.review"), 303)


@blueprint.post("/revision/pause")
@act(who=SIGNED_IN)
def pause() -> BaseResponse:
    """Pauses review until a day; without a day, ends the pause."""
    person, now = current_person(), clock.now()
    typed = request.form.get("until", "").strip()
    try:
        asked = _day(typed) if "end" not in request.form else None
        until = services.pause(db.session, person.id, asked, day_of(now))
    except PauseWrong as error:
        db.session.rollback()
        page = queries.review_page(db.session, course(db.session), person.id, now, typed, error.sentence)
        return make_response(render_template("learner/review/review.html", page=page), error.status)
    longer = ", fin des vacances de votre zone" if until != asked else ""
    flash(f"La révision est en pause jusqu’au {french_date(until)}{longer}." if until else "La révision reprend.", "success")
    db.session.commit()
    return redirect(url_for("review.review"), 303)


def _day(typed: str) -> date:
    """As a browser sends it, or as one types it."""
    french = re.fullmatch(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", typed)
    try:
        return date(*(int(part) for part in reversed(french.groups()))) if french else date.fromisoformat(typed)
    except ValueError:
        raise PauseWrong from None


@blueprint.post("/revision/choix")
@act(who=SIGNED_IN)
def choose() -> BaseResponse:
    """The weekly email, and the school holidays that pause for the person."""
    person, now, zone = current_person(), clock.now(), request.form.get("zone", "")
    if outbox.available(current_settings()):
        email_preferences.choose(db.session, person.id, {queries.LETTER} if "by_mail" in request.form else (), now, (queries.LETTER,))
        if "by_mail" in request.form:
            email_preferences.accept(db.session, person.id, emails.KIND, now)  # which carries them
    services.choose_zone(db.session, person.id, zone if zone in ZONES else "")
    log.event("review_chosen", person=person.id)
    flash("Votre choix est enregistré.", "success")
    db.session.commit()
    return redirect(url_for("review.review"), 303)


def _item() -> ReviewItem:
    found = deck_of(db.session, course(db.session), current_person().id, clock.now()).at(request.form.get("card", ""))
    if found is None:
        raise NotYours
    return found
