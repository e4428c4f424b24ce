"""Administrative acts: each is written in the transaction that does it. `administration.acts` names them and shows the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import JSON, ForeignKey, Index, String, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.identity.models import Person
from app.identity.sign_in.factors.rules import FactorChange
from app.platform import log
from app.platform.db import Base, BigId, UtcDateTime


class AdministrativeAct(Base):
    """Something that somebody did to an account, a cohort, the course or the site. Appended, never changed; says no name and no address."""

    __tablename__ = "administrative_act"
    __table_args__ = (Index("ix_administrative_act_subject_id", "subject_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: from the command line."""
    act: Mapped[str] = mapped_column(String(40), index=True)
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Identifiers, roles, numbers: what the act needs to be understood, in no words that a person typed."""


class Act(Struct, frozen=True):
    """What was done to one account. `details` are identifiers, roles and numbers: never a name nor an address."""

    act: str
    subject_id: int | None
    details: Mapping[str, Any]


def record(session: Session, actor_id: int | None, act: str, subject_id: int | None, now: datetime, **details: Any) -> None:
    """Append one act, with `Act.details`."""
    record_all(session, actor_id, [Act(act, subject_id, details)], now)


def record_all(session: Session, actor_id: int | None, written: Sequence[Act], now: datetime) -> None:
    """Append what one person did to several accounts, in one statement."""
    rows = [{"actor_id": actor_id, "act": each.act, "subject_id": each.subject_id, "at": now, "details": each.details} for each in written]
    if rows:
        session.flush()
        session.execute(insert(AdministrativeAct), rows)
    for each in written:
        log.event("administrative_act", act=each.act, actor=actor_id, subject=each.subject_id)


def note_change(session: Session, *, person: Person, change: FactorChange, now: datetime) -> None:
    """Heard of `factors.services.changed`: what somebody does to their own factors. A new browser is theirs to know."""
    if change is not FactorChange.BROWSER:
        record(session, person.id, change, person.id, now)
