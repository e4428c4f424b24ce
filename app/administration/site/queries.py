"""What the site's own pages receive: the settings without their secrets, and the letters that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.known_settings import SETTINGS, Setting
from app.mail.outbox import OutgoingMail
from app.settings import Settings


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


def settings_page(settings: Settings) -> SettingsPage:
    origins = dict(settings.origins)
    rows = tuple(_setting(setting, settings, origins) for setting in SETTINGS if setting.field != "instance")
    return SettingsPage(rows, str(settings.instance_path), settings.production)


def _setting(setting: Setting, settings: Settings, origins: dict[str, str]) -> SettingRow:
    value = getattr(settings, "course_path" if setting.field == "course" else setting.field)
    return SettingRow(setting.variable, setting.field, shown(setting, value), origins.get(setting.field, "défaut"), setting.meaning)


def shown(setting: Setting, value: object) -> str:
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
    """The first two hundred letters, in the order in which they will be tried, and how many there are."""
    waiting = OutgoingMail.recipient != ""
    query = select(OutgoingMail).where(waiting).order_by(OutgoingMail.not_before, OutgoingMail.id).limit(200)
    rows = tuple(MailRow(row.id, row.recipient, row.subject, row.created_at, row.attempts, row.not_before) for row in session.scalars(query))
    total = session.scalar(select(func.count(OutgoingMail.id)).where(waiting)) or 0
    return OutboxPage(rows, total, bool(settings.smtp_host))
