"""The second projection: `person_figures`, one row a person, written with whatever changes it, brought up to date in bulk (decision 6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, cast, event, exists, func, insert, inspect, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper, Session

from app.content.queries import course as published_course
from app.content.values import Course
from app.identity.models import Person, PersonRole
from app.identity.rules import Role
from app.identity.territory_rules import fold
from app.learning.figures import FIELD, ROW, Calculator, Enrolled, Figures
from app.learning.models import NEVER, STALE, ElementState, Enrolment, PathDemand, PersonFigures

CHUNK = 500
"""People brought up to date in one transaction: a learner who saves waits for so many at most."""
BILLION = 10**9


@dataclass(frozen=True, slots=True)
class Basis:
    """How figures are worked out today, and whether all that is stored was."""

    calculator: Calculator
    current: bool


def basis(session: Session, course: Course) -> Basis:
    """One SELECT."""
    lowest, highest = (select(extreme(PersonFigures.basis)).scalar_subquery() for extreme in (func.min, func.max))
    ends = select(lowest.label("lowest"), highest.label("highest")).subquery()
    rows = session.execute(select(ends.c.lowest, ends.c.highest, PathDemand.path_id, PathDemand.asked).outerjoin_from(ends, PathDemand, true())).all()
    calculator = Calculator(course, {row.path_id: row.asked for row in rows if row.path_id is not None})
    return Basis(calculator, rows[0].lowest in (None, calculator.basis) and rows[0].highest in (None, calculator.basis))


def refresh(session: Session, course: Course, person_ids: Collection[int]) -> None:
    """Work these people's rows out again, in this transaction."""
    _store(session, basis(session, course).calculator, person_ids)


def settle(session: Session, course: Course) -> int:
    """Bring every stale row up to date, in this transaction. Returns how many there were."""
    known, count = basis(session, course), 0
    while not known.current and (ids := stale(session, known.calculator)):
        _store(session, known.calculator, ids)
        count += len(ids)
    return count


def settle_in_turns(writing: Callable[[], AbstractContextManager[Session]]) -> int:
    """The same in many short transactions, between which others write. What is published meanwhile counts for the next turn."""
    count = 0
    while True:
        with writing() as session:
            calculator = basis(session, published_course(session)).calculator
            ids = stale(session, calculator)
            _store(session, calculator, ids)
        if not ids:
            return count
        count += len(ids)


def stale(session: Session, calculator: Calculator) -> Sequence[int]:
    """Some of the people whose row was worked out on another basis, or never."""
    other = or_(PersonFigures.basis < calculator.basis, PersonFigures.basis > calculator.basis)
    return session.scalars(select(PersonFigures.person_id).where(other).order_by(PersonFigures.person_id).limit(CHUNK)).all()


def forget(session: Session, person_ids: Collection[int]) -> None:
    """Mark rows stale, for what changes much at once: the next reader works them out."""
    session.execute(update(PersonFigures).where(PersonFigures.person_id.in_(person_ids)).values(basis=STALE))


def rebuild(session: Session, course: Course) -> int:
    """Write every row again. Returns how many."""
    _insert(session, [{"person_id": number} for number in session.scalars(select(Person.id))], replace=False)
    session.execute(update(PersonFigures).values(basis=STALE))
    return settle(session, course)


# --- From the rows of many people to one row each --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _States:
    """A person's states as one text, and what the database says of them."""

    projection: str = ""
    first_at: datetime | None = None
    last_at: datetime | None = None


def _store(session: Session, calculator: Calculator, person_ids: Collection[int]) -> None:
    """Two changes to one person at once are worked out one after the other: the account's row is held meanwhile."""
    if not person_ids:
        return
    accounts = select(Person.id, Person.name, Person.active, Person.created_at, _learner().label("learner"))
    held = session.execute(accounts.where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update(key_share=True, of=Person)).all()
    enrolments, states = _enrolments(session, person_ids), _states(session, person_ids)
    rows = [_row(calculator, account, enrolments.get(account.id, ()), states.get(account.id, _States())) for account in held]
    _insert(session, rows, replace=True)


def _learner() -> Any:
    return exists().where(PersonRole.person_id == Person.id, PersonRole.name == Role.LEARNER)


def _enrolments(session: Session, person_ids: Collection[int]) -> Mapping[int, list[Enrolled]]:
    query = select(Enrolment.person_id, Enrolment.path_id, Enrolment.enrolled_at, Enrolment.pins)
    found: dict[int, list[Enrolled]] = {}
    for person_id, path_id, at, pins in session.execute(query.where(Enrolment.person_id.in_(person_ids)).order_by(Enrolment.person_id, Enrolment.id)):
        found.setdefault(person_id, []).append(Enrolled(path_id, at, pins))
    return found


def _states(session: Session, person_ids: Collection[int]) -> Mapping[int, _States]:
    """The database gathers the states of each person into one text: an object a row would take most of the time."""
    completed = func.coalesce(cast(ElementState.completed_at, String), "")
    row = ElementState.element_id + FIELD + ElementState.state + FIELD + cast(ElementState.attempts, String) + FIELD + completed
    columns = (ElementState.person_id, func.aggregate_strings(row, ROW), func.min(ElementState.first_at), func.max(ElementState.last_at))
    query = select(*columns).where(ElementState.person_id.in_(person_ids)).group_by(ElementState.person_id)
    return {found[0]: _States(*found[1:]) for found in session.execute(query)}


def _row(calculator: Calculator, account: Any, enrolments: Sequence[Enrolled], states: _States) -> dict[str, Any]:
    return {
        "person_id": account.id,
        "basis": calculator.basis,
        "counted": account.active and (account.learner or bool(enrolments)),
        "name_key": fold(account.name),
        "opened_at": account.created_at,
        "first_at": states.first_at,
        "last_at": states.last_at or NEVER,
        **_columns(calculator.figures(enrolments, states.projection)),
    }


def _columns(figures: Figures) -> dict[str, Any]:
    """What `figures` becomes in the table."""
    return {
        "done": figures.path.done,
        "required": figures.path.required,
        "share": int(figures.path.fraction * BILLION),
        "modules": json.dumps({module: [one.done, one.required] for module, one in figures.modules.items()}, separators=(",", ":")),
        "enrolled_at": figures.enrolled_at,
        "completed_at": figures.completed_at,
        "next_id": figures.next_id,
        "failing_id": figures.failing_id,
    }


def _insert(session: Session, rows: Sequence[Mapping[str, Any]], *, replace: bool) -> None:
    if not rows:
        return
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(PersonFigures)
    key = [PersonFigures.person_id]
    new = {name: statement.excluded[name] for name in rows[0] if name != "person_id"}
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=key, set_=new) if replace else statement.on_conflict_do_nothing(index_elements=key), rows
    )


# --- Accounts --------------------------------------------------------------------------------------------------------
# An account that opens, closes, changes its name or its roles makes its row stale; whoever reads next works it out.


@event.listens_for(Person, "after_insert")
def _opened(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
    connection.execute(insert(PersonFigures).values(person_id=person.id))


@event.listens_for(Person, "after_update")
def _changed(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
    state: Any = inspect(person)
    if any(state.attrs[name].history.has_changes() for name in ("name", "active")):
        _make_stale(connection, person.id)


@event.listens_for(PersonRole, "after_insert")
@event.listens_for(PersonRole, "after_delete")
def _role_changed(_mapper: Mapper[Any], connection: Connection, role: PersonRole) -> None:
    _make_stale(connection, role.person_id)


def _make_stale(connection: Connection, person_id: int) -> None:
    connection.execute(update(PersonFigures).where(PersonFigures.person_id == person_id).values(basis=STALE))
