"""The second projection: `person_figures`, one row a person, written with whatever changes it, brought up to date in bulk (decision 6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, bindparam, case, event, func, insert, inspect, or_, select, true, update
from sqlalchemy.orm import Mapper, Session

from app.content.store.queries import course as published_course
from app.content.values.course import Course
from app.identity.models import Membership, Person, PersonRole
from app.identity.services import opened
from app.platform.db import UtcDateTime, in_chunks, insert_over, writing
from app.platform.french import day_of
from app.record.figures.calculator import Calculator
from app.record.figures.rows import BILLION, rows
from app.record.progress.models import STALE, Cohort, CohortMember, PathDemand, PersonFigures
from app.record.progress.queries import Demands, stored_demands

__all__ = [
    "BILLION",
    "Basis",
    "anything_stale",
    "basis",
    "begin_report",
    "calculator",
    "forget",
    "mark_one",
    "note_activity",
    "once",
    "rebuild",
    "refresh",
    "settle",
    "settle_everybody",
    "stale_count",
]

CHUNK = 500
"""People brought up to date in one transaction: a learner who saves waits for so many at most."""


class Basis(Struct, frozen=True):
    """How figures are worked out today, and whether all that is stored was."""

    calculator: Calculator
    current: bool


_ENDS = select(
    *(select(column).scalar_subquery() for column in (func.min(PersonFigures.basis), func.max(PersonFigures.basis), func.min(PersonFigures.changes_on)))
).subquery()
_BASIS = select(PathDemand.path_id, PathDemand.asked, *_ENDS.c).outerjoin_from(_ENDS, PathDemand, true())


def basis(session: Session, course: Course, now: datetime) -> Basis:
    """One SELECT."""
    found = session.execute(_BASIS).all()
    today = _calculator(course, {path_id: asked for path_id, asked, *_ in found if path_id is not None})
    lowest, highest, changes_on = found[0][2:]
    same = lowest is None or lowest == highest == today.basis
    return Basis(today, same and (changes_on is None or changes_on > day_of(now)))


def calculator(session: Session, course: Course) -> Calculator:
    """One SELECT."""
    return _calculator(course, stored_demands(session))


_latest: list[tuple[Course, Demands, Calculator]] = []
"""The last one that this process made: all that it was made from is compared, so it cannot be an old one."""


def _calculator(course: Course, demands: Demands) -> Calculator:
    for known, asked, made in _latest:
        if known is course and asked == demands:
            return made
    made = Calculator(course, demands)
    _latest[:] = [(course, demands, made)]
    return made


def refresh(session: Session, course: Course, person_ids: Collection[int], now: datetime) -> None:
    """Work these people's rows out again, in this transaction; within `once`, at its end."""
    waiting: set[int] | None = session.info.get(_WAITING)
    if waiting is None:
        _store(session, calculator(session, course), person_ids, now)
    else:
        waiting.update(person_ids)


def note_activity(session: Session, course: Course, person_id: int, at: datetime | None, now: datetime) -> None:
    """The person did something by which no figure moves but the hour of their last act: that alone is written, where their row is there."""
    if session.info.get(_WAITING) is not None or not session.execute(_SEEN, {"number": person_id, "at": at}).all():
        refresh(session, course, [person_id], now)


_AT = bindparam("at", type_=UtcDateTime())
_SEEN = (
    update(PersonFigures)
    .where(PersonFigures.person_id == bindparam("number"))
    .values(last_at=case((PersonFigures.last_at < _AT, _AT), else_=PersonFigures.last_at))
    .returning(PersonFigures.person_id)
    .execution_options(synchronize_session=False)
)
_WAITING = "figures_waiting"


@contextmanager
def once(session: Session, course: Course, now: datetime) -> Iterator[None]:
    """For who writes whole lives in one transaction: each person's row is worked out once, at the end, rather than at each of their acts."""
    people = session.info[_WAITING] = set[int]()
    try:
        yield
    finally:
        del session.info[_WAITING]
    refresh(session, course, people, now)


def settle(session: Session, course: Course, now: datetime, most: int | None = None) -> int:
    """Bring stale rows up to date, `most` at most, in this transaction. Returns how many there were."""
    today = calculator(session, course)
    people = session.scalars(select(PersonFigures.person_id).where(_stale(today, now)).limit(most)).all()
    for some in in_chunks(people, CHUNK):
        _store(session, today, some, now)
    return len(people)


def settle_everybody(now: datetime) -> int:
    """The same in short transactions, between which others write: each asks again what is published. Returns how many there were."""
    count = 0
    while True:
        with writing() as session:
            settled = settle(session, published_course(session), now, CHUNK)
        if not settled:
            return count
        count += settled


def begin_report(session: Session, now: datetime) -> Course:
    """Begin the reading of a report, and give the course of that moment: call it first, before anything is read that the report shows.

    Stale rows are brought up to date. Then one transaction begins that sees nothing written after it, on SQLite by its journal, on PostgreSQL by
    REPEATABLE READ: what reads later by the same session agrees with itself.
    """
    published = _course_of_one_moment(session)
    if not basis(session, published, now).current:
        session.rollback()
        settle_everybody(now)
        published = _course_of_one_moment(session)
    return published


def _course_of_one_moment(session: Session) -> Course:
    session.rollback()
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"} if session.get_bind().dialect.name == "postgresql" else {})
    return published_course(session)


def anything_stale(session: Session, now: datetime) -> bool:
    """Are rows left that others are ahead of, or that a day changes? Asked often, of a process that knows nothing of the course (see `mark_one`)."""
    lowest, highest, changes_on = session.execute(select(*_ENDS.c)).one()
    return lowest == STALE or lowest != highest or (changes_on is not None and changes_on <= day_of(now))


def mark_one(session: Session) -> None:
    """With a publication: all rows may be stale alike, which only who knows the course can tell; one that is known to be tells everybody."""
    first = select(func.min(PersonFigures.person_id)).scalar_subquery()
    session.execute(update(PersonFigures).where(PersonFigures.person_id == first).values(basis=STALE))


def stale_count(session: Session, course: Course, now: datetime) -> int:
    """How many rows are to be worked out again."""
    return session.scalar(select(func.count()).select_from(PersonFigures).where(_stale(calculator(session, course), now))) or 0


def _stale(today: Calculator, now: datetime) -> ColumnElement[bool]:
    """The row was worked out on another basis or never, or where its person belongs changed with the date."""
    return or_(PersonFigures.basis < today.basis, PersonFigures.basis > today.basis, PersonFigures.changes_on <= day_of(now))


def forget(session: Session, person_ids: Collection[int]) -> None:
    """Mark rows stale, for what changes much at once: the next reader works them out."""
    session.execute(update(PersonFigures).where(PersonFigures.person_id.in_(person_ids)).values(basis=STALE))


def rebuild(session: Session, course: Course, now: datetime) -> int:
    """Write every row again. Returns how many."""
    missing = session.scalars(select(Person.id).where(Person.id.not_in(select(PersonFigures.person_id)))).all()
    if missing:
        session.execute(insert(PersonFigures), [{"person_id": number} for number in missing])
    session.execute(update(PersonFigures).values(basis=STALE))
    return settle(session, course, now)


def _store(session: Session, calculator: Calculator, person_ids: Collection[int], now: datetime) -> None:
    if person_ids:
        insert_over(session, PersonFigures, rows(session, calculator, person_ids, now))


# --- Accounts --------------------------------------------------------------------------------------------------------
# An account that opens, closes, changes its name, its roles, its territories or its cohorts makes its row stale, a cohort whose dates change those of
# its people; whoever reads next works it out. What writes behind the mapper calls `forget`.


@event.listens_for(Person, "after_insert")
def _create_figures(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
    connection.execute(insert(PersonFigures).values(person_id=person.id))


@opened.connect
def _opened_together(session: Session, person_ids: Sequence[int]) -> None:
    if person_ids:
        session.execute(insert(PersonFigures), [{"person_id": number} for number in person_ids])


@event.listens_for(Person, "after_update")
def _mark_stale(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
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


@event.listens_for(CohortMember, "after_insert")
@event.listens_for(CohortMember, "after_update")
@event.listens_for(CohortMember, "after_delete")
def _learns_otherwise(_mapper: Mapper[Any], connection: Connection, row: CohortMember) -> None:
    _make_stale(connection, row.person_id)


@event.listens_for(Cohort, "after_update")
def _dated_otherwise(_mapper: Mapper[Any], connection: Connection, row: Cohort) -> None:
    state: Any = inspect(row)
    if any(state.attrs[name].history.has_changes() for name in ("path_id", "starts_on", "due_on")):
        members = select(CohortMember.person_id).where(CohortMember.cohort_id == row.id)
        connection.execute(update(PersonFigures).where(PersonFigures.person_id.in_(members)).values(basis=STALE))


def _make_stale(connection: Connection, person_id: int) -> None:
    connection.execute(update(PersonFigures).where(PersonFigures.person_id == person_id).values(basis=STALE))
