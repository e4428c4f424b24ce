"""The administration's own pages: acts, settings, and the emails that wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from app.administration import acts
from app.administration.first_steps import MAIL_TRIED
from app.administration.privacy.journal import Readable
from app.identity import audit
from app.identity.models import Person
from app.identity.rules import ADMINISTRATORS
from app.identity.services import SignedIn, managers_without_scope
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.french import plural
from app.platform.mail import outbox as mail_outbox
from app.platform.mail.emails import EDITABLE
from app.platform.mail.outbox import STATES, WAITING, EmailWording, OutgoingMail, current_words, make_message
from app.platform.mail.wordings import SUBJECT_LENGTH, TEXT_LENGTH, Email, RenderedEmail, Value, WordingFault, faults, fill_wording, samples
from app.platform.settings import Settings, current_settings
from app.platform.settings.fields import SETTINGS, Setting
from app.platform.site import current_site, offers
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page

# --- What the pages receive ---
# The settings without their secrets, and the emails that wait.


class SettingRow(Struct, frozen=True):
    variable: str
    field: str
    value: str
    origin: str
    meaning: str


class SettingsPage(Struct, frozen=True):
    rows: tuple[SettingRow, ...]
    instance: str
    production: bool


class MailRow(Struct, frozen=True):
    id: int
    recipient: str
    person_id: int | None
    """Whose address it is."""
    subject: str
    created_at: datetime
    attempts: int
    next_at: datetime
    state: str
    """In words."""
    said: str


class OutboxPage(Struct, frozen=True):
    """`stopped`: emails that no longer leave by themselves; `waiting`: those that do. `totals`: how many there are of each."""

    stopped: tuple[MailRow, ...]
    waiting: tuple[MailRow, ...]
    totals: tuple[int, int]
    can_send: bool

    @property
    def people(self) -> list[int]:
        return [row.person_id for row in (*self.stopped, *self.waiting) if row.person_id]


def settings_page(settings: Settings) -> SettingsPage:
    origins = dict(settings.origins)
    rows = tuple(_setting(setting, settings, origins) for setting in SETTINGS if setting.field != "instance")
    return SettingsPage(rows, str(settings.instance_path), settings.production)


def _setting(setting: Setting, settings: Settings, origins: dict[str, str]) -> SettingRow:
    value = getattr(settings, "course_path" if setting.field == "course" else setting.field)
    return SettingRow(setting.variable, setting.field, displayable_value(setting, value), origins.get(setting.field, "défaut"), setting.meaning)


def displayable_value(setting: Setting, value: object) -> str:
    """A value as the page may show it: no secret, and of a database's address no password."""
    if setting.secret:
        return "réglé, non montré" if value else "vide"
    if isinstance(value, bool):
        return "oui" if value else "non"
    text = str(value)
    if setting.field in ("database_url", "limits_storage") and "@" in text:
        scheme, _, rest = text.partition("://")
        text = f"{scheme}://…@{rest.rpartition('@')[2]}"
    return text or "vide"


def outbox_page(session: Session, settings: Settings) -> OutboxPage:
    """The first two hundred emails of both sorts: those that wait for somebody, the last first; the others in the order of their next tries."""
    stopped, waiting = OutgoingMail.state != WAITING, OutgoingMail.state == WAITING
    rows = _mail_rows(session, stopped, OutgoingMail.id.desc()), _mail_rows(session, waiting, OutgoingMail.not_before, OutgoingMail.id)
    return OutboxPage(*rows, (mail_outbox.count_stopped(session), _count(session, waiting)), bool(settings.smtp_host))


def waiting_today(session: Session, _reader: SignedIn, _now: datetime) -> tuple[tuple[str, str], ...]:
    """What waits for somebody who administers, on their own table."""
    letters, lost = mail_outbox.count_stopped(session), len(managers_without_scope(session))
    found = [(plural(letters, "courriel à corriger", "courriels à corriger"), url_for("site.outbox"))] if letters else []
    found += [(plural(lost, "responsable sans territoire", "responsables sans territoire"), url_for("administration.index"))] if lost else []
    return tuple(found)


def _mail_rows(session: Session, which: ColumnElement[bool], *order: Any) -> tuple[MailRow, ...]:
    query = select(OutgoingMail, Person.id).outerjoin(Person, Person.email == OutgoingMail.recipient).where(OutgoingMail.recipient != "", which)
    return tuple(
        MailRow(row.id, row.recipient, person_id, row.subject, row.created_at, row.attempts, row.not_before, STATES[row.state], row.said)
        for row, person_id in session.execute(query.order_by(*order).limit(200))
    )


def _count(session: Session, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(OutgoingMail.id)).where(OutgoingMail.recipient != "", which)) or 0


# --- The outbox: sending what waits now, giving an email up ---


def retry_all(session: Session, actor_id: int, now: datetime) -> None:
    """All that waits becomes due, and leaves after the commit.

    A message in a sender's hands is due within `outbox.CLAIM`: only later ones are brought forward, so that none leaves twice.
    """
    held = now + mail_outbox.CLAIM
    result = session.execute(update(OutgoingMail).where(OutgoingMail.state == WAITING, OutgoingMail.not_before > held).values(not_before=now))
    audit.record(session, actor_id, "mail_retried", None, now, courriels=int(result.rowcount))  # type: ignore[attr-defined]
    mail_outbox.send_after_commit(session)


def resend_one(session: Session, mail_id: int, actor_id: int, now: datetime) -> None:
    """An email that was refused or given up leaves again, to the address that its person has now."""
    audit.record(session, actor_id, "mail_retried", None, now, courriel=mail_id)
    mail_outbox.again(session, OutgoingMail.id == mail_id, now)


def discard_one(session: Session, mail_id: int, actor_id: int, now: datetime) -> None:
    audit.record(session, actor_id, "mail_discarded", None, now, courriel=mail_id)
    session.execute(delete(OutgoingMail).where(OutgoingMail.id == mail_id))


# --- Views ---

blueprint = Blueprint("site", __name__, url_prefix="/administration")


@blueprint.get("/actes")
@page(who=ADMINISTRATORS, names_people="Liste des actes d’administration où vous figurez")
def acts_list() -> str:
    asked = request.args.get
    page = acts.acts_page(db.session, asked("acte", ""), asked("personne", None, bounded_int), asked("page", 1, bounded_int), Readable(db.session))
    audit.record_access([row.subject_id for row in page.rows if row.subject_id], "site.acts_list", clock.now())
    return render_template("administration/site/acts.html", page=page)


@blueprint.get("/reglages")
@page(who=ADMINISTRATORS, fresh_factor=True)
def settings() -> str:
    return render_template("administration/site/settings.html", page=settings_page(current_settings()))


@blueprint.get("/courriels")
@page(who=ADMINISTRATORS, names_people="Liste des courriels non partis où vous figurez")
def outbox() -> str:
    page = outbox_page(db.session, current_settings())
    audit.record_access(page.people, "site.outbox", clock.now())
    return render_template("administration/site/outbox.html", page=page)


@blueprint.post("/courriels/relance")
@act(who=ADMINISTRATORS)
def retry() -> ResponseReturnValue:
    """All that waits becomes due, and leaves after the commit; what a sender holds at this moment is left to it."""
    retry_all(db.session, current_person().id, clock.now())
    flash("Ce qui attendait repart maintenant.", "success")
    db.session.commit()
    return redirect(url_for("site.outbox"), 303)


@blueprint.post("/courriels/<int:mail_id>/renvoi")
@act(who=ADMINISTRATORS)
def resend(mail_id: int) -> ResponseReturnValue:
    resend_one(db.session, mail_id, current_person().id, clock.now())
    flash("Ce courriel repart.", "success")
    db.session.commit()
    return redirect(url_for("site.outbox"), 303)


@blueprint.post("/courriels/<int:mail_id>/abandon")
@act(who=ADMINISTRATORS)
def discard(mail_id: int) -> ResponseReturnValue:
    discard_one(db.session, mail_id, current_person().id, clock.now())
    flash("Ce courriel ne partira pas.")
    db.session.commit()
    return redirect(url_for("site.outbox"), 303)


# --- `/administration/modeles`: the words of the emails, changed, tried on oneself, and brought back to the original.


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
    offered = {name: one for name, one in EDITABLE.items() if offers(one.feature)}
    changed = {name for name, one in offered.items() if current_words(db.session, one) != (one.subject, one.text)}
    return render_template("administration/site/wordings.html", emails=offered.values(), changed=changed)


@blueprint.route("/modeles/<name>", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def wording(name: str) -> ResponseReturnValue:
    """`act`: save, look, try on oneself, or bring the original back."""
    one = EDITABLE.get(name) or abort(404)
    if not offers(one.feature):
        abort(404)
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


@blueprint.post("/courriels/essai")
@act(who=ADMINISTRATORS)
def try_mail() -> ResponseReturnValue:
    """Send whoever asks an invitation with invented values."""
    one = EDITABLE["invitation"]
    _queue_trial(one, *current_words(db.session, one))
    db.session.commit()
    return redirect(url_for("administration.index"), 303)


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
    _queue_trial(one, subject, text)
    db.session.commit()
    return _page(one, subject, text), 200


def _queue_trial(one: Email, subject: str, text: str) -> None:
    me, now = db.session.get_one(Person, current_person().id), clock.now()
    mail_outbox.queue(db.session, make_message(one, (f"[Essai] {subject}", text), me.email, _samples(one)), now)
    audit.record(db.session, me.id, MAIL_TRIED, None, now)
    flash(f"Un essai part à {me.email}.")
