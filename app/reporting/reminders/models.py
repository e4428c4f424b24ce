"""Rules of reminders, the emails that they caused, and what people answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.identity.emails import REASONS
from app.platform.db import Base, UtcDateTime
from app.reporting.scope_rules import SMALL, hidden_groups


class ReminderRule(Base):
    """One rule, on a territory, on a cohort, or on the whole network when both are empty. It reaches whom its author may still look at."""

    __tablename__ = "reminder_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who saved it last, and answers for it."""
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territory.id", ondelete="CASCADE"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    trigger: Mapped[str] = mapped_column(String(20))
    days: Mapped[int]
    pause: Mapped[int]
    most: Mapped[int]
    zone: Mapped[str] = mapped_column(String(1))
    words: Mapped[str] = mapped_column(Text)
    """What the author adds to the email, as plain text."""
    running: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Reminder(Base):
    """One email to one person: one a day, whatever the rules. Written with the row of the outbox, so that none is sent twice."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("person_id", "sent_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_on: Mapped[date] = mapped_column(Date)
    """In Paris."""
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ReminderCause(Base):
    """A rule that an email speaks for."""

    __tablename__ = "reminder_cause"

    reminder_id: Mapped[int] = mapped_column(ForeignKey("reminder.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    rule_id: Mapped[int] = mapped_column(ForeignKey("reminder_rule.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True)


class ReminderRun(Base):
    """The timer came by on that day: what is foreseen now leaves with the next run."""

    __tablename__ = "reminder_run"

    day: Mapped[date] = mapped_column(Date, primary_key=True)


class ReminderAnswer(Base):
    """What keeps somebody from the course, in one of the words that the email proposes: the last one that they sent."""

    __tablename__ = "reminder_answer"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


# --- What managers may read of the answers: totals ---
# Pure.


class AnswerCounts(Struct, frozen=True):
    """What may be read of the answers: the frequent reasons, the most frequent first, and how many people gave the others."""

    total: int
    lines: tuple[tuple[str, int], ...]
    others: int
    """0, or five people or more: no subtraction names fewer."""


def answer_counts(counts: Mapping[str, int]) -> AnswerCounts | None:
    """Counts the answers to reminders; None below five. Rare reasons are hidden, and others so that they cannot be deduced.

    A reason that nobody gave is not told from one that is hidden: otherwise the last one left would be known.
    """
    total = sum(counts.values())
    if total < SMALL:
        return None
    hidden = hidden_groups(counts)
    shown = sorted(((REASONS[code], count) for code, count in counts.items() if count and code not in hidden), key=lambda line: (-line[1], line[0]))
    return AnswerCounts(total, tuple(shown), sum(counts[code] for code in hidden))
