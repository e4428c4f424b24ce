"""One line a person, read in bulk: four SELECTs for a page, for everybody, or for each piece of a file that is streamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement as Column

from app.content.values import Course
from app.db import UtcDateTime
from app.identity.models import Membership, Person, PersonRole
from app.identity.rules import Role, Side
from app.learning.models import CohortMember, ElementState, Enrolment, PathDemand
from app.reporting.asking import Asked
from app.reporting.figures import FIELD, ROW, Calculator, Enrolled, Figures
from app.reporting.reach import Reach, learns_in, lives_in, reached
from app.reporting.rules import Situation, situation
from app.web.templating import PARIS

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
"""Sorts whoever never did anything before everybody else."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person in a report."""

    id: int
    name: str
    side: Side | None
    since: datetime
    last_at: datetime | None
    territories: tuple[str, ...]
    cohorts: tuple[str, ...]
    figures: Figures
    situation: Situation
    key: str
    """With the id, the place in the list."""

    @property
    def place(self) -> str:
        return f"{self.key}~{self.id}"


@dataclass(frozen=True, slots=True)
class Batch:
    lines: tuple[Line, ...]
    total: int
    """People that the filter keeps, this page and all others."""
    more: bool


class Reader:
    """Reads lines for one reader, one filter, one moment."""

    def __init__(self, session: Session, course: Course, reach: Reach, asked: Asked, now: datetime) -> None:
        self.session, self.course, self.reach, self.asked, self.now = session, course, reach, asked, now
        demands = {row.path_id: row.asked for row in session.execute(select(PathDemand.path_id, PathDemand.asked))}
        self.calculator = Calculator(course, demands)

    def batch(self, size: int) -> Batch:
        """The lines after `asked.after`, `size` at most."""
        return self._worked_out(size) if self.asked.whole else self._read(size)

    def everything(self, size: int = 500) -> Iterator[Line]:
        """All lines in order. Memory stays flat as long as the database can order them."""
        if self.asked.whole:
            yield from self._sorted()
            return
        batch = self._read(size)
        yield from batch.lines
        while batch.more:
            self.asked = replace(self.asked, after=batch.lines[-1].place)
            batch = self._read(size)
            yield from batch.lines

    # --- Ordered by the database ---

    def _read(self, size: int) -> Batch:
        key, down = _sort_key(self.asked.order)
        kept = conditions(self.reach, self.asked)
        total = select(func.count()).select_from(Person).where(*kept).scalar_subquery()
        query = _columns(key, total, self.reach).where(*kept, *_after(key, down, self.asked.after))
        ordered = query.order_by(key.desc(), Person.id.desc()) if down else query.order_by(key, Person.id)
        rows = self.session.execute(ordered.limit(size + 1)).all()
        lines = tuple(self._lines(rows[:size]))
        return Batch(lines, rows[0].total if rows else 0, len(rows) > size)

    # --- Ordered here: the figure must be known for everybody first ---

    def _sorted(self) -> list[Line]:
        kept = conditions(self.reach, self.asked)
        rows = self.session.execute(_columns(_sort_key("nom")[0], literal(0), self.reach).where(*kept)).all()
        wanted = self.asked.situation
        lines = [line for line in self._lines(rows, everybody=True) if wanted is None or line.situation == wanted]
        order = self.asked.order
        keyed = [replace(line, key=_own_key(line, order)) for line in lines]
        return sorted(keyed, key=lambda line: (line.key, line.id), reverse=order.startswith("-"))

    def _worked_out(self, size: int) -> Batch:
        lines = self._sorted()
        key, _, number = self.asked.after.rpartition("~")
        if number.isdigit():
            down, place = self.asked.order.startswith("-"), (key, int(number))
            rest = [line for line in lines if ((line.key, line.id) < place if down else (line.key, line.id) > place)]
        else:
            rest = lines
        return Batch(tuple(rest[:size]), len(lines), len(rest) > size)

    def _lines(self, rows: Sequence[Any], everybody: bool = False) -> Iterator[Line]:
        ids = None if everybody else [row.id for row in rows]
        enrolments = self._enrolments(ids)
        for row in rows:
            figures = self.calculator.figures(enrolments.get(row.id, ()), row.projection or "")
            yield Line(
                id=row.id,
                name=row.name,
                side=row.side,
                since=row.created_at,
                last_at=row.last_at,
                territories=self._places(row.places),
                cohorts=self._cohorts(row.cohorts),
                figures=figures,
                situation=situation(figures.path, row.last_at, self.now),
                key=_written(row.key),
            )

    def _enrolments(self, ids: Sequence[int] | None) -> Mapping[int, list[Enrolled]]:
        query = select(Enrolment.person_id, Enrolment.path_id, Enrolment.enrolled_at, Enrolment.pins).order_by(Enrolment.person_id, Enrolment.id)
        if ids is None:
            kept = select(Person.id).where(*conditions(self.reach, self.asked))
            query = query.where(Enrolment.person_id.in_(kept))
        else:
            query = query.where(Enrolment.person_id.in_(ids))
        found: dict[int, list[Enrolled]] = {}
        for person_id, path_id, at, pins in self.session.execute(query):
            found.setdefault(person_id, []).append(Enrolled(path_id, at, pins))
        return found

    def _places(self, joined: str | None) -> tuple[str, ...]:
        """A person's territories of today, whether or not the reader looks after each."""
        ids = set((joined or "").split(FIELD))
        return tuple(node for node in self.reach.tree.nodes if node in ids)

    def _cohorts(self, joined: str | None) -> tuple[str, ...]:
        ids = set((joined or "").split(FIELD))
        return tuple(name for number, name in self.reach.cohorts.items() if str(number) in ids)


def conditions(reach: Reach, asked: Asked) -> list[ColumnElement[bool]]:
    """Which people a report holds: in reach, account open, learning, and kept by the filter."""
    learner = exists().where(PersonRole.person_id == Person.id, PersonRole.name == Role.LEARNER)
    enrolled = exists().where(Enrolment.person_id == Person.id)
    found: list[ColumnElement[bool]] = [Person.active.is_(True), or_(learner, enrolled), reached(reach)]
    if asked.territory:
        found.append(lives_in(reach.tree.under([asked.territory]), reach.on))
    if asked.cohort is not None:
        found.append(learns_in(frozenset({asked.cohort})))
    if asked.wave is not None:
        found.append(lives_in(frozenset(cite for cite, wave in reach.waves.items() if wave == asked.wave), reach.on))
    if asked.side is not None:
        found.append(Person.side == asked.side)
    return found + _opened_between(asked)


def _opened_between(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.since:
        found.append(Person.created_at >= datetime.combine(asked.since, datetime.min.time(), PARIS))
    if asked.until:
        found.append(Person.created_at < datetime.combine(asked.until + timedelta(days=1), datetime.min.time(), PARIS))
    return found


def _columns(key: Column[Any], total: Column[Any], reach: Reach) -> Select[Any]:
    """A person with all that a line needs but the enrolments: three lists, each gathered into one text by the database."""
    row = (
        ElementState.element_id
        + FIELD
        + ElementState.state
        + FIELD
        + cast(ElementState.attempts, String)
        + FIELD
        + func.coalesce(cast(ElementState.completed_at, String), "")
    )
    projection = select(func.aggregate_strings(row, ROW)).where(ElementState.person_id == Person.id).scalar_subquery()
    open_now = and_(Membership.started_on <= reach.on, or_(Membership.ended_on.is_(None), Membership.ended_on > reach.on))
    places = select(func.aggregate_strings(Membership.territory_id, FIELD)).where(Membership.person_id == Person.id, open_now).scalar_subquery()
    number = cast(CohortMember.cohort_id, String)
    cohorts = select(func.aggregate_strings(number, FIELD)).where(CohortMember.person_id == Person.id, ~CohortMember.trainer).scalar_subquery()
    return select(
        Person.id,
        Person.name,
        Person.side,
        Person.created_at,
        _last_at().label("last_at"),
        projection.label("projection"),
        places.label("places"),
        cohorts.label("cohorts"),
        key.label("key"),
        total.label("total"),
    )


def _last_at() -> Column[datetime | None]:
    return select(func.max(ElementState.last_at, type_=UtcDateTime())).where(ElementState.person_id == Person.id).scalar_subquery()


# --- Order ---


_FOLDED = (("éèêëÉÈÊË", "e"), ("àâäÀÂÄ", "a"), ("çÇ", "c"), ("îïÎÏ", "i"), ("ôöÔÖ", "o"), ("ùûüÙÛÜ", "u"))


def _folded(name: Column[str]) -> Column[str]:
    """Lower case without accents, on both databases: « Élodie » stands between « Damien » and « Fatou »."""
    found: Column[str] = func.lower(name)
    for accented, plain in _FOLDED:
        for letter in accented:
            found = func.replace(found, letter, plain)
    return found


def _sort_key(order: str) -> tuple[Column[Any], bool]:
    """(what the database sorts by, whether downwards)."""
    kind = order.lstrip("-")
    if kind == "inscription":
        return Person.created_at.expression, order.startswith("-")
    if kind == "activite":
        return func.coalesce(_last_at(), literal(LONG_AGO, UtcDateTime()), type_=UtcDateTime()), order.startswith("-")
    return _folded(Person.name.expression), order.startswith("-")


def _after(key: Column[Any], down: bool, after: str) -> list[ColumnElement[bool]]:
    """What comes after a place: nothing is skipped or shown twice, whatever comes or goes before it."""
    written, _, number = after.rpartition("~")
    if not (number.isascii() and number.isdigit()):
        return []
    value = _read_key(key, written)
    if value is None:
        return []
    last = int(number)
    return [or_(key < value, and_(key == value, Person.id < last))] if down else [or_(key > value, and_(key == value, Person.id > last))]


def _read_key(key: Column[Any], written: str) -> Any:
    if not isinstance(key.type, UtcDateTime):
        return written
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return literal(moment if moment.tzinfo else moment.replace(tzinfo=UTC), UtcDateTime())


def _written(key: Any) -> str:
    return key.isoformat() if isinstance(key, datetime) else str(key)


def _own_key(line: Line, order: str) -> str:
    """The same keys, as texts that sort alike."""
    kind = order.lstrip("-")
    if kind == "avancement":
        share = line.figures.path.fraction
        return f"{float(share):.9f}"
    if kind == "inscription":
        return line.since.isoformat()
    if kind == "activite":
        return (line.last_at or LONG_AGO).isoformat()
    return line.key
