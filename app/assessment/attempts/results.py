"""Where one person stands on one quiz: attempts made and left, the mark that counts, what may be asked for. Two SELECTs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.assessment import policy as policies
from app.assessment.models import Attempt, AttemptRequest, ExtraAttempt, RegradedAttempt
from app.assessment.questions import grading
from app.assessment.questions.grading import Mark
from app.content.values.course import Course
from app.content.values.policy import Policy


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """A submitted attempt that counts."""

    attempt_id: int
    number: int
    started_at: datetime
    submitted_at: datetime
    mark: Mark
    passed: bool
    """It reached the pass mark by itself."""
    policy: Policy


@dataclass(frozen=True, slots=True)
class QuizResult:
    """Practice is not in it: it counts for nothing."""

    allowed: int | None
    """Attempts in total, those added by trainers included; None = as many as one likes."""
    left: int | None
    open_id: int | None
    """The attempt under way, which one may always go on with."""
    past: tuple[PastAttempt, ...]
    kept: Fraction | None
    """The mark that counts, unrounded; None before the first submission."""
    passed: bool
    """By the mark that counts, now or after an earlier attempt: what is passed stays passed."""
    requested: bool
    """A request for one more attempt awaits its answer."""

    @property
    def may_start(self) -> bool:
        return self.open_id is None and policies.may_start(self.left)

    @property
    def may_request(self) -> bool:
        return policies.may_request(self.left, self.passed, self.open_id is not None)

    def shows_correction(self, policy: Policy) -> bool:
        """Whether the correction of a submitted attempt under `policy` may be read."""
        return policies.correction_shows(policy, submitted=True, left=self.left if self.open_id is None else None, passed=self.passed)


def quiz_result(session: Session, course: Course, person_id: int, quiz_id: str) -> QuizResult:
    """The limit is that of the quiz as published now (of the last attempt, where it is withdrawn); marks follow each attempt's own policy."""
    mine = with_regrade().where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id, ~Attempt.practice).order_by(Attempt.number)
    rows = session.execute(mine.execution_options(populate_existing=True)).all()
    attempts = [attempt for attempt, _ in rows]
    granted, requested = _added(session, person_id, quiz_id)
    past = tuple(past_attempt(attempt, regrade) for attempt, regrade in rows if attempt.submitted_at)
    allowed = policies.allowed_attempts(_policy_now(course, quiz_id, attempts), granted)
    return QuizResult(
        allowed=allowed,
        left=policies.attempts_left(allowed, len(attempts)),
        open_id=next((attempt.id for attempt in attempts if not attempt.submitted_at), None),
        past=past,
        kept=kept_after(past),
        passed=ever_passed(past),
        requested=requested,
    )


@cache
def with_regrade() -> Select[Attempt, RegradedAttempt]:
    """Attempts, each with the last regrade that changed its mark; None beside those that none did. Written once: every page of a quiz sends it."""
    other = aliased(RegradedAttempt)
    last = select(func.max(other.id)).where(other.attempt_id == Attempt.id).scalar_subquery()
    return select(Attempt, RegradedAttempt).outerjoin(RegradedAttempt, RegradedAttempt.id == last)


def past_attempt(attempt: Attempt, regrade: RegradedAttempt | None) -> PastAttempt:
    """A submitted attempt as a value, with the mark that a regrade left it."""
    if attempt.submitted_at is None or attempt.score_raw is None or attempt.score_max is None:
        raise ValueError(f"attempt {attempt.id} is not submitted")
    return PastAttempt(
        attempt_id=attempt.id,
        number=attempt.number,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        mark=Mark(regrade.score_raw if regrade else attempt.score_raw, attempt.score_max),
        passed=regrade.passed if regrade else bool(attempt.passed),
        policy=policies.thawed(attempt.policy),
    )


def kept_after(past: Sequence[PastAttempt]) -> Fraction | None:
    """The mark that counts after these attempts, by the method of the last one."""
    return grading.kept_fraction(past[-1].policy.method, [one.mark.fraction for one in past]) if past else None


def passed_after(past: Sequence[PastAttempt]) -> bool:
    """Whether the mark that counts after these attempts reaches the pass mark of the last one."""
    kept = kept_after(past)
    return kept is not None and grading.passes(kept, Fraction(past[-1].policy.pass_mark))


def ever_passed(past: Sequence[PastAttempt]) -> bool:
    """By the mark that counts, now or after an earlier attempt: what is passed stays passed."""
    return any(passed_after(past[:count]) for count in range(1, len(past) + 1))


def _policy_now(course: Course, quiz_id: str, attempts: Sequence[Attempt]) -> Policy:
    quiz = course.quizzes.get(quiz_id)
    if quiz is not None:
        return quiz.policy
    return policies.thawed(attempts[-1].policy) if attempts else Policy()


def _added(session: Session, person_id: int, quiz_id: str) -> tuple[int, bool]:
    """(attempts added by trainers, whether a request is open)."""
    granted = select(func.count()).select_from(ExtraAttempt).where(ExtraAttempt.person_id == person_id, ExtraAttempt.quiz_id == quiz_id)
    asked = select(func.count()).select_from(AttemptRequest)
    asked = asked.where(AttemptRequest.person_id == person_id, AttemptRequest.quiz_id == quiz_id, AttemptRequest.answered_at.is_(None))
    counts = session.execute(select(granted.scalar_subquery(), asked.scalar_subquery())).one()
    return counts[0], counts[1] > 0
