"""What the site's own pages receive: the settings without their secrets, and the letters that wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from msgspec import Struct
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.identity.queries import SignedIn, managers_without_scope
from app.platform.french import plural
from app.platform.mail import outbox
from app.platform.mail.models import STATES, WAITING, OutgoingMail
from app.platform.settings import Settings
from app.platform.settings.known import SETTINGS, Setting


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
    """`stopped`: letters that no longer leave by themselves; `waiting`: those that do. `totals`: how many there are of each."""

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
    """The first two hundred letters of both sorts: those that wait for somebody, the last first; the others in the order of their next tries."""
    stopped, waiting = OutgoingMail.state != WAITING, OutgoingMail.state == WAITING
    rows = _mail_rows(session, stopped, OutgoingMail.id.desc()), _mail_rows(session, waiting, OutgoingMail.not_before, OutgoingMail.id)
    return OutboxPage(*rows, (outbox.stopped(session), _count(session, waiting)), bool(settings.smtp_host))


def waiting_today(session: Session, _reader: SignedIn, _now: datetime) -> tuple[tuple[str, str], ...]:
    """What waits for somebody who administers, on their own table."""
    letters, lost = outbox.stopped(session), len(managers_without_scope(session))
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
