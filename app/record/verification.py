"""Do the projections say what the ledger says? Checked by `flask learning verify` and by tests."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence

import click
from flask.cli import AppGroup
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.models import Person
from app.platform import clock
from app.platform.db import db, in_chunks, writing
from app.platform.french import plural
from app.record import ledger
from app.record.figures import store
from app.record.figures.calculator import module_order
from app.record.figures.rows import module_counts
from app.record.figures.store import calculator
from app.record.progress import rules
from app.record.progress.due import NO_DAY
from app.record.progress.models import NEVER, ElementState, LearningEvent, PersonFigures
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import due_dates_of, element_states, ledger_rows, path_progress_of


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
        yield from (f"Personne {person_id}, élément {element_id} : le registre et la projection diffèrent." for element_id in wrong)


def _figures(session: Session, course: Course, people: Sequence[int]) -> Iterator[str]:
    """`element_state` and enrolments, as pages read them, against `person_figures`. A stale row says nothing yet."""
    present = calculator(session, course).basis
    stored = {row.person_id: row for some in in_chunks(people) for row in session.scalars(select(PersonFigures).where(PersonFigures.person_id.in_(some)))}
    for person_id in people:
        row, mine = stored.get(person_id), path_progress_of(session, course, person_id)
        progress = mine.path_progress()
        if not 0 <= progress.done <= progress.required:
            yield f"Personne {person_id} : {progress.done} éléments faits sur {progress.required} demandés."
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
    """SHA-256 over every row of the ledger in order: equal before and after a migration, a backup, a move to another database."""
    present = {column["name"] for column in inspect(session.connection()).get_columns(LearningEvent.__tablename__)}
    columns = [column for column in LearningEvent.__table__.columns if column.name in present]
    digest = hashlib.sha256()
    for row in session.execute(select(*columns).order_by(LearningEvent.id)):
        written = (_name_and_value(column.name, value) for column, value in zip(columns, row, strict=True) if value is not None or column.name not in LATER)
        digest.update("|".join(written).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _name_and_value(name: str, value: object) -> str:
    said = "" if value is None else str(value)
    return f"{name}={said}" if name in LATER else said


# --- `flask learning` ------------------------------------------------------------------------------------------------

learning = AppGroup("learning", help="Le registre des apprentissages, sa projection, les saisies refusées.")


@learning.command()
def rebuild() -> None:
    """Recalcule toute la projection à partir du registre, et les chiffres des rapports."""
    with writing() as session:
        count = ledger.rebuild(session)
        people = store.rebuild(session, course(session), clock.now())
    click.echo(f"{count} lignes recalculées à partir du registre, et les chiffres de {people} personnes.")


@learning.command()
def settle() -> None:
    """Met à jour les chiffres des rapports qu'une publication a changés, par petits nombres de personnes. Sans effet la seconde fois."""
    count = store.settle_everybody(clock.now())
    click.echo(f"Chiffres mis à jour : {plural(count, 'personne')}.")


@learning.command()
def verify() -> None:
    """Compare la projection au registre et les chiffres des rapports à ceux des pages ; sort avec 1 s'ils diffèrent."""
    differences = find_differences(db.session, course(db.session))
    for line in differences:
        click.echo(line)
    click.echo(f"{len(differences)} différence(s). Empreinte du registre : {ledger_digest(db.session)}")
    if differences:
        sys.exit(1)
