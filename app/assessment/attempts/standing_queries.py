"""What is under way and what waits, over all the quizzes of one person, in as many SELECTs whether there is one quiz or fifty."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from app.assessment import policy as policies
from app.assessment.attempts.sheet import LATEST, QuestionStatus
from app.assessment.models import Attempt, AttemptRequest, ExtraAttempt, Response
from app.assessment.policy import AttemptWait
from app.content.values.course import Course


def resume_position(places: Sequence[tuple[int, QuestionStatus]]) -> int:
    """Where an attempt goes on: its first question without an answer, else the first one not corrected, else the last. `places`: (position, status)."""
    for wanted in ((QuestionStatus.BLANK,), (QuestionStatus.PARTIAL, QuestionStatus.ANSWERED)):
        found = next((position for position, status in places if status in wanted), None)
        if found is not None:
            return found
    return places[-1][0] if places else 1


class OpenAttempt(Struct, frozen=True):
    """An attempt under way, and the question where it goes on."""

    attempt_id: int
    quiz_id: str
    started_at: datetime
    position: int
    """From 1."""
    total: int
    """Questions."""


_UNDER_WAY = (
    select(Attempt.id, Attempt.quiz_id, Attempt.started_at, Attempt.questions)
    .where(Attempt.person_id == bindparam("person_id"), Attempt.submitted_at.is_(None), ~Attempt.practice)
    .order_by(Attempt.id.desc())
)
_ANSWERED = select(Response.attempt_id, Response.question_id, Response.fraction).where(
    Response.attempt_id.in_(bindparam("attempts", expanding=True)),
    LATEST,
    (Response.readable != "") | Response.fraction.is_not(None),
)
"""Both written once, as what the page that a learner opens most asks."""


def open_attempts(session: Session, person_id: int) -> tuple[OpenAttempt, ...]:
    """The last one begun first; practice is not in it. One SELECT, and one more where there are any."""
    rows = session.execute(_UNDER_WAY, {"person_id": person_id}).all()
    answered = _answer_statuses(session, [row.id for row in rows]) if rows else {}
    return tuple(
        OpenAttempt(
            attempt_id=row.id,
            quiz_id=row.quiz_id,
            started_at=row.started_at,
            position=resume_position([(place, answered.get((row.id, stored["id"]), QuestionStatus.BLANK)) for place, stored in enumerate(row.questions, 1)]),
            total=len(row.questions),
        )
        for row in rows
    )


def _answer_statuses(session: Session, attempt_ids: Collection[int]) -> dict[tuple[int, str], QuestionStatus]:
    """(attempt, question) → where it stands, of what has an answer."""
    rows = session.execute(_ANSWERED, {"attempts": attempt_ids})
    return {(attempt_id, question_id): QuestionStatus.ANSWERED if fraction is None else QuestionStatus.LOCKED for attempt_id, question_id, fraction in rows}


def waiting(session: Session, course: Course, person_id: int, quiz_ids: Collection[str]) -> dict[str, AttemptWait]:
    """Returns the quizzes, not passed, that have no attempt left nor under way. One SELECT."""
    granted = select(func.count()).where(ExtraAttempt.person_id == person_id, ExtraAttempt.quiz_id == Attempt.quiz_id)
    asked = select(AttemptRequest.asked_at).where(
        AttemptRequest.person_id == person_id, AttemptRequest.quiz_id == Attempt.quiz_id, AttemptRequest.answered_at.is_(None)
    )
    rows = session.execute(
        select(
            Attempt.quiz_id,
            func.count().label("used"),
            func.sum(case((Attempt.submitted_at.is_(None), 1), else_=0)).label("under_way"),
            func.max(Attempt.submitted_at).label("since"),
            granted.scalar_subquery().label("granted"),
            asked.scalar_subquery().label("asked_at"),
        )
        .where(Attempt.person_id == person_id, Attempt.quiz_id.in_(quiz_ids), ~Attempt.practice)
        .group_by(Attempt.quiz_id)
    )
    return {row.quiz_id: AttemptWait(row.since, row.asked_at) for row in rows if _waits(course, row.quiz_id, row.used, row.granted, row.under_way > 0)}


def _waits(course: Course, quiz_id: str, used: int, granted: int, is_open: bool) -> bool:
    allowed = policies.allowed_attempts(course.quizzes[quiz_id].policy, granted)
    return policies.may_request(policies.attempts_left(allowed, used), passed=False, is_open=is_open)
