"""The two tables of the notebook."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.learner.notebook.rules import KEY_LENGTH
from app.platform.db import Base, UtcDateTime


class TerritoryNote(Base):
    """What a person answered to a question of « Sur mon territoire ». Nobody else reads it. It outlives the question, whose words it keeps."""

    __tablename__ = "note"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id", "question_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lesson_id: Mapped[str] = mapped_column(String(60))
    question_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """By what the question is known (`rules.Asked`)."""
    lesson_title: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    """Both as they were when the answer was first written."""
    answer: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeptPassage(Base):
    """A note on a passage, or a favourite: a person's own, or handed to them. Nobody else reads it. It outlives the passage, whose words it keeps."""

    __tablename__ = "kept"
    __table_args__ = (UniqueConstraint("person_id", "kind", "ref", "anchor", "favourite", "origin"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(60))
    anchor: Mapped[str] = mapped_column(String(120))
    """The three of a `kept.rules.Place`."""
    favourite: Mapped[bool]
    """Else it is a note."""
    origin: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """Empty for one's own. What was received is known by whom it comes from and what it says: handed over twice, it is there once."""
    title: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text)
    """Both as they were when it was kept."""
    text: Mapped[str] = mapped_column(Text)
    """Of a note; empty for a favourite."""
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """By its person, or for what was received by whoever wrote it."""
    sender: Mapped[str] = mapped_column(Text)
    """Who handed it over, where they said so; else empty, as it is for one's own."""
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
