"""The ledger of what people did: its rows, its waivers, and the verification of what is derived from it."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import click
from flask.cli import AppGroup
from sqlalchemy import delete, func, inspect, select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.models import Person
from app.identity.services import lock_people, lock_person
from app.platform import clock
from app.platform.db import db, in_chunks, insert_into, insert_once, insert_over, writing
from app.platform.french import plural
from app.platform.shell_json import AS_JSON, print_json
from app.record.enrolment import join_module
from app.record.figures import store
from app.record.figures.calculator import module_order
from app.record.figures.rows import module_counts
from app.record.figures.store import calculator
from app.record.progress import rules
from app.record.progress.due import NO_DAY
from app.record.progress.models import NEVER, ElementState, LearningEvent, PersonFigures
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import due_dates_of, element_state, element_states, ledger_rows, ledger_rows_together, path_progress_of
from app.record.progress.rules import MANUAL, ElementProgress, EventType

# --- The ledger of what people did: appends rows, rebuilds what is derived from them, and writes waivers. ---

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


def rebuild_states(session: Session) -> int:
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


# --- Do the projections say what the ledger says? Checked by `flask learning verify` and by tests. ---


def find_differences(session: Session, course: Course, of: Sequence[int] | None = None) -> list[str]:
    """One French line for each disagreement; none when all is well. People appear by number. `of`: these people alone."""
    if of is not None:
        return [*_projection(session, of), *_figures(session, course, of)]
    recorded = {*session.scalars(select(LearningEvent.person_id).distinct()), *session.scalars(select(ElementState.person_id).distinct())}
    return [*_projection(session, sorted(recorded)), *_figures(session, course, session.scalars(select(Person.id).order_by(Person.id)).all())]


def draw_people(session: Session, most: int) -> Sequence[int]:
    """Draws this many people at random; everybody, where there are fewer."""
    return session.scalars(select(Person.id).order_by(func.random()).limit(most)).all()


def _projection(session: Session, people: Sequence[int]) -> Iterator[str]:
    """The ledger against `element_state`."""
    for person_id in people:
        replayed, stored = rules.project(ledger_rows(session, person_id)), element_states(session, person_id)
        wrong = [element_id for element_id in sorted(replayed.keys() | stored.keys()) if replayed.get(element_id) != stored.get(element_id)]
        yield from (f"Personne {person_id}, étape {element_id} : le registre et la projection diffèrent." for element_id in wrong)


def _figures(session: Session, course: Course, people: Sequence[int]) -> Iterator[str]:
    """`element_state` and enrolments, as pages read them, against `person_figures`. A stale row says nothing yet."""
    present = calculator(session, course).basis
    stored = {row.person_id: row for some in in_chunks(people) for row in session.scalars(select(PersonFigures).where(PersonFigures.person_id.in_(some)))}
    for person_id in people:
        row, mine = stored.get(person_id), path_progress_of(session, course, person_id)
        progress = mine.path_progress()
        if not 0 <= progress.done <= progress.required:
            yield f"Personne {person_id} : {progress.done} étapes faites sur {progress.required} demandées."
        if row and row.basis == present and not same_figures(session, row, mine):
            yield f"Personne {person_id} : les chiffres des rapports et ceux de ses pages diffèrent."


def same_figures(session: Session, row: PersonFigures, mine: PathProgress) -> bool:
    """Does a row say what the person's own pages say?"""
    return _stored_figures(row) == _computed_figures(session, mine)


def _stored_figures(row: PersonFigures) -> tuple[object, ...]:
    path = row.path_id, row.done, row.required, row.waived, row.finished, row.enrolled_at, row.completed_at
    due = row.due_on, row.next_due_on, json.loads(row.module_dues)
    return *path, json.loads(row.modules), row.first_at, row.last_at, row.next_id, due


def _computed_figures(session: Session, mine: PathProgress) -> tuple[object, ...]:
    """The same, from what the person's own pages read; `failing_id` is on none of them."""
    path = mine.path_progress()
    counts = {module: module_counts(mine.module_progress(module)) for module in module_order(mine.course)}
    last = max((one.last_at for one in mine.progress.values() if one.last_at), default=NEVER)
    dates = due_dates_of(session, mine)
    due = dates.due_on, dates.next_on(path, mine.open_modules(dates.modules)) or NO_DAY, {module: day.isoformat() for module, day in dates.modules.items()}
    own = mine.path.id, path.done, path.required, path.waived, path.finished, mine.enrolled_at, mine.path_completed_on()
    return *own, counts, mine.begun_at, last, mine.first_left, due


LATER = frozenset({"due_on"})
"""Columns that the ledger got after its first rows: they count where they say something, so that a migration which adds one changes no digest."""


def ledger_digest(session: Session) -> str:
    """SHA-256 over every row of the ledger in order, a few rows in memory at a time: equal before and after a migration, a backup, a move to another database."""
    present = {column["name"] for column in inspect(session.connection()).get_columns(LearningEvent.__tablename__)}
    columns = [column for column in LearningEvent.__table__.columns if column.name in present]
    digest = hashlib.sha256()
    for row in session.execute(select(*columns).order_by(LearningEvent.id), execution_options={"yield_per": 500}):
        written = (_name_and_value(column.name, value) for column, value in zip(columns, row, strict=True) if value is not None or column.name not in LATER)
        digest.update("|".join(written).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _name_and_value(name: str, value: object) -> str:
    said = "" if value is None else str(value)
    return f"{name}={said}" if name in LATER else said


# --- `flask learning` ------------------------------------------------------------------------------------------------

learning = AppGroup("learning", help="Le registre des apprentissages, et ce qui en est calculé.")


@learning.command()
def rebuild() -> None:
    """Recalcule toute la projection à partir du registre, et les chiffres des rapports."""
    with writing() as session:
        count = rebuild_states(session)
        people = store.rebuild(session, course(session), clock.now())
    click.echo(f"{count} lignes recalculées à partir du registre, et les chiffres de {people} personnes.")


@learning.command()
def settle() -> None:
    """Met à jour les chiffres des rapports qu'une publication a changés, par petits nombres de personnes. Sans effet la seconde fois."""
    count = store.settle_everybody(clock.now())
    click.echo(f"Chiffres mis à jour : {plural(count, 'personne')}.")


@learning.command()
@AS_JSON
def verify(as_json: bool) -> None:
    """Compare la projection au registre et les chiffres des rapports à ceux des pages ; sort avec 1 s'ils diffèrent."""
    differences, digest = find_differences(db.session, course(db.session)), ledger_digest(db.session)
    if as_json:
        print_json({"differences": differences, "ledger": digest})
    else:
        for line in differences:
            click.echo(line)
        click.echo(f"{len(differences)} différence(s). Empreinte du registre : {digest}")
    if differences:
        sys.exit(1)
