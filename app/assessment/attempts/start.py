"""Beginning an attempt, going on with it, practising what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment import policy as policies
from app.assessment.attempts.corrected_sheet import corrected_sheet, regrades_since
from app.assessment.attempts.results import count_attempts, quiz_result
from app.assessment.attempts.sheet import AttemptSheet, SheetQuestion, attempt_of, sheet_of
from app.assessment.errors import AttemptOpen, EmptyQuiz, NoAttemptLeft, NothingMissed
from app.assessment.models import TITLE_LENGTH, Attempt
from app.assessment.questions import draw, pool
from app.assessment.questions.pool import PoolQuestion
from app.content.values.course import Course
from app.content.values.policy import CorrectionTime, Policy
from app.content.values.text import DocumentKind
from app.identity.services import lock_person
from app.platform.errors import NotYours
from app.platform.log import event


def start_attempt(session: Session, course: Course, person_id: int, quiz_id: str, *, seed: int, now: datetime) -> Attempt:
    """Begin an attempt, or go on with the one under way: resuming is no start and counts for nothing."""
    lock_person(session, person_id)  # attempts may not exist yet: the person does
    mine = count_attempts(session, person_id, quiz_id)
    if mine.open_id is not None:
        return attempt_of(session, person_id, mine.open_id)
    quiz = course.quizzes.get(quiz_id)
    if quiz is None or quiz.is_pool:
        raise NotYours
    if not policies.may_start(mine.left(quiz.policy)):
        raise NoAttemptLeft
    drawn = _draw(course, quiz_id, quiz.policy, seed)
    if not drawn:
        raise EmptyQuiz
    attempt = Attempt(
        person_id=person_id,
        quiz_id=quiz_id,
        title=quiz.title[:TITLE_LENGTH],
        number=mine.used + 1,
        practice=False,
        seed=seed,
        questions=[_reference(course, one) for one in drawn],
        pins=_pins(course, quiz_id, drawn),
        policy=policies.frozen(quiz.policy),
        started_at=now,
    )
    return _added(session, attempt, "attempt_started")


def start_practice(session: Session, course: Course, person_id: int, attempt_id: int, *, seed: int, now: datetime) -> Attempt:
    """« Refaire seulement ce que j'ai manqué »: a practice of the questions that a submitted attempt did not wholly earn.

    Only where the correction of that attempt may be read, since it tells which ones were missed. Goes on with the one under way.
    """
    lock_person(session, person_id)
    source = attempt_of(session, person_id, attempt_id)
    sheet = corrected_sheet(session, sheet_of(session, source), regrades_since(session, source))
    missed = [_asked_again(entry, source) for entry in sheet.entries if entry.grade.fraction < 1]
    if not missed or not _correction_shows(session, course, sheet):
        raise NothingMissed
    earlier = session.scalars(select(Attempt).where(Attempt.person_id == person_id, Attempt.quiz_id == source.quiz_id, Attempt.practice)).all()
    under_way = next((one for one in earlier if one.source_id == source.id and one.submitted_at is None), None)
    if under_way is not None:
        return under_way
    attempt = Attempt(
        person_id=person_id,
        quiz_id=source.quiz_id,
        title=source.title,
        number=len(earlier) + 1,
        practice=True,
        source_id=source.id,
        seed=seed,
        questions=missed,
        pins=source.pins,
        policy=policies.frozen(_practice_policy(sheet.policy)),
        started_at=now,
    )
    return _added(session, attempt, "practice_started")


def _asked_again(entry: SheetQuestion, source: Attempt) -> dict[str, Any]:
    """The question as pinned; by its corrected key, where a regrading gave it one."""
    stored = source.questions[entry.position - 1]
    if entry.regraded is None:
        return stored
    return {**stored, "document": entry.pooled.quiz.id, "revision": entry.regraded.revision_id, "fingerprint": entry.pooled.question.fingerprint}


def _correction_shows(session: Session, course: Course, sheet: AttemptSheet) -> bool:
    attempt = sheet.attempt
    if attempt.submitted_at is None:
        raise AttemptOpen
    return attempt.practice or quiz_result(session, course, attempt.person_id, attempt.quiz_id).shows_correction(sheet.policy)


def _practice_policy(policy: Policy) -> Policy:
    each = policy.correction == CorrectionTime.AFTER_EACH
    return replace(policy, max_attempts=0, draw=None, correction=CorrectionTime.AFTER_EACH if each else CorrectionTime.AFTER_SUBMIT)


def _draw(course: Course, quiz_id: str, policy: Policy, seed: int) -> list[PoolQuestion]:
    available = pool.pool_of(course, course.quizzes[quiz_id])
    by_id = {one.question.id: one for one in available}
    return [by_id[question_id] for question_id in draw.draw(pool.candidates(available), policy.draw, seed, policy.shuffle)]


def _reference(course: Course, pooled: PoolQuestion) -> dict[str, Any]:
    """A question as an attempt stores it."""
    revision = course.versions[pooled.quiz.id].revision_id
    return {"id": pooled.question.id, "document": pooled.quiz.id, "revision": revision, "fingerprint": pooled.question.fingerprint}


def _pins(course: Course, quiz_id: str, drawn: Sequence[PoolQuestion]) -> dict[str, int]:
    """The revision of every file that the attempt reads."""
    ids = {quiz_id, DocumentKind.GLOSSARY.value, DocumentKind.CONFUSABLES.value, *(one.quiz.id for one in drawn)}
    return {document_id: course.versions[document_id].revision_id for document_id in sorted(ids) if document_id in course.versions}


def _added(session: Session, attempt: Attempt, name: str) -> Attempt:
    session.add(attempt)
    session.flush()
    event(name, attempt=attempt.id, person=attempt.person_id, quiz=attempt.quiz_id)
    return attempt
