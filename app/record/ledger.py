"""The ledger of what people did: appends rows, rebuilds what is derived from them, and writes waivers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.services import lock_people, lock_person
from app.platform.db import insert_into, insert_once, insert_over
from app.record.enrolment import join_module
from app.record.figures import store
from app.record.progress import rules
from app.record.progress.models import ElementState, LearningEvent
from app.record.progress.queries import element_state, element_states, ledger_rows, ledger_rows_together
from app.record.progress.rules import MANUAL, ElementProgress, EventType

# --- Rows and their projection ---------------------------------------------------------------------------------------
# What reports read is brought up to date in the same transaction.


def append(session: Session, person_id: int, element_id: str, event: EventType, now: datetime, key: str, **details: Any) -> bool:
    """Append one row and bring the projection up to date with it. False when `key` was there already: a repeat changes nothing.

    `details` are the other columns of `LearningEvent`.
    """
    return append_all(session, person_id, element_id, [{"event": event.value, "at": now, "idempotency_key": key, **details}]) is not None


class LedgerChange(NamedTuple):
    """The progress of one element before and after the rows that were appended."""

    before: ElementProgress | None
    after: ElementProgress


def append_all(session: Session, person_id: int, element_id: str, rows: Sequence[dict[str, Any]]) -> LedgerChange | None:
    """Append several rows at once, which are projected together. None when all their keys were there already."""
    lock_person(session, person_id)  # two events of one person at once are projected one after the other
    new = [insert_once(session, LearningEvent, {"person_id": person_id, "element_id": element_id, **row}) for row in rows]
    if not any(new):
        return None
    change = LedgerChange(element_state(session, person_id, element_id), rules.element_progress(element_id, ledger_rows(session, person_id, element_id)))
    store_projections(session, [(person_id, change.after)])
    return change


def append_together(session: Session, element_id: str, rows: Sequence[dict[str, Any]]) -> None:
    """Append rows of some hundred people about one element, and project each person once, in five statements. A key that was there is left alone."""
    people = sorted({row["person_id"] for row in rows})
    lock_people(session, people)
    session.execute(insert_into(session, LearningEvent).on_conflict_do_nothing(), [{"element_id": element_id, **row} for row in rows])
    found = ledger_rows_together(session, people, element_id)
    store_projections(session, [(person_id, rules.element_progress(element_id, events)) for person_id, events in found.items()])


def store_projections(session: Session, progress: Iterable[tuple[int, ElementProgress]]) -> None:
    """Write one row of the projection for each person and element, whether or not it exists."""
    insert_over(session, ElementState, [{"person_id": person_id, "element_id": one.element_id, **_columns(one)} for person_id, one in progress])


def _columns(progress: ElementProgress) -> dict[str, Any]:
    """The columns of `ElementState` for a progress, its key left out."""
    return {
        "state": progress.state.value,
        "first_at": progress.first_at,
        "completed_at": progress.completed_at,
        "last_at": progress.last_at,
        "attempts": progress.attempts,
        "best": None if progress.best is None else str(progress.best),
        "earned_on": progress.earned_on,
        "manual": progress.manual,
    }


def rebuild(session: Session) -> int:
    """Write the whole projection again from the ledger, person after person. Returns the number of rows."""
    session.execute(delete(ElementState).where(ElementState.person_id.not_in(select(LearningEvent.person_id))))
    people = session.scalars(select(LearningEvent.person_id).distinct().order_by(LearningEvent.person_id)).all()
    return sum(_rebuild_one(session, person_id) for person_id in people)


def _rebuild_one(session: Session, person_id: int) -> int:
    lock_person(session, person_id)
    session.execute(delete(ElementState).where(ElementState.person_id == person_id))
    replayed = rules.project(ledger_rows(session, person_id))
    store_projections(session, [(person_id, progress) for progress in replayed.values()])
    return len(replayed)


# --- Waivers ---------------------------------------------------------------------------------------------------------
# Of what a module teaches: its lessons and their quizzes, never its final quiz. Flushes, never commits.

SOURCE = "positioning"
"""In the ledger: rows of this source name in `attempt_id` the test that they come from."""


def elements_of_waiver(course: Course, module_id: str) -> tuple[str, ...]:
    """What a waiver of a module covers today."""
    module = course.modules.get(module_id)
    return tuple(element for element in course.elements_of(module) if element != module.final_quiz_id) if module else ()


def waive_module(session: Session, course: Course, person_id: int, module_id: str, now: datetime, *, waiver: int, test: int, reason: str) -> int:
    """What is not done yet. `waiver` is what `end_waiver` ends. Returns how many elements it covers."""
    states = element_states(session, person_id)
    left = [element for element in elements_of_waiver(course, module_id) if element not in states or not states[element].state.done]
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
