"""Writes the learner's record: what was opened, read, sent or decided, marks and due dates that change, attestations. Flushes, never commits.

Joining a path is in `enrolment`, the ledger itself in `ledger`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import g, request
from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.assessment.attempts.results import MAX_MESSAGE
from app.assessment.attempts.services import AttemptOutcome
from app.assessment.key_comparison import PersonRemarked, RemarkedAttempt
from app.assessment.models import Attempt, Regrading
from app.assessment.policy import policy_from_json
from app.assessment.regrading import RegradingRun
from app.content.store.queries import Revision, document_at
from app.content.values.course import Course
from app.content.values.quiz import Quiz
from app.content.values.text import CompletionCriterion
from app.identity import audit
from app.identity.services import lock_person
from app.platform import clock, log
from app.platform.db import db, insert_once, writing
from app.platform.errors import DomainError, TooManyCharacters
from app.record.enrolment import enrol, join_module
from app.record.figures import store
from app.record.ledger import LedgerChange, append_all, append_together
from app.record.progress import rules
from app.record.progress.models import TITLE_LENGTH, Attestation, LearningEvent, ReadingPlace
from app.record.progress.path_progress import EarnedSubject, PathProgress
from app.record.progress.queries import attestations_held, due_dates_of, path_progress_of
from app.record.progress.rules import EventType


class DecisionWithoutReason(DomainError):
    sentence = "Donnez la raison : la personne la lira dans sa progression."


class PresenceAsked(DomainError):
    sentence = "Cette étape est terminée quand votre présence à la rencontre est notée : la lire ne suffit pas."


class NotPublished(DomainError):
    sentence = "Cette étape n’est plus publiée."


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
        "rules_fingerprint": rules.rules_fingerprint(criterion, policy_from_json(attempt.policy)),
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
    issued = [_attestation(mine, earned, now) for earned in mine.earned_subjects if earned.subject_id not in held]
    session.add_all(issued)
    session.flush()
    return issued


def _attestation(mine: PathProgress, earned: EarnedSubject, now: datetime) -> Attestation:
    return Attestation(
        id=secrets.token_hex(16),  # typed to « flask exchange export » too, where a dash would begin an option
        person_id=mine.person_id,
        subject_id=earned.subject_id,
        title=earned.title[:TITLE_LENGTH],
        completed_at=earned.completed_at,
        content_version=rules.version_fingerprint(mine.progress[element].earned_on for element in earned.elements),
        issued_at=now,
    )


# --- First opening ---------------------------------------------------------------------------------------------------
# The one thing that a page's GET appends to the ledger.

PATIENCE = 500
"""Milliseconds that a page may wait for its turn to write: it is shown without, and the next opening is the first."""

PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""Headers by which browsers say that nobody looks at the page yet."""


def append_view(course: Course, person_id: int, element_id: str) -> None:
    """Records a first view in its own transaction, never for HEAD, prefetch or « voir comme »; a failure never breaks the page."""
    purpose = " ".join(request.headers.get(name, "") for name in PURPOSES)
    if request.method != "GET" or "prefetch" in purpose or "preview" in purpose or g.get("watcher"):
        return
    db.session.rollback()  # the reading is over: the writer must not find this transaction open
    try:
        with writing(PATIENCE) as session:
            record_view(session, course, person_id, element_id, clock.now())
    except (SQLAlchemyError, DomainError) as error:
        log.event("view_not_recorded", person=person_id, element=element_id, error=type(error).__name__)


# --- A quiz marked again by its corrected keys -----------------------------------------------------------------------
# Rows of the ledger, projections, figures, news.

SOURCE = "reprise"


def regrade(session: Session, course: Course, quiz_id: str, *, actor_id: int, reason: str, now: datetime) -> Regrading:
    """All of it or nothing, by the caller's transaction. Raises ReasonMissing, NothingToRegrade, NotYours.

    Whoever has a better mark is told by their weekly email; whoever newly passes is offered their attestation by their own record, as after any decision.
    """
    if not reason.strip():
        raise DecisionWithoutReason
    if len(reason.strip()) > MAX_MESSAGE:
        raise TooManyCharacters(MAX_MESSAGE)
    act = RegradingRun(session, quiz_id, actor_id, reason.strip(), now, course)
    for row, people in act.run():
        _record(session, course, quiz_id, row, people, now)
    row = act.ensure_row()
    audit.record(session, actor_id, "quiz_regraded", None, now, quiz=quiz_id, relevées=row.raised, maintenues=row.maintained, réussites=row.passing)
    return row


def _record(session: Session, course: Course, quiz_id: str, regrading: Regrading, people: Sequence[PersonRemarked], now: datetime) -> None:
    fingerprints = _fingerprints(session, quiz_id, people)
    rows = [_row(regrading, person, one, fingerprints, now) for person in people for one in person.attempts]
    append_together(session, quiz_id, rows)
    store.refresh(session, course, [person.person_id for person in people], now)


def _row(regrading: Regrading, person: PersonRemarked, one: RemarkedAttempt, fingerprints: dict[int, str], now: datetime) -> dict[str, Any]:
    """The last attempt of somebody who newly passes says so."""
    passes = person.passes and one is person.attempts[-1]
    return {
        "person_id": person.person_id,
        "event": (EventType.REGRADED_PASS if passes else EventType.REGRADED).value,
        "at": now,
        "idempotency_key": f"regraded:{regrading.id}:{one.attempt_id}",
        "attempt_id": one.attempt_id,
        "score_raw": str(one.kept.mark.raw),
        "score_max": str(one.kept.mark.maximum),
        "content_fingerprint": fingerprints.get(one.attempt_id, ""),
        "actor_id": regrading.actor_id,
        "reason": regrading.reason,
        "source": SOURCE,
    }


def _fingerprints(session: Session, quiz_id: str, people: Sequence[PersonRemarked]) -> dict[int, str]:
    """Attempt id → fingerprint of the quiz that it pinned: what was answered is what is passed."""
    attempts = [one.attempt_id for person in people for one in person.attempts]
    pins = dict(session.execute(select(Attempt.id, Attempt.pins).where(Attempt.id.in_(attempts))).all())
    revisions = {attempt_id: held.get(quiz_id, 0) for attempt_id, held in pins.items()}
    known = dict(session.execute(select(Revision.id, Revision.fingerprint).where(Revision.id.in_(set(revisions.values())))).all())
    return {attempt_id: known.get(revision_id, "") for attempt_id, revision_id in revisions.items()}


# --- A due date moved for one person ---------------------------------------------------------------------------------
# Appended to the ledger, read by them with its reason; the last one counts.


class DueMove(Struct, frozen=True):
    """A person's own due date, or its return to the group's, with the time and reason of the decision."""

    due_on: date | None
    at: datetime
    reason: str


def move(session: Session, course: Course, person_id: int, due_on: date | None, now: datetime, *, actor_id: int, reason: str) -> bool:
    """Set the day by which a person is to finish their path; None gives back the date of their cohort or path. False where that is the day already.

    Raises DecisionWithoutReason.
    """
    if not reason.strip():
        raise DecisionWithoutReason
    lock_person(session, person_id)
    mine = path_progress_of(session, course, person_id)
    dates = due_dates_of(session, mine)
    if due_on == dates.due_on or (due_on is None and not dates.moved):
        return False
    row: dict[str, Any] = {
        "person_id": person_id, "element_id": mine.path.id, "event": EventType.DUE_MOVED.value, "at": now, "due_on": due_on, "actor_id": actor_id,
        "reason": reason.strip(), "source": "decision", "idempotency_key": f"due:{person_id}:{mine.path.id}:{now.isoformat()}:{due_on}",
    }  # fmt: skip
    if not insert_once(session, LearningEvent, row):
        return False
    store.refresh(session, course, [person_id], now)
    audit.record(session, actor_id, "due_moved", person_id, now, parcours=mine.path.id, échéance=due_on.isoformat() if due_on else "celle du groupe")
    return True


def moves_of(session: Session, person_id: int, path_id: str) -> Sequence[DueMove]:
    """The latest first."""
    mine = (LearningEvent.person_id == person_id, LearningEvent.element_id == path_id, LearningEvent.event == EventType.DUE_MOVED.value)
    query = select(LearningEvent.due_on, LearningEvent.at, LearningEvent.reason).where(*mine).order_by(LearningEvent.id.desc())
    return tuple(DueMove(due_on, at, reason or "") for due_on, at, reason in session.execute(query))
