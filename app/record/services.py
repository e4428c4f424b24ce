"""Verbs of the learner's record: what was opened, read, sent or decided, and the attestations that follow. They flush, never commit.

Joining a path is in `enrolment`, the ledger itself in `ledger`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.assessment.attempts.submit import AttemptOutcome
from app.assessment.models import Attempt
from app.assessment.policy import thawed
from app.content.store.models import Revision
from app.content.store.queries import document_at
from app.content.values.course import Course
from app.content.values.quiz import Quiz
from app.content.values.text import CompletionCriterion
from app.identity.services import lock_person
from app.platform.db import insert_once
from app.platform.errors import DomainError
from app.record.enrolment import enrol, join_module
from app.record.figures import store
from app.record.ledger import LedgerChange, append_all
from app.record.progress import rules
from app.record.progress.models import TITLE_LENGTH, Attestation, ReadingPlace
from app.record.progress.path_progress import Earned, PathProgress
from app.record.progress.queries import attestations_held, path_progress_of
from app.record.progress.rules import EventType


class DecisionWithoutReason(DomainError):
    sentence = "Donnez la raison : la personne la lira dans sa progression."


class PresenceAsked(DomainError):
    sentence = "Cette étape est terminée quand votre présence à la rencontre est notée : la lire ne suffit pas."


class NotPublished(DomainError):
    sentence = "Cet élément n’est plus publié."


def _note(session: Session, course: Course, person_id: int, element_id: str, event: EventType, now: datetime, key: str, **details: Any) -> bool:
    return _note_all(session, course, person_id, element_id, now, [{"event": event.value, "at": now, "idempotency_key": key, **details}]) is not None


def _note_all(session: Session, course: Course, person_id: int, element_id: str, now: datetime, rows: Sequence[dict[str, Any]]) -> LedgerChange | None:
    """Append to the ledger, and bring what reports read up to date with it.

    The first thing that a person does enrols them, whatever their role; in a module outside their path, it joins them to it.
    """
    change = append_all(session, person_id, element_id, rows)
    if change is None:
        return None
    before, after = change
    enrolled = after.first_at is not None and not (before and before.first_at) and enrol(session, course, person_id, now)
    joined = join_module(session, course, person_id, element_id, now)
    if enrolled or joined or not rules.same_but_later(*change):
        store.refresh(session, course, [person_id], now)
    else:
        store.note_activity(session, course, person_id, change.after.last_at, now)
    return change


def _in_force(course: Course, element_id: str) -> dict[str, Any]:
    """The criterion and the fingerprints that a row records."""
    lesson, quiz = course.lessons.get(element_id), course.quizzes.get(element_id)
    element = lesson or quiz
    if element is None:
        raise NotPublished
    return {
        "criterion": element.criterion.value,
        "content_fingerprint": _published_fingerprint(course, element_id),
        "rules_fingerprint": rules.rules_fingerprint(element.criterion, quiz.policy if quiz else None),
    }


def _published_fingerprint(course: Course, element_id: str) -> str:
    version = course.versions.get(element_id)
    return version.fingerprint if version else ""


def record_view(session: Session, course: Course, person_id: int, element_id: str, now: datetime) -> bool:
    """The first opening of an element."""
    return _note(session, course, person_id, element_id, EventType.VIEWED, now, f"viewed:{person_id}:{element_id}", **_in_force(course, element_id))


def mark_read(session: Session, course: Course, person_id: int, lesson_id: str, now: datetime) -> bool:
    """« J'ai lu cette leçon ». Once for each version of the lesson, so that a changed one can be read again."""
    details = _in_force(course, lesson_id)
    if details["criterion"] == CompletionCriterion.PRESENCE.value:
        raise PresenceAsked
    key = f"read:{person_id}:{lesson_id}:{details['content_fingerprint']}"
    return _note(session, course, person_id, lesson_id, EventType.READ, now, key, **details)


def record_attendance(session: Session, course: Course, person_id: int, lesson_id: str, meeting_id: int, now: datetime, *, actor_id: int | None) -> bool:
    """Records that the person was at a meeting that counts for this lesson. `actor_id`: who ticked the list."""
    key = f"attended:{person_id}:{meeting_id}:{now.isoformat()}"
    return _note(session, course, person_id, lesson_id, EventType.ATTENDED, now, key, actor_id=actor_id, **_in_force(course, lesson_id))


def revoke_attendance(session: Session, course: Course, person_id: int, lesson_id: str, meeting_id: int, now: datetime, *, actor_id: int | None) -> bool:
    """Revokes an attendance that was recorded by mistake."""
    key = f"attendance_revoked:{person_id}:{meeting_id}:{now.isoformat()}"
    return _note(session, course, person_id, lesson_id, EventType.ATTENDANCE_REVOKED, now, key, actor_id=actor_id, source="decision")


def read_instead(session: Session, course: Course, person_id: int, lesson_id: str, now: datetime) -> bool:
    """What stands for being there, where the lesson allows it: whoever calls knows that it was read."""
    details = _in_force(course, lesson_id)
    return _note(session, course, person_id, lesson_id, EventType.READ, now, f"read:{person_id}:{lesson_id}:{details['content_fingerprint']}", **details)


def record_outcome(session: Session, course: Course, person_id: int, outcome: AttemptOutcome, now: datetime) -> bool:
    """A submitted attempt: `submitted`, then `passed` or `failed` (by the mark that counts over all attempts). Harmless when repeated. Whether it made the
    quiz done, which it was not."""
    details = {"at": now, **_attempt_terms(session, course, outcome)}
    marks = {"tries_left": outcome.tries_left, "score_raw": str(outcome.mark.raw), "score_max": str(outcome.mark.maximum)}
    verdict = EventType.PASSED if outcome.passed else EventType.FAILED
    sent = {"event": EventType.SUBMITTED.value, "idempotency_key": f"submitted:{outcome.attempt_id}", **details}
    graded = {"event": verdict.value, "idempotency_key": f"graded:{outcome.attempt_id}", **details, **marks}
    change = _note_all(session, course, person_id, outcome.quiz_id, now, [sent, graded])
    return change is not None and change.after.state.done and not (change.before and change.before.state.done)


def _attempt_terms(session: Session, course: Course, outcome: AttemptOutcome) -> dict[str, Any]:
    """The criterion and the fingerprints of an attempt: those of the text and of the policy that it pinned, whatever is published since."""
    attempt = session.get_one(Attempt, outcome.attempt_id)
    revision_id = attempt.pins.get(outcome.quiz_id, 0)
    known = [quiz.criterion for quiz in (_pinned_quiz(session, revision_id), course.quizzes.get(outcome.quiz_id)) if quiz]
    criterion = rules.kinder(known)
    fingerprint = session.scalar(select(Revision.fingerprint).where(Revision.id == revision_id))
    return {
        "attempt_id": attempt.id,
        "criterion": criterion.value,
        "content_fingerprint": fingerprint or _published_fingerprint(course, outcome.quiz_id),
        "rules_fingerprint": rules.rules_fingerprint(criterion, thawed(attempt.policy)),
    }


def _pinned_quiz(session: Session, revision_id: int) -> Quiz | None:
    try:
        document = document_at(session, revision_id)
    except KeyError:
        return None
    return document if isinstance(document, Quiz) else None


def decide(session: Session, course: Course, person_id: int, element_id: str, event: EventType, now: datetime, *, actor_id: int, reason: str) -> bool:
    """A waiver, a manual completion, or the revocation of either, by a person with a reason that the learner reads."""
    if not reason.strip():
        raise DecisionWithoutReason
    key = f"{event.value}:{person_id}:{element_id}:{now.isoformat()}"
    details = {"actor_id": actor_id, "reason": reason.strip(), "content_fingerprint": _published_fingerprint(course, element_id), "source": "decision"}
    return _note(session, course, person_id, element_id, event, now, key, **details)


def keep_place(session: Session, person_id: int, lesson_id: str, anchor: str, now: datetime) -> None:
    """Remember the heading where the person is."""
    key = {"person_id": person_id, "lesson_id": lesson_id}
    if not insert_once(session, ReadingPlace, {**key, "anchor": anchor, "at": now}):
        session.execute(update(ReadingPlace).filter_by(**key).values(anchor=anchor, at=now))


# --- Attestations ----------------------------------------------------------------------------------------------------


def attest(session: Session, course: Course, person_id: int, now: datetime) -> list[Attestation]:
    """Issue every attestation that the person has earned and does not hold yet: each complete module, and the path if it gives one."""
    lock_person(session, person_id)
    mine = path_progress_of(session, course, person_id)
    held = attestations_held(session, person_id)
    issued = [_attestation(mine, earned, now) for earned in mine.earned if earned.subject_id not in held]
    session.add_all(issued)
    session.flush()
    return issued


def _attestation(mine: PathProgress, earned: Earned, now: datetime) -> Attestation:
    return Attestation(
        id=secrets.token_hex(16),  # typed to « flask exchange export » too, where a dash would begin an option
        person_id=mine.person_id,
        subject_id=earned.subject_id,
        title=earned.title[:TITLE_LENGTH],
        completed_at=earned.completed_at,
        content_version=rules.version_fingerprint(mine.progress[element].earned_on for element in earned.elements),
        issued_at=now,
    )
