"""The second projection: `person_figures`, one row a person, written with whatever changes it, brought up to date in bulk (decision 6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, cast, event, exists, func, insert, inspect, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper, Session

from app.content.queries import course as published_course
from app.content.values import Course
from app.identity.models import Membership, Person, PersonRole
from app.identity.rules import Role
from app.identity.territory_rules import fold
from app.learning.figures import FIELD, ROW, Calculator, Enrolled
from app.learning.models import NEVER, STALE, ElementState, Enrolment, PathDemand, PersonFigures
from app.web.templating import PARIS

CHUNK = 500
"""People brought up to date in one transaction: a learner who saves waits for so many at most."""
BILLION = 10**9


@dataclass(frozen=True, slots=True)
class Basis:
    """How figures are worked out today, and whether all that is stored was."""

    calculator: Calculator
    current: bool


def basis(session: Session, course: Course, now: datetime) -> Basis:
    """One SELECT."""
    columns = (func.min(PersonFigures.basis), func.max(PersonFigures.basis), func.min(PersonFigures.changes_on))
    ends = select(*(select(column).scalar_subquery() for column in columns)).subquery()
    rows = session.execute(select(PathDemand.path_id, PathDemand.asked, *ends.c).outerjoin_from(ends, PathDemand, true())).all()
    today = Calculator(course, {path_id: asked for path_id, asked, *_ in rows if path_id is not None})
    lowest, highest, changes_on = rows[0][2:]
    same = lowest is None or lowest == highest == today.basis
    return Basis(today, same and (changes_on is None or changes_on > day_of(now)))


def calculator(session: Session, course: Course) -> Calculator:
    """One SELECT."""
    demands: dict[str, list[list[str]]] = dict(session.execute(select(PathDemand.path_id, PathDemand.asked)).all())
    return Calculator(course, demands)


def day_of(now: datetime) -> date:
    return now.astimezone(PARIS).date()


def refresh(session: Session, course: Course, person_ids: Collection[int], now: datetime) -> None:
    """Work these people's rows out again, in this transaction."""
    _store(session, calculator(session, course), person_ids, now)


def settle(session: Session, course: Course, now: datetime) -> int:
    """Bring every stale row up to date, in this transaction. Returns how many there were."""
    known, count = basis(session, course, now), 0
    while not known.current and (ids := stale(session, known.calculator, now)):
        _store(session, known.calculator, ids, now)
        count += len(ids)
    return count


def settle_in_turns(writing: Callable[[], AbstractContextManager[Session]], now: datetime) -> int:
    """The same in many short transactions, between which others write. What is published meanwhile counts for the next turn."""
    count = 0
    while True:
        with writing() as session:
            today = calculator(session, published_course(session))
            ids = stale(session, today, now)
            _store(session, today, ids, now)
        if not ids:
            return count
        count += len(ids)


def stale(session: Session, today: Calculator, now: datetime) -> Sequence[int]:
    """Some of the people whose row was worked out on another basis or never, or whose territories changed with the date."""
    other = or_(PersonFigures.basis < today.basis, PersonFigures.basis > today.basis, PersonFigures.changes_on <= day_of(now))
    return session.scalars(select(PersonFigures.person_id).where(other).order_by(PersonFigures.person_id).limit(CHUNK)).all()


def forget(session: Session, person_ids: Collection[int]) -> None:
    """Mark rows stale, for what changes much at once: the next reader works them out."""
    session.execute(update(PersonFigures).where(PersonFigures.person_id.in_(person_ids)).values(basis=STALE))


def rebuild(session: Session, course: Course, now: datetime) -> int:
    """Write every row again. Returns how many."""
    _insert(session, [{"person_id": number} for number in session.scalars(select(Person.id))], replace=False)
    session.execute(update(PersonFigures).values(basis=STALE))
    return settle(session, course, now)


# --- From the rows of many people to one row each --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _States:
    """A person's states as one text, and what the database says of them."""

    projection: str = ""
    first_at: datetime | None = None
    last_at: datetime | None = None


def _store(session: Session, calculator: Calculator, person_ids: Collection[int], now: datetime) -> None:
    """Two changes to one person at once are worked out one after the other: the account's row is held meanwhile."""
    if not person_ids:
        return
    accounts = select(Person.id, Person.name, Person.side, Person.created_at, in_reports().label("counted"))
    held = session.execute(accounts.where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update(key_share=True, of=Person)).all()
    enrolments, states, stays = _enrolments(session, person_ids), _states(session, person_ids), _stays(session, person_ids)
    rows = [
        {
            **_account(account),
            **_places(stays.get(account.id, ()), day_of(now)),
            **_figures(calculator, enrolments.get(account.id, ()), states.get(account.id, _States())),
        }
        for account in held
    ]
    _insert(session, rows, replace=True)


def in_reports() -> ColumnElement[bool]:
    """Whom reports hold: an open account whose holder is a learner or on a path."""
    learner = exists().where(PersonRole.person_id == Person.id, PersonRole.name == Role.LEARNER)
    return and_(Person.active, or_(learner, exists().where(Enrolment.person_id == Person.id)))


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


def _stays(session: Session, person_ids: Collection[int]) -> Mapping[int, list[Any]]:
    query = select(Membership.person_id, Membership.territory_id, Membership.started_on, Membership.ended_on)
    found: dict[int, list[Any]] = {}
    for row in session.execute(query.where(Membership.person_id.in_(person_ids))):
        found.setdefault(row.person_id, []).append(row)
    return found


def _account(account: Any) -> dict[str, Any]:
    return {
        "person_id": account.id,
        "counted": account.counted,
        "name_key": fold(account.name),
        "opened_at": account.created_at,
        "side": account.side.value if account.side else None,
    }


def _places(stays: Sequence[Any], on: date) -> dict[str, Any]:
    here = {stay.territory_id for stay in stays if stay.started_on <= on and (stay.ended_on is None or stay.ended_on > on)}
    days = [day for stay in stays for day in (stay.started_on, stay.ended_on) if day and day > on]
    return {"place": min(here, default=""), "several": len(here) > 1, "changes_on": min(days, default=None)}


def _figures(calculator: Calculator, enrolments: Sequence[Enrolled], states: _States) -> dict[str, Any]:
    figures = calculator.figures(enrolments, states.projection)
    return {
        "basis": calculator.basis,
        "first_at": states.first_at,
        "last_at": states.last_at or NEVER,
        "done": figures.path.done,
        "required": figures.path.required,
        "share": int(figures.path.fraction * BILLION),
        "finished": bool(figures.path.required) and figures.path.complete,
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
# An account that opens, closes, changes its name, its roles or its territories makes its row stale; whoever reads next works it out.


@event.listens_for(Person, "after_insert")
def _opened(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
    connection.execute(insert(PersonFigures).values(person_id=person.id))


@event.listens_for(Person, "after_update")
def _changed(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
    state: Any = inspect(person)
    if any(state.attrs[name].history.has_changes() for name in ("name", "active", "side")):
        _make_stale(connection, person.id)


@event.listens_for(PersonRole, "after_insert")
@event.listens_for(PersonRole, "after_delete")
@event.listens_for(Membership, "after_insert")
@event.listens_for(Membership, "after_update")
@event.listens_for(Membership, "after_delete")
def _belongs_otherwise(_mapper: Mapper[Any], connection: Connection, row: PersonRole | Membership) -> None:
    _make_stale(connection, row.person_id)


def _make_stale(connection: Connection, person_id: int) -> None:
    connection.execute(update(PersonFigures).where(PersonFigures.person_id == person_id).values(basis=STALE))
