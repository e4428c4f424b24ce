"""Who looked at whose record, who was erased, and which letters somebody does without."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime


class Access(Base):
    """Somebody opened a page, an export or a row about somebody else. The person reads it at `/compte/consultations`."""

    __tablename__ = "access"
    __table_args__ = (Index("ix_access_person_id_at", "person_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(60))
    """An endpoint, or another key of `journal.WORDS`."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Erasure(Base):
    """A person was erased: when, by whom, why. It names nobody, and lets a restored backup be brought up to date."""

    __tablename__ = "erasure"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The person's own id when they asked by themselves; None for the retention rule."""
    ground: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailRefusal(Base):
    """A kind of letter that somebody does not want. What is not here is wanted."""

    __tablename__ = "mail_refusal"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
