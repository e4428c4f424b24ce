"""What to read again after a failed attempt, and how it failed: what a page says before one tries again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from app.assessment.attempts.corrected_sheet import corrected_sheet, regrades_since
from app.assessment.attempts.reading_plan import reading_plan
from app.assessment.attempts.results import past_attempt, with_regrade
from app.assessment.attempts.sheet import AttemptSheet, sheet_of
from app.assessment.models import Attempt
from app.assessment.questions.correct import LessonLink, lesson_link
from app.assessment.questions.grading import Mark
from app.content.values.course import Course
from app.content.values.quiz import Policy


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """The last attempt at a quiz, that was sent and did not reach the pass mark."""

    attempt_id: int
    mark: Mark
    """As the last regrade left it."""
    policy: Policy
    plan: tuple[LessonLink, ...]
    """Told even where the correction is not shown: a passage gives neither the key nor the question."""


def failed_attempt(session: Session, course: Course, person_id: int, quiz_id: str) -> FailedAttempt | None:
    """None where nothing was sent, or the last attempt passed. Four SELECTs at most."""
    mine = with_regrade().where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id, ~Attempt.practice, Attempt.submitted_at.is_not(None))
    found = session.execute(mine.order_by(Attempt.number.desc()).limit(1)).first()
    if found is None:
        return None
    attempt, regrade = found
    if regrade.passed if regrade else attempt.passed:
        return None
    sheet = corrected_sheet(session, sheet_of(session, attempt), regrades_since(session, attempt))
    return FailedAttempt(attempt.id, past_attempt(attempt, regrade).mark, sheet.policy, _plan(sheet, course))


def _plan(sheet: AttemptSheet, course: Course) -> tuple[LessonLink, ...]:
    asked = ((entry.pooled, Fraction(entry.pooled.question.points) * (1 - entry.grade.fraction)) for entry in sheet.entries)
    return reading_plan(((lesson_link(pooled.question, pooled.quiz, course), lost) for pooled, lost in asked), course)
