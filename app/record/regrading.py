"""A quiz marked again by its corrected keys, as the learner's record takes it: rows of the ledger, projections, figures, news. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts.extra_attempts import MAX_MESSAGE
from app.assessment.models import Attempt, Regrading
from app.assessment.regrading.comparison import PersonRemarked, Remarked
from app.assessment.regrading.services import RegradingRun
from app.content.store.models import Revision
from app.content.values.course import Course
from app.identity.audit import acts
from app.platform.errors import TooManyCharacters
from app.record.figures import store
from app.record.ledger import append_together
from app.record.progress.rules import EventType
from app.record.services import DecisionWithoutReason

SOURCE = "reprise"


def regrade(session: Session, course: Course, quiz_id: str, *, actor_id: int, reason: str, now: datetime) -> Regrading:
    """All of it or nothing, by the caller's transaction. Raises ReasonMissing, NothingToRegrade, NotYours.

    Whoever has a better mark is told by their letter of the week; whoever newly passes is offered their attestation by their own record, as after any decision.
    """
    if not reason.strip():
        raise DecisionWithoutReason
    if len(reason.strip()) > MAX_MESSAGE:
        raise TooManyCharacters(MAX_MESSAGE)
    act = RegradingRun(session, quiz_id, actor_id, reason.strip(), now, course)
    for row, people in act.run():
        _record(session, course, quiz_id, row, people, now)
    row = act.ensure_row()
    acts.record(session, actor_id, "quiz_regraded", None, now, quiz=quiz_id, relevées=row.raised, maintenues=row.maintained, réussites=row.passing)
    return row


def _record(session: Session, course: Course, quiz_id: str, regrading: Regrading, people: Sequence[PersonRemarked], now: datetime) -> None:
    fingerprints = _fingerprints(session, quiz_id, people)
    rows = [_row(regrading, person, one, fingerprints, now) for person in people for one in person.attempts]
    append_together(session, quiz_id, rows)
    store.refresh(session, course, [person.person_id for person in people], now)


def _row(regrading: Regrading, person: PersonRemarked, one: Remarked, fingerprints: dict[int, str], now: datetime) -> dict[str, Any]:
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
