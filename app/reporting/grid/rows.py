"""One line a person, from the row that stores their figures: one SELECT for a page, a few hundred people at a time for a file."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.french import PARIS
from app.identity.models import Membership, Person
from app.identity.rules import Side
from app.identity.territories.scope import belongs_on
from app.learning.figures import store as stored_figures
from app.learning.figures.calculator import FIELD, Figures, progress_value
from app.learning.figures.snapshot import basis_of
from app.learning.progress.models import NEVER, CohortMember, ElementState, PersonFigures
from app.learning.progress.rules import ElementProgress, Progress
from app.reporting.scope import selection
from app.reporting.scope.filters import Asked
from app.reporting.scope.reach import Reach, learns_in, lives_in, reached
from app.reporting.scope.rules import Situation, situation

PIECE = 1_000
"""People of a file read at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person in a report."""

    id: int
    name: str
    side: Side | None
    since: datetime
    first_at: datetime | None
    last_at: datetime | None
    territories: tuple[str, ...]
    cohorts: tuple[str, ...]
    figures: Figures
    situation: Situation
    place: str
    """In the list, as an address writes it."""
    states: Mapping[str, ElementProgress]
    """Of the module that the report details; empty without one."""


@dataclass(frozen=True, slots=True)
class Batch:
    lines: tuple[Line, ...]
    total: int
    """People that the filter keeps, this page and all others."""
    more: bool


class Reader:
    """Reads lines for one reader, one filter, one moment: every figure is up to date when this exists."""

    def __init__(self, session: Session, course: Course, reach: Reach, asked: Asked, now: datetime) -> None:
        self.session, self.course, self.reach, self.asked, self.now = session, course, reach, asked, now
        known = basis_of(session, course, now)
        self.calculator = known.calculator
        if not known.current:
            stored_figures.settle(session, course, now)
        self._nodes = {node: place for place, node in enumerate(reach.tree.nodes)}
        self._elements = course.elements_of(course.modules[asked.module]) if asked.module else ()

    def batch(self, size: int) -> Batch:
        """The lines after `asked.after`, `size` at most. One SELECT, two with the detail of a module."""
        kept = selection.chosen(self.reach, self.asked, self.now)
        here = selection.ordered(kept, self.asked).limit(size + 1).subquery()
        query = columns(self.reach).join(here, here.c.person_id == PersonFigures.person_id).add_columns(here.c.key, selection.total(kept).label("total"))
        down = self.asked.order.startswith("-")
        rows = self.session.execute(query.order_by(*((here.c.key.desc(), here.c.person_id.desc()) if down else (here.c.key, here.c.person_id)))).all()
        return Batch(tuple(self.lines(rows[:size])), rows[0].total if rows else self.count(), len(rows) > size)

    def count(self) -> int:
        return self.session.scalar(select(selection.total(selection.chosen(self.reach, self.asked, self.now)))) or 0

    def people(self) -> Sequence[int]:
        """Everybody's number, in order: eight bytes each."""
        kept = selection.chosen(self.reach, self.asked, self.now)
        return array("q", self.session.scalars(selection.ordered(kept, self.asked)).yield_per(PIECE))

    def everything(self, size: int = PIECE, people: Sequence[int] | None = None) -> Iterator[Line]:
        """All lines in order (of `people`, where their numbers are at hand). Memory does not grow with their number, but for the numbers."""
        numbers = self.people() if people is None else people
        query = columns(self.reach).add_columns(selection.key_of(self.asked).label("key"))
        for first in range(0, len(numbers), size):
            wanted = list(numbers[first : first + size])
            rows = {row.id: row for row in self.session.execute(query.where(PersonFigures.person_id.in_(wanted)))}
            yield from self.lines([rows[number] for number in wanted if number in rows])

    def lines(self, rows: Sequence[Any]) -> Iterator[Line]:
        states = self._states([row.id for row in rows]) if self._elements else {}
        for row in rows:
            figures = Figures(Progress(row.done, row.required), module_figures(row.modules), row.enrolled_at, row.completed_at, row.next_id, row.failing_id)
            last_at = row.last_at if row.last_at > NEVER else None
            yield Line(
                id=row.id,
                name=row.name,
                side=row.side,
                since=row.opened_at,
                first_at=row.first_at,
                last_at=last_at,
                territories=self.territories(row.places),
                cohorts=self._cohorts(row.cohorts) if row.cohorts else (),
                figures=figures,
                situation=situation(figures.path, last_at, self.now),
                place=selection.place_of(row.key, row.id),
                states=states.get(row.id, {}),
            )

    def _states(self, numbers: Sequence[int]) -> Mapping[int, dict[str, ElementProgress]]:
        query = select(ElementState.person_id, ElementState.element_id, ElementState.state, ElementState.attempts)
        found: dict[int, dict[str, ElementProgress]] = {}
        rows = self.session.execute(query.where(ElementState.person_id.in_(numbers), ElementState.element_id.in_(self._elements)))
        for number, element_id, state, attempts in rows:
            found.setdefault(number, {})[element_id] = progress_value(element_id, state, attempts)
        return found

    def territories(self, joined: str) -> tuple[str, ...]:
        """A person's territories of today, in the tree's order, whether or not the reader looks after each."""
        ids = [node for node in joined.split(FIELD) if node in self._nodes]
        return tuple(sorted(ids, key=self._nodes.__getitem__))

    def _cohorts(self, joined: str) -> tuple[str, ...]:
        ids = set(joined.split(FIELD))
        return tuple(name for number, name in self.reach.cohorts.items() if str(number) in ids)


@lru_cache(maxsize=5_000)
def module_figures(written: str) -> Mapping[str, Progress]:
    """Equal texts are one value."""
    return {module: Progress(done, required) for module, (done, required) in json.loads(written).items()}


def columns(reach: Reach) -> Any:
    """A SELECT of a person with all that a line needs; two lists, each gathered into one text by the database."""
    number = cast(CohortMember.cohort_id, String)
    cohorts = select(func.aggregate_strings(number, FIELD)).where(CohortMember.person_id == PersonFigures.person_id, ~CohortMember.trainer)
    return select(
        PersonFigures.person_id.label("id"),
        Person.name,
        Person.side,
        PersonFigures.opened_at,
        PersonFigures.first_at,
        PersonFigures.last_at,
        PersonFigures.done,
        PersonFigures.required,
        PersonFigures.modules,
        PersonFigures.enrolled_at,
        PersonFigures.completed_at,
        PersonFigures.next_id,
        PersonFigures.failing_id,
        places(reach).label("places"),
        cohorts.scalar_subquery().label("cohorts"),
    ).join_from(PersonFigures, Person, Person.id == PersonFigures.person_id)


def places(reach: Reach) -> ColumnElement[str]:
    """The ids of a person's territories of today, as one text that `Reader.territories` reads."""
    several = select(func.aggregate_strings(Membership.territory_id, FIELD)).where(Membership.person_id == PersonFigures.person_id, belongs_on(reach.on))
    return case((PersonFigures.several, several.scalar_subquery()), else_=PersonFigures.place)


def conditions(reach: Reach, asked: Asked) -> list[ColumnElement[bool]]:
    """The same choice, but for the situation, as conditions on `Person`: for those who need people and no figures."""
    found: list[ColumnElement[bool]] = [stored_figures.in_reports(), reached(reach)]
    if asked.territory:
        found.append(lives_in(reach.tree.under([asked.territory]), reach.on))
    if asked.cohort is not None:
        found.append(learns_in(frozenset({asked.cohort})))
    if asked.wave is not None:
        found.append(lives_in(frozenset(cite for cite, wave in reach.waves.items() if wave == asked.wave), reach.on))
    if asked.side is not None:
        found.append(Person.side == asked.side)
    if asked.since:
        found.append(Person.created_at >= datetime.combine(asked.since, datetime.min.time(), PARIS))
    if asked.until:
        found.append(Person.created_at < datetime.combine(asked.until + timedelta(days=1), datetime.min.time(), PARIS))
    return found
