"""`/administration/modeles`: the words of the letters, changed, tried on oneself, and brought back to the original."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import select

from app.administration import acts
from app.administration.site.views import blueprint
from app.identity.models import Person
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.mail import letters, outbox
from app.platform.mail.letters import LetterWording
from app.platform.mail.originals import WORDINGS
from app.platform.mail.outbox import Letter
from app.platform.mail.wordings import SUBJECT_LENGTH, TEXT_LENGTH, Fault, Value, Wording, Written, faults, filled, samples
from app.platform.settings import current_settings
from app.platform.site.queries import current_site
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import page


class Version(Struct, frozen=True):
    id: int
    at: datetime
    author: str
    original: bool


class WordingPage(Struct, frozen=True):
    wording: Wording
    subject: str
    text: str
    faults: tuple[Fault, ...]
    preview: Written | None
    """None where something is wrong."""
    history: tuple[Version, ...]
    changed: bool
    """It is not the original."""
    can_send: bool
    longest: tuple[int, int]


@blueprint.get("/modeles")
@page(who=ADMINISTRATORS)
def wordings() -> str:
    changed = {name for name, one in WORDINGS.items() if letters.current(db.session, one) != (one.subject, one.text)}
    return render_template("administration/site/wordings.html", wordings=WORDINGS.values(), changed=changed)


@blueprint.route("/modeles/<name>", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def wording(name: str) -> ResponseReturnValue:
    """`act`: save, look, try on oneself, or bring the original back."""
    one = WORDINGS.get(name) or abort(404)
    if request.method == "GET":
        return _page(one, *_asked(one)), 200
    act = request.form.get("act", "")
    if act == "original":
        return _saved(one, "", "", "Le texte d’origine est de retour.")
    subject, text = request.form.get("subject", "").strip(), request.form.get("text", "").replace("\r\n", "\n").strip() + "\n"
    if act == "preview" or faults(one, subject, text):
        return _page(one, subject, text), 200 if act == "preview" else 422
    if act == "test":
        return _tried(one, subject, text)
    return _saved(one, subject, text, "Le modèle est enregistré : les prochains courriels seront écrits ainsi.")


def _asked(one: Wording) -> tuple[str, str]:
    """The words as they are, or those of an older version, to be taken up again."""
    number = request.args.get("version", None, bounded_int)
    row = db.session.get(LetterWording, number) if number else None
    return (row.subject, row.text) if row is not None and row.name == one.name and row.text else letters.current(db.session, one)


def _page(one: Wording, subject: str, text: str) -> str:
    wrong = tuple(faults(one, subject, text))
    page = WordingPage(
        wording=one,
        subject=subject,
        text=text,
        faults=wrong,
        preview=None if wrong else filled(one, subject, text, _samples(one)),
        history=_history(one),
        changed=letters.current(db.session, one) != (one.subject, one.text),
        can_send=bool(current_settings().smtp_host),
        longest=(SUBJECT_LENGTH, TEXT_LENGTH),
    )
    return render_template("administration/site/wording.html", page=page)


def _samples(one: Wording) -> dict[str, Value]:
    return {**samples(one), "nom du site": current_site().name}


def _history(one: Wording) -> tuple[Version, ...]:
    query = select(LetterWording.id, LetterWording.at, Person.name, LetterWording.text).join(Person, Person.id == LetterWording.author_id)
    rows = db.session.execute(query.where(LetterWording.name == one.name).order_by(LetterWording.id.desc()).limit(50))
    return tuple(Version(number, at, author, not text) for number, at, author, text in rows)


def _saved(one: Wording, subject: str, text: str, sentence: str) -> ResponseReturnValue:
    """Without a text: the original. Nothing is written where nothing changes."""
    now, actor = clock.now(), current_person().id
    wanted = (subject, text) if text else (one.subject, one.text)
    if wanted != letters.current(db.session, one):
        db.session.add(LetterWording(name=one.name, subject=subject, text=text, author_id=actor, at=now))
        acts.record(db.session, actor, "wording_changed", None, now, modèle=one.name)
    flash(sentence, "success")
    db.session.commit()
    return redirect(url_for("site.wording", name=one.name), 303)


def _tried(one: Wording, subject: str, text: str) -> ResponseReturnValue:
    """With invented values, to whoever asks; nothing is saved, what was typed stays on the page."""
    written, me = filled(one, subject, text, _samples(one)), db.session.get_one(Person, current_person().id)
    outbox.queue(db.session, Letter(me.email, f"[Essai] {written.subject}"[:SUBJECT_LENGTH], written.text, written.html), clock.now())
    db.session.commit()
    flash(f"Un essai part à {me.email}. Rien n’est enregistré.")
    return _page(one, subject, text), 200
