"""`/positionnement`: the test question by question, where it lets somebody start from, and each waiver afterwards."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.assessment.kinds.responses import quote_text
from app.content.store.queries import course
from app.identity.sign_in.guards import course_address, current_person
from app.learner.attestations import say_attested
from app.learner.positioning import models, queries, services
from app.learner.positioning.queries import Offer
from app.learner.positioning.rules import WaiverDecision
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.web.endpoints import SIGNED_IN, act, page
from app.record.services import attest

blueprint = Blueprint("positioning", __name__)

UNKNOWN = "unknown"
"""`then` of « Je ne sais pas »."""
SAID = {
    WaiverDecision.ACCEPTED: "Dispense acceptée : les leçons et les quiz de ce module comptent comme dispensés.",
    WaiverDecision.REFUSED: "Dispense refusée : ce module reste sur votre parcours.",
    WaiverDecision.TAKEN_BACK: "Dispense abandonnée : ce module est de nouveau sur votre parcours.",
}


@blueprint.get("/positionnement")
@page(who=SIGNED_IN)
def positioning() -> str:
    page = queries.positioning_page(db.session, course(db.session), current_person().id, clock.now())
    return render_template("learner/positioning/positioning.html", page=page)


@blueprint.post("/positionnement")
@act(who=SIGNED_IN)
def begin() -> BaseResponse:
    """Begin, or go on with the test under way. `module`: of that one alone."""
    person, published, module_id = current_person(), course(db.session), request.form.get("module", "")
    if module_id and module_id not in published.modules:
        abort(404)
    test = services.begin(db.session, published, person.id, module_id, seed=secrets.randbits(31), now=clock.now())
    address = _address(test.id, models.current_position(db.session, test.id))
    db.session.commit()
    return redirect(address, 303)


def _address(test_id: int, position: int | None) -> str:
    """Of the question that waits, or of what the test found; a test that was given up without an answer found nothing, and is gone."""
    if position is None:
        there = db.session.get(models.Positioning, test_id)
        return url_for("positioning.result", test_id=test_id) if there else url_for("positioning.positioning")
    return url_for("positioning.question", test_id=test_id, position=position)


@blueprint.get("/positionnement/<int:test_id>/questions/<int:position>")
@page(who=SIGNED_IN)
def question(test_id: int, position: int) -> str | BaseResponse:
    """The question that waits; any other address of the test leads to it."""
    test = models.test_of(db.session, current_person().id, test_id)
    waiting = models.current_position(db.session, test.id)
    if position != waiting:
        return redirect(_address(test.id, waiting))
    page = queries.question_page(db.session, course(db.session), test, position, day_of(clock.now()))
    if page is None:
        return redirect(_address(test.id, None))
    return render_template("learner/positioning/question.html", page=page)


@blueprint.post("/positionnement/<int:test_id>/questions/<int:position>")
@act(who=SIGNED_IN)
def answer(test_id: int, position: int) -> BaseResponse:
    """One answer, once. What is unclear, incomplete or blank is asked again, with what was typed, and counts for nothing."""
    person, published, now = current_person(), course(db.session), clock.now()
    fields = None if request.form.get("then") == UNKNOWN else request.form.to_dict(flat=False)
    try:
        step = services.answer(db.session, published, person.id, test_id, position, fields, now=now)
    except (services.AskedAgain, services.AnswerFirst, services.IncompleteAnswer) as error:
        return _asked_again(error, person.id, test_id, position)
    if not step.counted:
        typed = quote_text(request.form["texte"]) if request.form.get("texte") else ""
        flash(
            f"Cette question avait déjà sa réponse, ou ce positionnement était terminé : ce que vous venez d’envoyer n’a rien changé. {typed}".strip(),
            "warning",
        )
    db.session.commit()
    return redirect(_address(test_id, step.position), 303)


def _asked_again(error: DomainError, person_id: int, test_id: int, position: int) -> BaseResponse:
    db.session.rollback()
    test = models.test_of(db.session, person_id, test_id)
    typed = request.form.to_dict(flat=False)
    page = queries.question_page(db.session, course(db.session), test, position, day_of(clock.now()), typed=typed, error=error.sentence)
    if page is None:
        return redirect(_address(test.id, None), 303)
    return make_response(render_template("learner/positioning/question.html", page=page), error.status)


@blueprint.post("/positionnement/<int:test_id>/fin")
@act(who=SIGNED_IN)
def finish(test_id: int) -> BaseResponse:
    """« Arrêter là »: what was answered is enough for a result."""
    services.finish(db.session, course(db.session), current_person().id, test_id, now=clock.now())
    db.session.commit()
    return redirect(_address(test_id, None), 303)


@blueprint.get("/positionnement/<int:test_id>/resultat")
@page(who=SIGNED_IN)
def result(test_id: int) -> str | BaseResponse:
    """« Vous partez d'ici »; of a test under way, the question that waits."""
    person_id = current_person().id
    test = models.test_of(db.session, person_id, test_id)
    if test.ended_at is None:
        return redirect(_address(test.id, models.current_position(db.session, test.id)))
    page = queries.result_page(db.session, course(db.session), person_id, test, clock.now())
    return render_template("learner/positioning/result.html", page=page)


@blueprint.post("/positionnement/<int:test_id>/resultat")
@act(who=SIGNED_IN)
def start_from(test_id: int) -> BaseResponse:
    """Every waiver of the test answered at once, then the first step that is left."""
    person_id, published, now = current_person().id, course(db.session), clock.now()
    kept = {int(one) for one in request.form.getlist("dispense") if re.fullmatch(r"[0-9]{1,12}", one)}
    if accepted := services.start_from(db.session, published, person_id, test_id, kept, now=now):
        flash(f"{'Dispense acceptée' if accepted == 1 else f'{accepted} dispenses acceptées'} : vous pourrez y renoncer quand vous voulez.", "success")
    say_attested(attest(db.session, published, person_id, now))
    onward = queries.first_left(db.session, published, person_id)
    db.session.commit()
    return redirect(onward[1] if onward else course_address(), 303)


@blueprint.post("/positionnement/dispenses/<int:result_id>")
@act(who=SIGNED_IN)
def decide(result_id: int) -> BaseResponse:
    """Accept a waiver, refuse it, or take it back."""
    person_id, published, now = current_person().id, course(db.session), clock.now()
    wanted = next((one for one in SAID if one == request.form.get("decision")), None) or abort(400)
    services.decide(db.session, published, person_id, result_id, wanted, now=now)
    flash(SAID[wanted], "success")
    say_attested(attest(db.session, published, person_id, now))
    db.session.commit()
    return redirect(url_for("positioning.positioning", _anchor="resultat"), 303)


def offer_test(done: Collection[str]) -> Offer | None:
    """Returns what waits, for the learner's home page, also during « voir comme »."""
    return queries.offer(db.session, course(db.session), current_person().id, done, clock.now())
