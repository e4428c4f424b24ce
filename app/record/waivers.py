"""A waiver of what a module teaches, and its end, in the ledger: its lessons and their quizzes, never its final quiz. They flush, never commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.record.enrolment import join_module
from app.record.figures import store
from app.record.ledger import append
from app.record.progress.models import LearningEvent
from app.record.progress.queries import element_states
from app.record.progress.rules import MANUAL, EventType

SOURCE = "positioning"
"""In the ledger: rows of this source name in `attempt_id` the test that they come from."""


def covered(course: Course, module_id: str) -> tuple[str, ...]:
    """What a waiver of a module covers today."""
    module = course.modules.get(module_id)
    return tuple(element for element in course.elements_of(module) if element != module.final_quiz_id) if module else ()


def waive_module(session: Session, course: Course, person_id: int, module_id: str, now: datetime, *, waiver: int, test: int, reason: str) -> int:
    """What is not done yet. `waiver` is what `end_waiver` ends. Returns how many elements it covers."""
    states = element_states(session, person_id)
    left = [element for element in covered(course, module_id) if element not in states or not states[element].state.done]
    details = {"attempt_id": test, "actor_id": person_id, "reason": reason}
    _write(session, course, person_id, left, EventType.WAIVED, now, waiver, details)
    for element in {module.id: element for element in left if (module := course.module_of(element))}.values():
        join_module(session, course, person_id, element, now)
    store.refresh(session, course, [person_id], now)
    return len(left)


def end_waiver(session: Session, course: Course, person_id: int, now: datetime, *, waiver: int, test: int, reason: str, actor_id: int) -> int:
    """Ends a waiver where no later decision replaced it; the person's own results count again. Returns how many elements."""
    still = _in_force(session, person_id, waiver)
    details = {"attempt_id": test, "actor_id": actor_id, "reason": reason}
    _write(session, course, person_id, still, EventType.OVERRIDE_REVOKED, now, waiver, details)
    store.refresh(session, course, [person_id], now)
    return len(still)


def _in_force(session: Session, person_id: int, waiver: int) -> list[str]:
    """The elements whose last decision is this waiver."""
    decisions = [event.value for event in (*MANUAL, EventType.OVERRIDE_REVOKED)]
    rows = select(LearningEvent.element_id, LearningEvent.idempotency_key).where(LearningEvent.person_id == person_id, LearningEvent.event.in_(decisions))
    last: dict[str, str] = dict(session.execute(rows.order_by(LearningEvent.id)).all())
    return [element for element, key in last.items() if key.startswith(f"{SOURCE}:{waiver}:{EventType.WAIVED.value}:")]


def _write(
    session: Session, course: Course, person_id: int, elements: Sequence[str], event: EventType, now: datetime, waiver: int, details: dict[str, Any]
) -> None:
    """One row an element. A waiver that is accepted again writes rows again: each turn has keys of its own."""
    mine = LearningEvent.person_id == person_id, LearningEvent.source == SOURCE, LearningEvent.idempotency_key.startswith(f"{SOURCE}:{waiver}:")
    turn = session.scalar(select(func.count()).select_from(LearningEvent).where(*mine)) or 0
    for element in elements:
        version = course.versions.get(element)
        key = f"{SOURCE}:{waiver}:{event.value}:{element}:{turn}"
        append(session, person_id, element, event, now, key, source=SOURCE, content_fingerprint=version.fingerprint if version else "", **details)
