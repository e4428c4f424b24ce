"""Submitting an attempt, and what it then gave.

The verbs of a learner who takes a quiz are in `start`, `save`, `submit` and `extra_attempts`. They flush, never commit. Whatever may be done
twice, or by two requests at once, has one effect. On SQLite a POST begins IMMEDIATE, so writers take turns; on PostgreSQL each verb first locks
the row on which the others wait: the person's to start, the attempt's to change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.assessment.attempts.results import PastAttempt, begun, kept_along, past_attempt, tries_of
from app.assessment.attempts.sheet import AttemptSheet, attempt_of, lexicon_at, sheet_of, write_grade
from app.assessment.errors import AttemptOpen, UnclearAttempt
from app.assessment.models import Attempt
from app.assessment.questions import grading
from app.assessment.questions.grading import Mark
from app.content.values.course import Course
from app.log import event


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a submitted attempt gave. The same for everyone who asks again, whatever came after."""

    attempt_id: int
    quiz_id: str
    number: int
    practice: bool
    submitted_at: datetime
    mark: Mark
    attempt_passed: bool
    """This attempt alone reached the pass mark."""
    kept: Fraction
    """The mark that counts over the attempts up to this one."""
    passed: bool
    """The mark that counts reaches the pass mark."""
    tries_left: int | None
    """Attempts that remained; None = as many as one likes."""


def submit_attempt(session: Session, course: Course, person_id: int, attempt_id: int, *, now: datetime) -> Outcome:
    """Close an attempt and find its worth. Whoever repeats it, or does it at the same moment, gets the same Outcome.

    Raises `UnclearAttempt` while an answer is to be cleared up: what was done is then to be rolled back.
    """
    closing = update(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == person_id, Attempt.submitted_at.is_(None))
    closed = session.execute(closing.values(submitted_at=now).returning(Attempt.id).execution_options(synchronize_session=False)).first()
    attempt = attempt_of(session, person_id, attempt_id)
    if closed:
        _grade(session, course, sheet_of(session, attempt))
        event("attempt_submitted", attempt=attempt.id, person=person_id, quiz=attempt.quiz_id)
    return outcome_of(session, attempt)


def submit_once_corrected(session: Session, course: Course, person_id: int, attempt_id: int, *, now: datetime) -> Outcome | None:
    """« Après chaque question »: close an attempt whose questions are all corrected, since nothing in it can change. None while one can."""
    attempt = attempt_of(session, person_id, attempt_id, lock=True)
    if not all(entry.locked for entry in sheet_of(session, attempt).entries):
        return None
    return submit_attempt(session, course, person_id, attempt_id, now=now)


def _grade(session: Session, course: Course, sheet: AttemptSheet) -> None:
    """Write the worth of each answer and of the whole. What was corrected on the way keeps the worth that the learner was told."""
    attempt = sheet.attempt
    lexicon = lexicon_at(session, attempt.pins)
    if any(entry.unclear(lexicon) for entry in sheet.entries):
        raise UnclearAttempt
    for entry in sheet.entries:
        if entry.latest is not None and not entry.locked:
            write_grade(entry.latest, entry.kind.grade(entry.given, lexicon))
    mark = sheet.mark
    attempt.score_raw, attempt.score_max = mark.raw, mark.maximum
    attempt.passed = grading.passes(mark.fraction, Fraction(sheet.policy.pass_mark))
    session.flush()
    if not attempt.practice:
        published = course.quizzes.get(attempt.quiz_id)
        attempt.tries_left = begun(session, attempt.person_id, attempt.quiz_id).left(published.policy if published else sheet.policy)
        session.flush()


def outcome_of(session: Session, attempt: Attempt) -> Outcome:
    """The Outcome of a submitted attempt."""
    if attempt.submitted_at is None:
        raise AttemptOpen
    past = [past_attempt(attempt, None)] if attempt.practice else _past_up_to(session, attempt)
    kept, mine = kept_along(past)[-1], past[-1]
    return Outcome(
        attempt_id=attempt.id,
        quiz_id=attempt.quiz_id,
        number=attempt.number,
        practice=attempt.practice,
        submitted_at=mine.submitted_at,
        mark=mine.mark,
        attempt_passed=mine.passed,
        kept=kept,
        passed=mine.passed if attempt.practice else grading.passes(kept, Fraction(mine.policy.pass_mark)),
        tries_left=attempt.tries_left,
    )


def _past_up_to(session: Session, attempt: Attempt) -> list[PastAttempt]:
    return [one.past() for one in tries_of(session, attempt.person_id, attempt.quiz_id) if one.number <= attempt.number]
