"""A test of what somebody knows already, its answers, what it proposes for each module, and what one said on arriving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.identity.models import enum_column
from app.identity.rules import Side
from app.learner.positioning.rules import Proposal, WaiverDecision
from app.platform.db import Base, BigId, UtcDateTime

_OPEN = text("ended_at IS NULL")


class Positioning(Base):
    """One test of one person: of every module, or of one. It belongs to no quiz, and changes no mark."""

    __tablename__ = "positioning"
    __table_args__ = (
        Index("ix_positioning_person_id", "person_id"),
        # Two tests of the same modules under way at once mean nothing: the second start goes on with the first.
        Index("uq_positioning_open", "person_id", "module_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[str] = mapped_column(String(60), default="")
    """The one module that it tests; empty for all."""
    seed: Mapped[int] = mapped_column(BigInteger)
    side: Mapped[Side | None] = mapped_column(enum_column(Side))
    """Whose culture it supposed, when it began."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PositioningAnswer(Base):
    """A question that was asked, on the text that was shown; answered once. The last one of a test under way waits for its answer."""

    __tablename__ = "positioning_answer"
    __table_args__ = (UniqueConstraint("positioning_id", "position", name="uq_positioning_answer_position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    positioning_id: Mapped[int] = mapped_column(ForeignKey("positioning.id"))
    position: Mapped[int]
    """From 1."""
    question_id: Mapped[str] = mapped_column(String(60))
    revision_id: Mapped[int]
    """That holds the question as it was shown."""
    module_id: Mapped[str] = mapped_column(String(60))
    level: Mapped[int]
    guess: Mapped[float] = mapped_column(Float)
    """As `rules.Item` has them."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    readable: Mapped[str] = mapped_column(Text, default="")
    """What was answered; empty for « Je ne sais pas »."""
    right: Mapped[bool | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PositioningResult(Base):
    """What a test says of a module, and what became of the waiver that it proposed."""

    __tablename__ = "positioning_result"
    __table_args__ = (UniqueConstraint("positioning_id", "module_id", name="uq_positioning_result_module"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    positioning_id: Mapped[int] = mapped_column(ForeignKey("positioning.id"))
    module_id: Mapped[str] = mapped_column(String(60))
    proposal: Mapped[Proposal] = mapped_column(enum_column(Proposal))
    chance: Mapped[float] = mapped_column(Float)
    """That the module is known, from 0 to 1."""
    asked: Mapped[int]
    right: Mapped[int]
    hard: Mapped[int]
    decision: Mapped[WaiverDecision] = mapped_column(enum_column(WaiverDecision), default=WaiverDecision.OPEN)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who revoked it; None for what the person decided."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Of a revocation: the person reads it."""


class Arrival(Base):
    """`/bienvenue` was shown to somebody, once; what they want from the course, if they said it. The trainers of their cohorts read it."""

    __tablename__ = "arrival"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    shown_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wish: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
