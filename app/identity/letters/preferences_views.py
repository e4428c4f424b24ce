"""`/courriels/<token>`: which letters one wants, without sign-in; `/compte/courriels` leads there from the account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.identity.letters import preferences
from app.identity.models import Person
from app.identity.sign_in.guards import current_person
from app.platform import clock, log
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.web import csrf
from app.platform.web.endpoints import PUBLIC, SIGNED_IN, act, page

blueprint = Blueprint("preferences", __name__)


class PreferencesPage(Struct, frozen=True):
    """The page of email preferences. It shows no name nor address: whoever has the email may open the link."""

    token: str
    kinds: tuple[tuple[str, str, bool], ...]
    """(key, words, wanted)."""


class StopPage(Struct, frozen=True):
    token: str
    kind: str
    words: str
    done: bool


@blueprint.get("/compte/courriels")
@page(who=SIGNED_IN, gives_key=True)
def mine() -> ResponseReturnValue:
    token = preferences.token(current_settings().keys, current_person().id)
    return redirect(url_for("preferences.letters", token=token))


@blueprint.get("/courriels/<token>")
@page(who=PUBLIC)
def letters(token: str) -> str:
    person = _holder(token)
    wanted = preferences.wanted_kinds(db.session, person.id)
    kinds = tuple((key, preferences.KINDS[key].words, key in wanted) for key in preferences.offered_kinds(person))
    return render_template("identity/letters/wanted_letters.html", page=PreferencesPage(token, kinds))


@blueprint.post("/courriels/<token>")
@act(who=PUBLIC)
def choose_letters(token: str) -> ResponseReturnValue:
    person = _holder(token)
    preferences.choose(db.session, person.id, request.form.getlist("kind"), clock.now(), preferences.offered_kinds(person))
    log.event("letters_chosen", person=person.id)
    flash("Votre choix est enregistré.", "success")
    db.session.commit()
    return redirect(url_for("preferences.letters", token=token), 303)


@blueprint.get("/courriels/<token>/arret/<kind>")
@page(who=PUBLIC)
def stop(token: str, kind: str) -> str:
    """A mail program that fetches what it finds changes nothing: only the button does."""
    _holder(token)
    return render_template("identity/letters/stop_letters.html", page=StopPage(token, kind, _words(kind), done=False))


@blueprint.post("/courriels/<token>/arret/<kind>")
@act(who=PUBLIC)
@csrf.exempt  # type: ignore[untyped-decorator]  # the extension ships no types
def stopped(token: str, kind: str) -> str:
    """Unsubscribes by the button or by the mail program itself (RFC 8058), which has no session and follows no redirect."""
    person, words = _holder(token), _words(kind)
    preferences.refuse(db.session, person.id, kind, clock.now())
    log.event("letters_stopped", person=person.id, kind=kind)
    db.session.commit()
    return render_template("identity/letters/stop_letters.html", page=StopPage(token, kind, words, done=True))


def _words(kind: str) -> str:
    if kind not in preferences.KINDS:
        raise preferences.LinkWrong
    return preferences.KINDS[kind].words


def _holder(token: str) -> Person:
    return preferences.opened_by(db.session, current_settings().keys, token)
