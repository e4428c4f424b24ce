"""A due date moved for one person: appended to the ledger, read by them with its reason; the last one counts. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.audit import acts
from app.identity.services import lock_person
from app.platform.db import insert_once
from app.record.figures import store
from app.record.progress.due_queries import due_dates_of
from app.record.progress.models import LearningEvent
from app.record.progress.queries import path_progress_of
from app.record.progress.rules import EventType
from app.record.services import DecisionWithoutReason


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
    acts.record(session, actor_id, "due_moved", person_id, now, parcours=mine.path.id, échéance=due_on.isoformat() if due_on else "celle du groupe")
    return True


def moves_of(session: Session, person_id: int, path_id: str) -> Sequence[DueMove]:
    """The latest first."""
    mine = (LearningEvent.person_id == person_id, LearningEvent.element_id == path_id, LearningEvent.event == EventType.DUE_MOVED.value)
    query = select(LearningEvent.due_on, LearningEvent.at, LearningEvent.reason).where(*mine).order_by(LearningEvent.id.desc())
    return tuple(DueMove(due_on, at, reason or "") for due_on, at, reason in session.execute(query))
