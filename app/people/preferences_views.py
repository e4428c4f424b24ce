"""`/courriels/<token>`: which letters one wants, without sign-in; `/compte/courriels` leads there from the account."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, log
from app.db import db
from app.errors import DomainError
from app.identity import wanted_letters
from app.identity.guards import current_person

blueprint = Blueprint("preferences", __name__)


class LinkWrong(DomainError):
    status = 404
    sentence = "Ce lien n’est pas le bon, ou ne sert plus. Copiez-le en entier depuis le courriel reçu."


@dataclass(frozen=True, slots=True)
class PreferencesPage:
    """Neither name nor address: the link may be read by whoever received the letter."""

    token: str
    kinds: tuple[tuple[str, str, bool], ...]
    """(key, words, wanted)."""


@blueprint.get("/compte/courriels")
def mine() -> ResponseReturnValue:
    token = wanted_letters.token(current_app.config["CROISEE"].secret_key, current_person().id)
    return redirect(url_for("preferences.letters", token=token))


@blueprint.get("/courriels/<token>")
def letters(token: str) -> str:
    wanted = wanted_letters.wanted(db.session, _holder(token))
    return render_template(
        "people/wanted_letters.html", page=PreferencesPage(token, tuple((key, words, key in wanted) for key, words in wanted_letters.KINDS.items()))
    )


@blueprint.post("/courriels/<token>")
def choose_letters(token: str) -> ResponseReturnValue:
    person_id = _holder(token)
    wanted_letters.choose(db.session, person_id, request.form.getlist("kind"), clock.now())
    log.event("letters_chosen", person=person_id)
    flash("Votre choix est enregistré.", "success")
    db.session.commit()
    return redirect(url_for("preferences.letters", token=token), 303)


def _holder(token: str) -> int:
    person = wanted_letters.holder(db.session, current_app.config["CROISEE"].secret_key, token)
    if person is None:
        raise LinkWrong
    return person.id
