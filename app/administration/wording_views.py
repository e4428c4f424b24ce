"""`/administration/modeles`: the words of the emails, changed, tried on oneself, and brought back to the original."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import select

from app.administration.site import blueprint
from app.identity import audit
from app.identity.models import Person
from app.identity.rules import ADMINISTRATORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.mail import outbox
from app.platform.mail.emails import EDITABLE
from app.platform.mail.outbox import EmailWording, current_words, make_message
from app.platform.mail.wordings import SUBJECT_LENGTH, TEXT_LENGTH, Email, RenderedEmail, Value, WordingFault, faults, fill_wording, samples
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import page


class WordingVersion(Struct, frozen=True):
    id: int
    at: datetime
    author: str
    original: bool


class WordingPage(Struct, frozen=True):
    email: Email
    subject: str
    text: str
    faults: tuple[WordingFault, ...]
    preview: RenderedEmail | None
    """None where something is wrong."""
    history: tuple[WordingVersion, ...]
    changed: bool
    """It is not the original."""
    can_send: bool
    longest: tuple[int, int]


@blueprint.get("/modeles")
@page(who=ADMINISTRATORS)
def wordings() -> str:
    changed = {name for name, one in EDITABLE.items() if current_words(db.session, one) != (one.subject, one.text)}
    return render_template("administration/site/wordings.html", emails=EDITABLE.values(), changed=changed)


@blueprint.route("/modeles/<name>", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def wording(name: str) -> ResponseReturnValue:
    """`act`: save, look, try on oneself, or bring the original back."""
    one = EDITABLE.get(name) or abort(404)
    if request.method == "GET":
        return _page(one, *_words_to_edit(one)), 200
    act = request.form.get("act", "")
    if act == "original":
        return _save_wording(one, "", "", "Le texte d’origine est de retour.")
    subject, text = request.form.get("subject", "").strip(), request.form.get("text", "").replace("\r\n", "\n").strip() + "\n"
    if act == "preview" or faults(one, subject, text):
        return _page(one, subject, text), 200 if act == "preview" else 422
    if act == "test":
        return _send_trial(one, subject, text)
    return _save_wording(one, subject, text, "Le modèle est enregistré : les prochains courriels seront écrits ainsi.")


def _words_to_edit(one: Email) -> tuple[str, str]:
    """The words as they are, or those of an older version, to be taken up again."""
    number = request.args.get("version", None, bounded_int)
    row = db.session.get(EmailWording, number) if number else None
    return (row.subject, row.text) if row is not None and row.name == one.key and row.text else current_words(db.session, one)


def _page(one: Email, subject: str, text: str) -> str:
    wrong = tuple(faults(one, subject, text))
    page = WordingPage(
        email=one,
        subject=subject,
        text=text,
        faults=wrong,
        preview=None if wrong else fill_wording(one, subject, text, _samples(one)),
        history=_history(one),
        changed=current_words(db.session, one) != (one.subject, one.text),
        can_send=bool(current_settings().smtp_host),
        longest=(SUBJECT_LENGTH, TEXT_LENGTH),
    )
    return render_template("administration/site/wording.html", page=page)


def _samples(one: Email) -> dict[str, Value]:
    return {**samples(one), "nom du site": current_site().name}


def _history(one: Email) -> tuple[WordingVersion, ...]:
    query = select(EmailWording.id, EmailWording.at, Person.name, EmailWording.text).join(Person, Person.id == EmailWording.author_id)
    rows = db.session.execute(query.where(EmailWording.name == one.key).order_by(EmailWording.id.desc()).limit(50))
    return tuple(WordingVersion(number, at, author, not text) for number, at, author, text in rows)


def _save_wording(one: Email, subject: str, text: str, sentence: str) -> ResponseReturnValue:
    """Without a text: the original. Nothing is written where nothing changes."""
    now, actor = clock.now(), current_person().id
    wanted = (subject, text) if text else (one.subject, one.text)
    if wanted != current_words(db.session, one):
        db.session.add(EmailWording(name=one.key, subject=subject, text=text, author_id=actor, at=now))
        audit.record(db.session, actor, "wording_changed", None, now, modèle=one.key)
    flash(sentence, "success")
    db.session.commit()
    return redirect(url_for("site.wording", name=one.key), 303)


def _send_trial(one: Email, subject: str, text: str) -> ResponseReturnValue:
    """With invented values, to whoever asks; nothing is saved, what was typed stays on the page."""
    me = db.session.get_one(Person, current_person().id)
    outbox.queue(db.session, make_message(one, (f"[Essai] {subject}", text), me.email, _samples(one)), clock.now())
    db.session.commit()
    flash(f"Un essai part à {me.email}. Rien n’est enregistré.")
    return _page(one, subject, text), 200
