"""Administrative acts: each is written in the transaction that does it. `people` names them and shows the list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import log
from app.db import Base, BigId, UtcDateTime


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


def record(session: Session, actor_id: int | None, act: str, subject_id: int | None, now: datetime, **details: Any) -> None:
    """Append one act. `details` are identifiers, roles and numbers: never a name nor an address."""
    session.add(AdministrativeAct(actor_id=actor_id, act=act, subject_id=subject_id, at=now, details=details))
    session.flush()
    log.event("administrative_act", act=act, actor=actor_id, subject=subject_id)
