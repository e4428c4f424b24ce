"""`/administration/personnes/<id>/second-facteur`: somebody lost their second factor. One administrator reports it, another confirms; both acts are recorded."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.administration.accounts.queries import visible_person
from app.identity import audit
from app.identity.models import Person
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in import second_factor, second_factor_changes
from app.identity.sign_in.guards import current_person
from app.identity.sign_in.second_factor import LossRequest, PersonFactors
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.web.endpoints import act, page

blueprint = Blueprint("losses", __name__, url_prefix="/administration/personnes/<int:person_id>/second-facteur")


class LossPage(Struct, frozen=True):
    id: int
    name: str
    held: PersonFactors
    loss: LossRequest | None
    """What waits for a second administrator."""
    mine: bool
    """The reader said so."""
    myself: bool


def _person(person_id: int) -> Person:
    return visible_person(db.session, current_person(), person_id, day_of(clock.now()))


@blueprint.get("")
@page(who=ADMINISTRATORS, fresh_factor=True, names_people="Perte de votre second facteur")
def loss(person_id: int) -> str:
    seen, reader, now = _person(person_id), current_person(), clock.now()
    waiting = second_factor.loss(db.session, seen.id, now - timedelta(days=second_factor.LOST_FOR_DAYS))
    mine = waiting is not None and waiting.asker_id == reader.id
    page = LossPage(seen.id, seen.name, second_factor.factors_of(db.session, seen.id), waiting, mine, seen.id == reader.id)
    return render_template("administration/accounts/loss.html", page=page)


@blueprint.post("")
@act(who=ADMINISTRATORS, fresh_factor=True, names_people="Perte de votre second facteur signalée")
def report(person_id: int) -> ResponseReturnValue:
    seen, reader, now = _person(person_id), current_person(), clock.now()
    if not second_factor.has_factor(db.session, seen.id):
        return _back(person_id, "Cette personne n’a pas de second facteur.")
    gone = second_factor_changes.report_loss(db.session, seen, reader.id, now)
    audit.record(db.session, reader.id, "factors_dropped" if gone else "factor_loss_reported", seen.id, now)
    return _back(
        person_id, "Ses facteurs sont retirés et ses sessions fermées." if gone else "C’est signalé. Une autre personne qui administre doit le confirmer."
    )


@blueprint.post("/annulation")
@act(who=ADMINISTRATORS, fresh_factor=True, names_people="Perte de votre second facteur annulée")
def forget(person_id: int) -> ResponseReturnValue:
    seen, reader, now = _person(person_id), current_person(), clock.now()
    second_factor_changes.forget_loss(db.session, seen)
    audit.record(db.session, reader.id, "factor_loss_forgotten", seen.id, now)
    return _back(person_id, "Le signalement est annulé.")


def _back(person_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    db.session.commit()
    return redirect(url_for("losses.loss", person_id=person_id), 303)
