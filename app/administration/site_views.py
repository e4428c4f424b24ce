"""The site's own pages of `/administration`: acts, settings, outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.administration import acts
from app.administration.privacy.words import Readable
from app.db import db
from app.identity.audit import access
from app.identity.models import Person
from app.identity.sign_in.guards import current_person
from app.mail import outbox as mail
from app.mail.outbox import OutgoingMail
from app.settings import SETTINGS, Setting, Settings, current_settings
from app.web.edge import bounded_int

blueprint = Blueprint("site", __name__, url_prefix="/administration")

SECRET = frozenset({"secret_key", "smtp_password"})
"""Settings whose value no page shows."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    variable: str
    field: str
    value: str
    origin: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SettingsPage:
    rows: tuple[SettingRow, ...]
    instance: str
    production: bool


@dataclass(frozen=True, slots=True)
class MailRow:
    id: int
    recipient: str
    subject: str
    created_at: datetime
    attempts: int
    next_at: datetime


@dataclass(frozen=True, slots=True)
class OutboxPage:
    rows: tuple[MailRow, ...]
    total: int
    can_send: bool


@blueprint.get("/actes")
def acts_list() -> str:
    asked = request.args.get
    page = acts.acts_page(db.session, asked("acte", ""), asked("personne", None, bounded_int), asked("page", 1, bounded_int), Readable(db.session))
    access.seen([row.subject_id for row in page.rows if row.subject_id], "site.acts_list", clock.now())
    return render_template("administration/acts.html", page=page)


@blueprint.get("/reglages")
def settings() -> str:
    chosen = current_settings()
    origins = dict(chosen.origins)
    rows = tuple(_setting(setting, chosen, origins) for setting in SETTINGS if setting.field != "instance")
    return render_template("administration/settings.html", page=SettingsPage(rows, str(chosen.instance_path), chosen.production))


def _setting(setting: Setting, chosen: Settings, origins: dict[str, str]) -> SettingRow:
    value = getattr(chosen, "course_path" if setting.field == "course" else setting.field)
    return SettingRow(setting.variable, setting.field, shown(setting.field, value), origins.get(setting.field, "défaut"), setting.meaning)


def shown(field: str, value: object) -> str:
    """A value as the page may show it: no secret, and of a database's address no password."""
    if field in SECRET:
        return "réglé, non montré" if value else "vide"
    if isinstance(value, bool):
        return "oui" if value else "non"
    text = str(value)
    if field in ("database_url", "limits_storage") and "@" in text:
        scheme, _, rest = text.partition("://")
        text = f"{scheme}://…@{rest.rpartition('@')[2]}"
    return text or "vide"


@blueprint.get("/courriels")
def outbox() -> str:
    waiting = OutgoingMail.recipient != ""
    query = select(OutgoingMail).where(waiting).order_by(OutgoingMail.not_before, OutgoingMail.id).limit(200)
    rows = tuple(MailRow(row.id, row.recipient, row.subject, row.created_at, row.attempts, row.not_before) for row in db.session.scalars(query))
    total = db.session.scalar(select(func.count(OutgoingMail.id)).where(waiting)) or 0
    access.seen(select(Person.id).where(Person.email.in_({row.recipient for row in rows})), "site.outbox", clock.now())
    return render_template("administration/outbox.html", page=OutboxPage(rows, total, bool(current_settings().smtp_host)))


@blueprint.post("/courriels/relance")
def retry() -> ResponseReturnValue:
    """All that waits becomes due, and leaves after the commit; what a sender holds at this moment is left to it."""
    now = clock.now()
    count = make_due(db.session, now)
    acts.record(db.session, current_person().id, "mail_retried", None, now, courriels=count)
    mail.send_after_commit(db.session)
    flash("Ce qui attendait repart maintenant.", "success")
    db.session.commit()
    return redirect(url_for("site.outbox"), 303)


def make_due(session: Session, now: datetime) -> int:
    """A message in a sender's hands is due within `mail.CLAIM`: only later ones are brought forward, so that none leaves twice."""
    held = now + mail.CLAIM
    result = session.execute(update(OutgoingMail).where(OutgoingMail.not_before > held).values(not_before=now))
    return int(result.rowcount)  # type: ignore[attr-defined]


@blueprint.post("/courriels/<int:mail_id>/abandon")
def discard(mail_id: int) -> ResponseReturnValue:
    acts.record(db.session, current_person().id, "mail_discarded", None, clock.now(), courriel=mail_id)
    db.session.execute(delete(OutgoingMail).where(OutgoingMail.id == mail_id))
    flash("Ce courriel ne partira pas.")
    db.session.commit()
    return redirect(url_for("site.outbox"), 303)
