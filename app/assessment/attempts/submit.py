"""Submitting an attempt, and what it then gave.

The verbs of a learner who takes a quiz are in `start`, `save`, `submit` and `extra_attempts`. They flush, never commit. Whatever may be done
twice, or by two requests at once, has one effect. On SQLite a POST begins IMMEDIATE, so writers take turns; on PostgreSQL each verb first locks
the row on which the others wait: the person's to start, the attempt's to change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from app.assessment.answers.lexicon import Lexicon
from app.assessment.attempts.results import PastAttempt, count_attempts, counting_marks_of, past_attempt, tries_of
from app.assessment.attempts.sheet import AttemptSheet, SavedAnswer, SheetQuestion, attempt_of, lexicon_at, sheet_of
from app.assessment.errors import AttemptOpen, UnclearAttempt
from app.assessment.models import Attempt, Response
from app.assessment.questions import grading
from app.assessment.questions.grading import Mark
from app.content.values.course import Course
from app.platform.log import event


class AttemptOutcome(Struct, frozen=True):
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


_ATTEMPT, _RESPONSE = Attempt.__table__, Response.__table__
_CLOSING = (
    update(_ATTEMPT)  # type: ignore[arg-type]  # a Table, as that of every entity
    .where(_ATTEMPT.c.id == bindparam("its_id"), _ATTEMPT.c.person_id == bindparam("its_person"), _ATTEMPT.c.submitted_at.is_(None))
    .values(submitted_at=bindparam("now"))
    .returning(_ATTEMPT.c.id)
)


def submit_attempt(session: Session, course: Course, person_id: int, attempt_id: int, *, now: datetime) -> AttemptOutcome:
    """Close an attempt and find its worth. Whoever repeats it, or does it at the same moment, gets the same Outcome.

    Raises `UnclearAttempt` while an answer is to be cleared up: what was done is then to be rolled back.
    """
    session.flush()
    closed = session.execute(_CLOSING, {"its_id": attempt_id, "its_person": person_id, "now": now}).first()
    attempt = attempt_of(session, person_id, attempt_id)
    if closed:
        _grade(session, course, sheet_of(session, attempt))
        event("attempt_submitted", attempt=attempt.id, person=person_id, quiz=attempt.quiz_id)
    return outcome_of(session, attempt)


def submit_once_corrected(session: Session, course: Course, person_id: int, attempt_id: int, *, now: datetime) -> AttemptOutcome | None:
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
    mark = replace(sheet, entries=grade_saved(session, attempt.id, sheet.entries, lexicon)).mark
    left = None if attempt.practice else _attempts_left(session, course, sheet)
    attempt.score_raw, attempt.score_max, attempt.tries_left = mark.raw, mark.maximum, left
    attempt.passed = grading.passes(mark.fraction, Fraction(sheet.policy.pass_mark))
    session.flush()


def _attempts_left(session: Session, course: Course, sheet: AttemptSheet) -> int | None:
    quiz = course.quizzes.get(sheet.attempt.quiz_id)
    return count_attempts(session, sheet.attempt.person_id, sheet.attempt.quiz_id).left(quiz.policy if quiz else sheet.policy)


def outcome_of(session: Session, attempt: Attempt) -> AttemptOutcome:
    """The Outcome of a submitted attempt."""
    if attempt.submitted_at is None:
        raise AttemptOpen
    past = [past_attempt(attempt, None)] if attempt.practice else _past_up_to(session, attempt)
    kept, mine = counting_marks_of(past)[-1], past[-1]
    return AttemptOutcome(
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


_GRADED = update(_RESPONSE).where(  # type: ignore[arg-type]  # a Table, as that of every entity
    *(_RESPONSE.c[name] == bindparam(f"its_{name}") for name in ("attempt_id", "question_id", "seq"))
)


def grade_saved(session: Session, attempt_id: int, entries: Sequence[SheetQuestion], lexicon: Lexicon) -> tuple[SheetQuestion, ...]:
    """Find and store the worth of each saved answer that was not corrected yet, and what accepted it; `SheetQuestion.grade` reads it back."""
    graded = {entry.position: _graded(entry, entry.latest, lexicon) for entry in entries if entry.latest is not None and not entry.locked}
    if graded:
        session.execute(_GRADED, [_worth(attempt_id, latest) for latest in graded.values()])
    return tuple(replace(entry, latest=graded.get(entry.position, entry.latest)) for entry in entries)


def _graded(entry: SheetQuestion, latest: SavedAnswer, lexicon: Lexicon) -> SavedAnswer:
    grade = entry.kind.grade(entry.response, lexicon)
    verdicts = [[verdict.rule.value, verdict.expected] if verdict else None for verdict in grade.verdicts]
    return latest._replace(fraction=grade.fraction, verdicts=verdicts or None)


def _worth(attempt_id: int, answer: SavedAnswer) -> dict[str, Any]:
    place = {"its_attempt_id": attempt_id, "its_question_id": answer.question_id, "its_seq": answer.seq}
    return {**place, "fraction": answer.fraction, "verdicts": answer.verdicts}
