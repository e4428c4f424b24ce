"""A test of what somebody knows already: its tables, its pools of questions, and how both are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.assessment.attempts.sheet import pinned_question
from app.assessment.kinds.kind import QuestionKind
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout, QuestionResponse
from app.assessment.questions.draw import PoolQuestion
from app.content.values.course import Course, made_of_course
from app.content.values.paths import default_path, modules_in_order
from app.content.values.quiz import Question
from app.identity.models import enum_column
from app.identity.rules import Side
from app.learner.positioning.rules import LEAST_GUESS, LEVELS, PositioningItem, Proposal, WaiverDecision
from app.platform.db import Base, BigId, UtcDateTime
from app.platform.errors import NotYours
from app.record.progress.path_progress import PathProgress

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
    """As `rules.PositioningItem` has them."""
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
    """What somebody wants from the course, if they said it. The trainers of their cohorts read it."""

    __tablename__ = "arrival"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    shown_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When they first said it; in older rows, when a first page asked for it."""
    wish: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


# --- Pools (pure) ----------------------------------------------------------------------------------------------------
# The questions that a test may ask: those of the published pools, each under the module that its pool is about.


class Pool(Struct, frozen=True):
    items: tuple[PositioningItem, ...]
    revisions: Mapping[str, int]
    """Question → the revision that holds it."""
    histories: Mapping[str, str]
    """Of each module that has questions, in the order of the path."""


@made_of_course(4)
def pool_of(course: Course) -> Pool:
    items: list[PositioningItem] = []
    revisions: dict[str, int] = {}
    for quiz in course.quizzes.values():
        if quiz.is_pool and quiz.module_id in course.modules:
            asked = [item_of(question, str(quiz.module_id)) for question in quiz.questions if kind_of(question).shows_knowledge]
            items += asked
            if quiz.id in course.versions:
                revisions |= dict.fromkeys((item.id for item in asked), course.versions[quiz.id].revision_id)
    tested = {item.module_id for item in items}
    histories = {module.id: module.history for module in modules_in_order(course, default_path(course)) if module.id in tested}
    return Pool(tuple(items), revisions, histories)


def home_of(course: Course, side: str | None) -> str | None:
    """The line that whoever has this employer comes from; None for any other."""
    return next((line.id for line in course.lines if line.side and line.side == side), None)


def item_of(question: Question, module_id: str) -> PositioningItem:
    level = min(max(question.level, LEVELS[0]), LEVELS[-1])
    return PositioningItem(question.id, module_id, level, min(1 - LEAST_GUESS, max(LEAST_GUESS, kind_of(question).luck())))


# --- What is stored of tests -----------------------------------------------------------------------------------------
# Each query is for one person: another's test does not exist.


class AskedQuestion(Struct, frozen=True):
    """A question as it was pinned, ready to be shown or marked."""

    row: PositioningAnswer
    pooled: PoolQuestion
    layout: QuestionLayout

    @property
    def kind(self) -> QuestionKind[Any, QuestionResponse]:
        return kind_of(self.pooled.question)


def test_of(session: Session, person_id: int, test_id: int) -> Positioning:
    """Read anew. Raises NotYours."""
    wanted = select(Positioning).where(Positioning.id == test_id, Positioning.person_id == person_id)
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotYours
    return found


def tests_of(session: Session, person_id: int) -> Sequence[Positioning]:
    return session.scalars(select(Positioning).where(Positioning.person_id == person_id).order_by(Positioning.id)).all()


def rows_of(session: Session, test_id: int) -> Sequence[PositioningAnswer]:
    """The questions of a test, in order; the last one of a test under way waits."""
    wanted = select(PositioningAnswer).where(PositioningAnswer.positioning_id == test_id).order_by(PositioningAnswer.position)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def current_position(session: Session, test_id: int) -> int | None:
    """Returns the position of the question to answer; None in a finished test."""
    waiting = PositioningAnswer.positioning_id == test_id, PositioningAnswer.answered_at.is_(None)
    return session.scalar(select(func.max(PositioningAnswer.position)).where(*waiting))


def last_asked(session: Session, person_id: int) -> dict[str, datetime]:
    """Module → when a test that is over last asked about it."""
    query = select(PositioningAnswer.module_id, func.max(Positioning.ended_at)).join(Positioning, Positioning.id == PositioningAnswer.positioning_id)
    own = query.where(Positioning.person_id == person_id, Positioning.ended_at.is_not(None), PositioningAnswer.right.is_not(None))
    return {module_id: ended for module_id, ended in session.execute(own.group_by(PositioningAnswer.module_id)) if ended}


def seen_before(session: Session, person_id: int, test_id: int) -> frozenset[str]:
    """The questions of the person's other tests."""
    query = select(PositioningAnswer.question_id).join(Positioning, Positioning.id == PositioningAnswer.positioning_id)
    return frozenset(session.scalars(query.where(Positioning.person_id == person_id, Positioning.id != test_id)))


def results_of(session: Session, person_id: int) -> list[tuple[PositioningResult, Positioning]]:
    """All that tests found, the first one first."""
    query = select(PositioningResult, Positioning).join(Positioning, Positioning.id == PositioningResult.positioning_id)
    rows = session.execute(query.where(Positioning.person_id == person_id).order_by(PositioningResult.id).execution_options(populate_existing=True))
    return [(result, test) for result, test in rows]


def waived_by(results: Iterable[tuple[PositioningResult, Positioning]]) -> frozenset[str]:
    """The modules with a waiver in force, whichever test proposed it."""
    return frozenset(result.module_id for result, _test in results if result.decision is WaiverDecision.ACCEPTED)


def left_to_test(mine: PathProgress, results: Iterable[tuple[PositioningResult, Positioning]]) -> tuple[str, ...]:
    """The modules that have questions, in which something is left to do that no waiver covers."""
    waived = waived_by(results)
    return tuple(module for module in pool_of(mine.course).histories if module not in waived and not mine.module_progress(module).complete)


def asked_question(session: Session, test: Positioning, row: PositioningAnswer) -> AskedQuestion | None:
    """Returns a question as the test pinned it; None for a text that can no longer be read."""
    pooled = pinned_question(session, row.revision_id, row.question_id)
    return AskedQuestion(row, pooled, QuestionLayout(test.seed, row.question_id)) if pooled else None
