"""The site's own settings: stored as revisions, remembered by each process, changed by an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import RLock
from time import monotonic
from typing import Any, cast
from weakref import WeakKeyDictionary

from flask import g, has_request_context
from msgspec.structs import replace
from sqlalchemy import JSON, Engine, ForeignKey, ScalarSelect, func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.features import features_on
from app.platform import french, holidays, log
from app.platform.db import Base, BigId, UtcDateTime, db
from app.platform.errors import DomainError
from app.platform.settings import Settings, current_settings
from app.platform.site_rules import UNTOLD, Site, site_as_json, site_from_json

# --- Revisions: the last one holds, the others are its history ---


class SiteRevision(Base):
    """All the settings after a change: rows are added, never changed."""

    __tablename__ = "site_revision"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What `site_as_json` gives."""
    follows: Mapped[int] = mapped_column(BigId, unique=True)
    """The change that its author had read: two who change at once follow the same one, and the second is refused. 0 for the first."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


# --- The site as this process knows it ---
#
# Its version comes with the statement that every page of the course begins with (`content.store.queries`), so that knowing the site costs no
# statement there; a page that reads no course takes what this process knew some seconds ago, or asks.

A_MINUTE = 60.0
FRESH = 5.0
"""Seconds for which a page that reads no course takes what this process knows: a visitor's page asks nothing of the database."""
_VERSION, _AT_HAND = "croisee_site_version", "croisee_site"
"""In `Session.info`: the version that it read, and then the site of it."""


@dataclass(slots=True)
class _SiteMemory:
    site: Site | None = None
    completed: tuple[Site, Settings, Site] | None = None
    """What was completed, with which settings, and the site that it gave."""
    asked_at: float = 0.0
    """`monotonic`."""


_memories: WeakKeyDictionary[Engine, _SiteMemory] = WeakKeyDictionary()
_lock = RLock()


def newest() -> ScalarSelect[int]:
    """The number of the last change, for another statement to bring along."""
    return select(func.coalesce(func.max(SiteRevision.__table__.c.id), 0)).scalar_subquery()


def newest_version(session: Session) -> int:
    return session.scalar(select(newest())) or 0


def note(session: Session, version: int) -> None:
    """What `newest` gave."""
    session.info[_VERSION] = version
    session.info.pop(_AT_HAND, None)


def forget(session: Session) -> None:
    """Makes this session and this process read the site settings again, after a change."""
    session.info.pop(_VERSION, None)
    session.info.pop(_AT_HAND, None)
    _memory(session).asked_at = 0.0


def _memory(session: Session) -> _SiteMemory:
    engine = session.get_bind().engine
    if known := _memories.get(engine):
        return known
    with _lock:
        return _memories.setdefault(engine, _SiteMemory())


def site_of(session: Session) -> Site:
    """The site now. No statement where this session knows its version already, and this process that version."""
    if at_hand := session.info.get(_AT_HAND):  # a page asks for it at each word
        return cast(Site, at_hand)
    version, memory = session.info.get(_VERSION), _memory(session)
    if version is None:
        if memory.site is not None and monotonic() - memory.asked_at < FRESH:
            return _complete_site(memory)
        version = newest_version(session)
        note(session, version)
    memory.asked_at = monotonic()
    if memory.site is None or memory.site.version != version:
        row = session.get(SiteRevision, version) if version else None
        memory.site = site_from_json(row.values, version) if row else UNTOLD
    session.info[_AT_HAND] = found = _complete_site(memory)
    return found


def _complete_site(memory: _SiteMemory) -> Site:
    """With what the operator's settings say where nothing was typed. Dates are told in its time zone from now on, and its holidays kept."""
    site, settings, known = memory.site or UNTOLD, current_settings(), memory.completed
    french.use_zone(site.zone)
    holidays.observe(site.region, site.days_off)
    if known is None or known[0] is not site or known[1] is not settings:
        on = features_on(site.features, settings.features)
        completed = replace(site, publisher=site.publisher or settings.organisation, contact=site.contact or settings.contact, on=on)
        known = memory.completed = site, settings, completed
    return known[2]


def typed_site(session: Session) -> Site:
    """What administrators typed, without the operator's settings that stand in for it."""
    note(session, newest_version(session))
    site_of(session)
    return _memory(session).site or UNTOLD


def current_site() -> Site:
    """Returns the site of this request or command; an error page uses what is known, without asking the database."""
    if g.get("failing"):
        return known_site()
    try:
        if has_request_context():
            return site_of(db.session)
        return _of_command()
    except SQLAlchemyError:
        return known_site()


def _of_command() -> Site:
    """A command has sessions of its own: one is opened for this, and closed. What runs for days asks again each minute."""
    found, at = g.get("site") or (None, 0.0)
    if found is None or monotonic() - at > A_MINUTE:
        with db.sessionmaker() as session:
            found = site_of(session)
        g.site = found, monotonic()
    return found


def known_site() -> Site:
    return _complete_site(_memory(db.session))


def offers(feature: str) -> bool:
    """Does the site of this request or command have the feature? Empty: what is always there."""
    return not feature or current_site().offers(feature)


# --- Changing the settings ---


class SettingsChangedMeanwhile(DomainError):
    """Somebody else saved since these settings were read."""

    sentence = (
        "Quelqu’un d’autre a enregistré ces réglages pendant que vous écriviez. Rien de ce que vous avez tapé n’est perdu : comparez avec l’historique, "
        "puis enregistrez de nouveau pour que vos réponses remplacent les siennes."
    )


def save(session: Session, site: Site, follows: int, author_id: int, now: datetime) -> SiteRevision:
    """`follows`: the version that the author read. Flushes. Raises `SettingsChangedMeanwhile`."""
    if newest_version(session) != follows:
        raise SettingsChangedMeanwhile
    row = SiteRevision(values=site_as_json(site), follows=follows, author_id=author_id, created_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise SettingsChangedMeanwhile from error
    forget(session)
    log.event("site_changed", revision=row.id, author=author_id)
    return row
