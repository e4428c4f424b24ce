"""What to read again after a failed attempt, and how it failed: what a page says before one tries again."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy.orm import Session

from app.assessment.attempts.corrected_sheet import corrected_sheet, regrades_since
from app.assessment.attempts.reading_plan import plan_of
from app.assessment.attempts.results import past_attempt, with_regrade
from app.assessment.attempts.sheet import sheet_of
from app.assessment.models import Attempt
from app.assessment.questions.correct import LessonLink
from app.assessment.questions.grading import Mark
from app.content.values.course import Course
from app.content.values.policy import Policy


class FailedAttempt(Struct, frozen=True):
    """The last attempt at a quiz, that was sent and did not reach the pass mark."""

    attempt_id: int
    mark: Mark
    """As the last regrade left it."""
    policy: Policy
    plan: tuple[LessonLink, ...]
    """Told even where the correction is not shown: a passage gives neither the key nor the question."""


def failed_attempt(session: Session, course: Course, person_id: int, quiz_id: str) -> FailedAttempt | None:
    """Returns the last attempt if it failed; None where nothing was sent or it passed. Four SELECTs at most."""
    mine = with_regrade().where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id, ~Attempt.practice, Attempt.submitted_at.is_not(None))
    found = session.execute(mine.order_by(Attempt.number.desc()).limit(1)).first()
    if found is None:
        return None
    attempt, regrade = found
    past = past_attempt(attempt, regrade)
    if past.passed:
        return None
    sheet = corrected_sheet(session, sheet_of(session, attempt), regrades_since(session, attempt))
    return FailedAttempt(attempt.id, past.mark, past.policy, plan_of(sheet, course))
