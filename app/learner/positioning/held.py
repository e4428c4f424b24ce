"""What is stored of tests, as services and pages read it. Another person's does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assessment.attempts.sheet import pinned_question
from app.assessment.kinds.kind import QuestionKind
from app.assessment.kinds.layout import QuestionLayout
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionResponse
from app.assessment.questions.pool import PoolQuestion
from app.learner.positioning.models import Positioning, PositioningAnswer, PositioningResult
from app.learner.positioning.pool import pool_of
from app.learner.positioning.rules import WaiverDecision
from app.platform.errors import NotYours
from app.record.progress.path_progress import PathProgress


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


def pinned(session: Session, test: Positioning, row: PositioningAnswer) -> AskedQuestion | None:
    """Returns a question as the test pinned it; None for a text that can no longer be read."""
    pooled = pinned_question(session, row.revision_id, row.question_id)
    return AskedQuestion(row, pooled, QuestionLayout(test.seed, row.question_id)) if pooled else None
