"""What one remembers: a card a question, the log that makes it, a person's choices, and the questions that went out by email."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, BigId, UtcDateTime


class ReviewCard(Base):
    """One person and one question, from its first answer on. `flask review verify` works it out again from the log."""

    __tablename__ = "review_card"
    __table_args__ = (
        UniqueConstraint("person_id", "document_id", "question_id"),
        # Whom the weekly email has something for.
        Index("ix_review_card_due", "person_id", "due"),
        Index("ix_review_card_withdrawn", "withdrawn_at", sqlite_where=text("withdrawn_at IS NOT NULL"), postgresql_where=text("withdrawn_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    document_id: Mapped[str] = mapped_column(String(60))
    question_id: Mapped[str] = mapped_column(String(60))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the wording that was answered last: another one starts afresh."""
    introduced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """With the five below: None of a question that was set aside before any answer."""
    stability: Mapped[float | None]
    difficulty: Mapped[float | None]
    state: Mapped[int | None]
    due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_review: Mapped[datetime | None] = mapped_column(UtcDateTime)
    put_off: Mapped[int] = mapped_column(default=0)
    """Days that pauses since the last answer added to `due`."""
    answers: Mapped[int] = mapped_column(default=0)
    misses: Mapped[int] = mapped_column(default=0)
    """In a row."""
    set_aside_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Missed too often: it comes back when its text has changed."""


class ReviewLog(Base):
    """One answer, with the card as it left it. Rows are appended."""

    __tablename__ = "review_log"
    __table_args__ = (
        # One row an answer: two windows that answer the same card are one answer.
        UniqueConstraint("card_id", "number"),
        Index("ix_review_log_person_id", "person_id", "at"),
        # What trainers read is of the last months.
        Index("ix_review_log_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    card_id: Mapped[int] = mapped_column(ForeignKey("review_card.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Of the answer, from 1; 0 is what the quiz said before the first review."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    fingerprint: Mapped[str] = mapped_column(String(64))
    rating: Mapped[int]
    """1 wrong, 2 right but sought, 3 right."""
    by_mail: Mapped[bool] = mapped_column(default=False)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The answer, to show its correction."""
    readable: Mapped[str] = mapped_column(Text, default="")
    """The same in words."""
    stability: Mapped[float]
    difficulty: Mapped[float]
    state: Mapped[int]
    due: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewChoice(Base):
    """A person's pause of review, and the zone whose school holidays pause it."""

    __tablename__ = "review_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    zone: Mapped[str] = mapped_column(String(1), default="", index=True)
    paused_until: Mapped[date | None] = mapped_column(Date)
    """The first day that is no longer paused."""


class LetterQuestion(Base):
    """One question of a weekly email. Whoever has its address answers once; who reads this table can make no address of it."""

    __tablename__ = "letter_question"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the random mark in the address."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    document_id: Mapped[str] = mapped_column(String(60))
    question_id: Mapped[str] = mapped_column(String(60))
    fingerprint: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    readable: Mapped[str] = mapped_column(Text, default="")
