"""A call that somebody noted: when, by whom, in a few words that the person reads, and when to call again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, BigId, UtcDateTime

NOTE_LENGTH = 300


class Call(Base):
    """Appended, never changed: the last one of a person says when they may be on the list again."""

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_person_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    note: Mapped[str] = mapped_column(Text)
    again_on: Mapped[date | None] = mapped_column(Date)
    """The day that was agreed; None where none was."""
    back_on: Mapped[date] = mapped_column(Date)
    """`rules.back_on`: the list asks for no other."""
