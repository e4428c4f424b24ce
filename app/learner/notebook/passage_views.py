"""`/carnet/noter/…`: the note of a passage, saved as it is typed or by its button; and the favourites."""

from __future__ import annotations

from flask import abort, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.content.store.queries import course
from app.identity.sign_in.guards import current_person, person_or_none
from app.learner.kept_forms import close_replayed
from app.learner.notebook import passages
from app.learner.notebook.notes import NOTEBOOK
from app.learner.notebook.passage_rules import KINDS, PassageKey
from app.learner.notebook.passages import Beside
from app.learner.notebook.rules import WHY, Fate, JudgedAnswer, SentAnswer, mark_of, normalise_answer
from app.learner.notebook.views import blueprint
from app.platform import clock
from app.platform.db import db
from app.platform.french import with_french_spaces
from app.platform.site import offers
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import SIGNED_IN, Return, act, page
from app.platform.web.errors import wants_json


@blueprint.get("/carnet/noter/<kind>/<ref>")
@page(who=SIGNED_IN)
def passage(kind: str, ref: str) -> str:
    """Shows the form for a passage, or a list to choose from where the page has no control at each entry."""
    published, anchor = course(db.session), request.args.get("ancre", "")
    if not anchor and kind in KINDS and KINDS[kind].choices:
        title, choices = passages.choices_of(published, kind, ref)
        return render_template("learner/notebook/kept/choose.html", title=title, choices=choices, kind=kind, ref=ref)
    page = passages.passage_page(db.session, published, current_person().id, PassageKey(kind, ref, anchor))
    return render_template("learner/notebook/kept/passage.html", page=page, then=_then(request.args.get("then")))


@blueprint.post("/carnet/noter/<kind>/<ref>")
@act(who=SIGNED_IN, returns=Return("votre note", passages.kept_words))
def save_passage(kind: str, ref: str) -> BaseResponse:
    """Refused, it comes back with what was typed, and nothing is stored. A script that saves by itself is answered in JSON."""
    person, published, now = current_person(), course(db.session), clock.now()
    place = PassageKey(kind, ref, request.form.get("ancre", ""))
    sent = SentAnswer("", request.form.get("key", ""), normalise_answer(request.form.get("text", "")))
    judged = passages.save_note(db.session, published, person.id, place, sent, now)
    if judged.refused:
        return _refuse_save(place, judged)
    close_replayed(db.session, person.id, now)
    back = _back(place)
    db.session.commit()
    return make_response(jsonify(saved_at=now.isoformat() if sent.text else None, key=mark_of(sent.text))) if wants_json() else redirect(back, 303)


def _refuse_save(place: PassageKey, judged: JudgedAnswer) -> BaseResponse:
    status, elsewhere = (409, True) if judged.fate is Fate.ELSEWHERE else (422, False)
    if wants_json():
        return make_response(jsonify(error=with_french_spaces(WHY[judged.fate])), status)
    page = passages.passage_page(db.session, course(db.session), current_person().id, place)
    seen = mark_of(judged.stored) if elsewhere else judged.sent.seen
    page = passages.with_error(page, judged.sent.text, seen, judged.stored if elsewhere else "", WHY[judged.fate])
    return make_response(render_template("learner/notebook/kept/passage.html", page=page, then=_then(request.form.get("then"))), status)


@blueprint.post("/carnet/favoris")
@act(who=SIGNED_IN)
def keep() -> BaseResponse:
    place = PassageKey(*(request.form.get(name, "") for name in ("kind", "ref", "ancre")))
    passages.keep(db.session, course(db.session), current_person().id, place, clock.now())
    back = _back(place)
    db.session.commit()
    return redirect(back, 303)


@blueprint.post("/carnet/retirer")
@act(who=SIGNED_IN)
def take_away() -> BaseResponse:
    """A favourite, or what was received. What is gone already is gone."""
    kept_id = request.form.get("garde", 0, type=bounded_int) or abort(400)
    place = passages.take_away(db.session, current_person().id, kept_id)
    named = PassageKey(*(request.form.get(name, "") for name in ("kind", "ref", "ancre")))
    back = _back(place or named)
    if _then(request.form.get("then")):
        flash("C’est retiré de votre carnet.", "success")
    db.session.commit()
    return redirect(back, 303)


def _then(named: str | None) -> str:
    return NOTEBOOK if named == NOTEBOOK else ""


def _back(place: PassageKey) -> str:
    """To the passage, or to the notebook: where one asks for it, and where no page shows the passage."""
    shown = "" if _then(request.form.get("then")) else passages.address_of(course(db.session), place)
    return shown or url_for("notebook.notebook")


def kept_on(kind: str, ref: str) -> Beside | None:
    """Returns the notes to show beside a page; None for visitors and during « voir comme »."""
    person = person_or_none()
    return passages.beside(db.session, person.id, kind, ref) if person and offers("notebook") and "watcher" not in g else None
