"""One row a person, from the stored figures: a page at once, a file some people at a time."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.models import Membership, Person
from app.identity.rules import Side
from app.identity.territories import belongs_on
from app.platform.db import in_chunks
from app.record.figures import store
from app.record.figures.calculator import Figures, progress_value
from app.record.figures.rows import module_figures, path_figures
from app.record.progress.due import NO_DAY, Timeliness
from app.record.progress.models import NEVER, Cohort, CohortMember, ElementState, PersonFigures
from app.record.progress.rules import ElementProgress
from app.reporting import selection
from app.reporting.scope import ReportScope
from app.reporting.scope_rules import PathSituation
from app.reporting.selection import ReportFilter

FIELD = "|"
"""Between the ids of a list that the database gathers into one text: no id of a territory or of a cohort holds it."""

PIECE = 500
"""People of a file gone through at once."""


class ReportRow(Struct, frozen=True):
    """One person in a report."""

    id: int
    name: str
    side: Side | None
    since: datetime
    first_at: datetime | None
    last_at: datetime | None
    territories: tuple[str, ...]
    """Ids of today's, in the tree's order, whether or not the reader looks after each."""
    places: str
    """Their names."""
    cohorts: tuple[str, ...]
    """By name. Of `everything` alone: no page shows them."""
    figures: Figures
    situation: PathSituation
    timeliness: Timeliness
    key: Any
    """What the list is sorted by."""
    states: Mapping[str, ElementProgress]
    """Of the module that the report details; empty without one."""

    @property
    def cursor(self) -> str:
        """The place in the list, as an address writes it."""
        return selection.place_of(self.key, self.id)


SITUATIONS = {one.value: one for one in PathSituation}
TIMELINESS = {one.value: one for one in Timeliness}


class RowsPage(Struct, frozen=True):
    rows: tuple[ReportRow, ...]
    total: int
    """People that the filter keeps, this page and all others."""
    more: bool


COLUMNS: tuple[Any, ...] = (
    PersonFigures.person_id.label("id"),
    Person.name,
    Person.side,
    PersonFigures.opened_at,
    PersonFigures.first_at,
    PersonFigures.last_at,
    PersonFigures.path_id,
    PersonFigures.done,
    PersonFigures.required,
    PersonFigures.waived,
    PersonFigures.modules,
    PersonFigures.enrolled_at,
    PersonFigures.completed_at,
    PersonFigures.next_id,
    PersonFigures.due_on,
    PersonFigures.next_due_on,
    PersonFigures.module_dues,
    PersonFigures.failing_id,
)
"""What is read of each, whatever the report."""


class PeopleReport:
    """The people of one reader's scope, one filter, one moment: every figure is up to date when this exists."""

    def __init__(self, session: Session, course: Course, scope: ReportScope, wanted: ReportFilter, now: datetime) -> None:
        self.session, self.course, self.scope, self.filter, self.now = session, course, scope, wanted, now
        basis = store.basis(session, course, now)
        self.calculator = basis.calculator
        if not basis.current:
            store.settle(session, course, now)
        self._order = {node: place for place, node in enumerate(scope.tree.nodes)}
        self._elements = course.elements_of(course.modules[wanted.module]) if wanted.module else ()
        self.places_of = lru_cache(maxsize=5_000)(self._read_places)
        self._named = lru_cache(maxsize=5_000)(self._name_cohorts)  # a site may have hundreds, and people of one learn together

    def of_one_path(self, followed: Mapping[str, int] | None = None) -> PeopleReport:
        """Returns the report for one path, for what counts or averages: the one chosen, the cohort's, or that of most people; the default one, where there is nobody.

        `followed`: path → how many of its people follow it, where that is known.
        """
        paths = self.calculator.paths
        if self.filter.path or len(paths) < 2:  # a course of one path has nobody on another
            return self
        cohort = self.session.get(Cohort, self.filter.cohort) if self.filter.cohort is not None else None
        if cohort and cohort.path_id in paths:
            return self.on_path(cohort.path_id)
        people = self._count_by_path() if followed is None else followed
        return self.on_path(min((path for path in people if path in paths), key=lambda path: (-people[path], path), default=self.calculator.default.id))

    def _count_by_path(self) -> Mapping[str, int]:
        """Path → how many of its people follow it. One SELECT."""
        rows = self.session.execute(select(PersonFigures.path_id, func.count()).where(*self.conditions()).group_by(PersonFigures.path_id))
        return dict(rows.all())

    def on_path(self, path: str) -> PeopleReport:
        """Returns the report for this path; for all paths, where it is empty."""
        if path == self.filter.path:
            return self
        other = copy(self)
        other.filter = replace(self.filter, path=path)
        return other

    def batch(self, size: int) -> RowsPage:
        """The rows after `ReportFilter.after`, `size` at most. Three SELECTs, four with the detail of a module."""
        numbers = self.session.scalars(self._numbers().limit(size + 1)).all()
        return RowsPage(tuple(self._rows_of(numbers[:size])), self.count(), len(numbers) > size)

    def _numbers(self) -> Select[int]:
        """A SELECT of everybody's number, in order, from `ReportFilter.after` on."""
        return selection.order_rows(self.select_people(), self.filter)

    def count(self) -> int:
        return self.session.scalar(select(func.count()).select_from(self.select_people().subquery())) or 0

    def select_people(self) -> Select[int]:
        """A SELECT of everybody's number, in no order."""
        return select(PersonFigures.person_id).where(*self.conditions())

    def conditions(self) -> list[ColumnElement[bool]]:
        """Which rows of `PersonFigures` are of this report."""
        return selection.conditions(self.scope, self.filter, self.now)

    def people(self, *conditions: ColumnElement[bool]) -> Sequence[int]:
        """Everybody's number, in order: eight bytes each. `conditions`: besides those of the filter."""
        return array("q", self.session.scalars(self._numbers().where(*conditions)).yield_per(PIECE))

    def everything(self, size: int = PIECE, people: Sequence[int] | None = None) -> Iterator[ReportRow]:
        """All rows in order (of `people`, where their numbers are at hand). Memory does not grow with their number, but for the numbers."""
        numbers = self.people() if people is None else people
        for part in in_chunks(numbers, size):
            yield from self._rows_of(part, self._cohorts(part))

    def _rows_of(self, numbers: Sequence[int], cohorts: Mapping[int, tuple[str, ...]] = MappingProxyType({})) -> Iterator[ReportRow]:
        """The rows of these people, in the order of their numbers as given."""
        rows = {row.id: row for row in self.session.execute(self.select().where(PersonFigures.person_id.in_(numbers)))}
        return self.person_rows([rows[number] for number in numbers if number in rows], cohorts)

    def select(self) -> Select[Any]:
        """A SELECT of all that `person_rows` needs; their territories gathered into one text by the database."""
        return select(
            *COLUMNS,
            self.places().label("places"),
            selection.value_where(selection.situations_at(self.now)).label("situation"),
            selection.value_where(selection.timeliness_at(self.scope.on)).label("timeliness"),
            selection.key_of(self.filter).label("key"),
        ).join_from(PersonFigures, Person, Person.id == PersonFigures.person_id)

    def places(self) -> ColumnElement[str]:
        """The ids of a person's territories of today, as one text that `places_of` reads."""
        stays = select(func.aggregate_strings(Membership.territory_id, FIELD)).where(Membership.person_id == PersonFigures.person_id, belongs_on(self.scope.on))
        return case((PersonFigures.several, stays.scalar_subquery()), else_=PersonFigures.place)

    def person_rows(self, rows: Sequence[Any], cohorts: Mapping[int, tuple[str, ...]] = MappingProxyType({})) -> Iterator[ReportRow]:
        """Yields report rows from columns read by position: by name, large reports take much longer."""
        states = self._states([row.id for row in rows]) if self._elements else {}
        for row in rows:
            territories, names = self.places_of(row.places)
            yield ReportRow(
                id=row.id,
                name=row.name,
                side=row.side,
                since=row.opened_at,
                first_at=row.first_at,
                last_at=row.last_at if row.last_at > NEVER else None,
                territories=territories,
                places=names,
                cohorts=cohorts.get(row.id, ()),
                figures=_figures(row),
                situation=SITUATIONS[row.situation],
                timeliness=TIMELINESS[row.timeliness],
                key=row.key,
                states=states.get(row.id, {}),
            )

    def _states(self, numbers: Sequence[int]) -> Mapping[int, dict[str, ElementProgress]]:
        query = select(ElementState.person_id, ElementState.element_id, ElementState.state, ElementState.attempts)
        states: dict[int, dict[str, ElementProgress]] = {}
        rows = self.session.execute(query.where(ElementState.person_id.in_(numbers), ElementState.element_id.in_(self._elements)))
        for number, element_id, state, attempts in rows:
            states.setdefault(number, {})[element_id] = progress_value(element_id, state, attempts)
        return states

    def _read_places(self, joined: str) -> tuple[tuple[str, ...], str]:
        """The ids of the territories in the tree's order, and their names as one text. Equal texts are one value."""
        territories = tuple(sorted((node for node in joined.split(FIELD) if node in self._order), key=self._order.__getitem__))
        return territories, ", ".join(self.scope.tree.path_name(node) for node in territories)

    def _cohorts(self, numbers: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        """The cohorts where each of these people learns, of those that the reader may name, in their order."""
        learning: dict[int, set[int]] = {}
        members = select(CohortMember.person_id, CohortMember.cohort_id).where(CohortMember.person_id.in_(numbers), ~CohortMember.trainer)
        for number, cohort_id in self.session.execute(members):
            learning.setdefault(number, set()).add(cohort_id)
        return {number: self._named(frozenset(ids)) for number, ids in learning.items()}

    def _name_cohorts(self, ids: frozenset[int]) -> tuple[str, ...]:
        return tuple(name for number, name in self.scope.cohorts.items() if number in ids)


def _figures(row: Any) -> Figures:
    return Figures(
        path_id=row.path_id,
        path=path_figures(row.done, row.required, row.waived),
        modules=module_figures(row.modules),
        enrolled_at=row.enrolled_at,
        completed_at=row.completed_at,
        next_id=row.next_id,
        failing_id=row.failing_id,
        due_on=row.due_on,
        next_due_on=None if row.next_due_on == NO_DAY else row.next_due_on,
        module_dues=_days(row.module_dues),
    )


@lru_cache(maxsize=5_000)
def _days(written: str) -> Mapping[str, date]:
    return {module: date.fromisoformat(day) for module, day in json.loads(written).items()}
