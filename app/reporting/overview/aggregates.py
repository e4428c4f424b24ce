"""People counted by the database: those who are alike in all that an overview tells are one group, however many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select, type_coerce

from app.db import UtcDateTime
from app.french import day_of
from app.learning.figures.rows import module_figures
from app.learning.progress.due import Timeliness
from app.learning.progress.models import ElementState, PersonFigures
from app.learning.progress.rules import Progress, State
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope import selection
from app.reporting.scope.filters import ReportFilter
from app.reporting.scope.rules import Movement, PathSituation, monday, mondays_of

WEEKS = 26
"""Where no period is asked for."""


@dataclass(frozen=True, slots=True)
class PeopleGroup:
    """So many people with the same territories, situation, figures and next element."""

    people: int
    territories: tuple[str, ...]
    situation: PathSituation
    late: int
    """How many of them."""
    path: Progress
    modules: Mapping[str, Progress]
    next_id: str | None


@dataclass(frozen=True)
class Population:
    """Everybody whom a report holds."""

    report: PeopleReport
    groups: tuple[PeopleGroup, ...]

    @cached_property
    def total(self) -> int:
        return sum(group.people for group in self.groups)

    @cached_property
    def by_situation(self) -> Counter[PathSituation]:
        found: Counter[PathSituation] = Counter()
        for group in self.groups:
            found[group.situation] += group.people
        return found

    @cached_property
    def late(self) -> int:
        return sum(group.late for group in self.groups)

    @cached_property
    def weeks(self) -> tuple[Weeks, Weeks]:
        return weeks_of(self.report)


def population_of(report: PeopleReport) -> Population:
    """One SELECT."""
    return Population(report, tuple(_groups(report)))


def _groups(report: PeopleReport) -> Iterator[PeopleGroup]:
    figures = PersonFigures
    situation = selection.situation_at(report.now).label("situation")
    late = case((selection.timeliness_at(report.scope.on) == Timeliness.LATE.value, 1), else_=0).label("late")
    columns = (report.places().label("places"), situation, figures.done, figures.required, figures.waived, figures.modules, figures.next_id)
    each = select(*columns, late).where(*selection.conditions(report.scope, report.filter, report.now)).subquery()
    alike = [column for column in each.c if column is not each.c.late]
    query = select(*alike, func.count().label("people"), func.sum(each.c.late).label("late")).group_by(*alike)
    for row in report.session.execute(query):
        path = Progress(row.done, row.required, row.waived)
        yield PeopleGroup(row.people, report.territories(row.places), PathSituation(row.situation), row.late, path, module_figures(row.modules), row.next_id)


# --- Weeks -----------------------------------------------------------------------------------------------------------

Weeks = Sequence[tuple[date, int]]
"""(Monday, how many people), empty weeks included."""


def period_of(wanted: ReportFilter, today: date) -> tuple[date, date]:
    """The days that an overview tells of: those asked for, else the last 26 weeks, this one included."""
    since, until = wanted.period
    until = min(until or today, today)
    return min(since or monday(until) - timedelta(weeks=WEEKS - 1), until), until


def weeks_of(report: PeopleReport) -> tuple[Weeks, Weeks]:
    """Who started and who finished, week by week of the period. One SELECT, two of a module."""
    since, until = period_of(report.filter, day_of(report.now))
    mondays = mondays_of(since, until)
    moved = _moved_in_module if report.filter.module else _moved
    counted = moved(report, mondays, max(since, mondays[0]), until)
    started, finished = ([(day, counted[what, place]) for place, day in enumerate(mondays)] for what in Movement)
    return started, finished


def _moved(report: PeopleReport, mondays: Sequence[date], since: date, until: date) -> Counter[tuple[Movement, int]]:
    """Everybody is read once: those alike in both weeks are one row, −1 for outside the period."""
    weeks = [case((and_(*selection.within(at, since, until)), _week(at, mondays)), else_=-1).label(what.value) for what, at in selection.MOMENTS.items()]
    each = select(*weeks).where(*selection.conditions(report.scope, report.filter, report.now)).subquery()
    found = Counter[tuple[Movement, int]]()
    for *places, people in report.session.execute(select(*each.c, func.count()).group_by(*each.c)):
        for what, place in zip(selection.MOMENTS, places, strict=True):
            found[what, place] += people
    return found


def _moved_in_module(report: PeopleReport, mondays: Sequence[date], since: date, until: date) -> Counter[tuple[Movement, int]]:
    """The first thing done in the module; the last one, where nothing is left there. People alike in week and figures are one row."""
    module, found = report.filter.module, Counter[tuple[Movement, int]]()
    inside = report.course.elements_of(report.course.modules[module])
    people = selection.conditions(report.scope, report.filter, report.now)
    moments = {Movement.STARTED: func.min(ElementState.first_at), Movement.FINISHED: func.max(ElementState.completed_at)}
    for what, moment in moments.items():
        each = select(ElementState.person_id, moment.label("moment")).where(ElementState.element_id.in_(inside)).group_by(ElementState.person_id).subquery()
        at = type_coerce(each.c.moment, UtcDateTime())
        week = _week(at, mondays).label("week")
        query = select(week, PersonFigures.modules, func.count().label("people")).join(each, each.c.person_id == PersonFigures.person_id)
        for row in report.session.execute(query.where(*people, *selection.within(at, since, until)).group_by(week, PersonFigures.modules)):
            if what is Movement.STARTED or module_figures(row.modules)[module].finished:
                found[what, row.week] += row.people
    return found


def done_by_element(report: PeopleReport) -> dict[str, int]:
    """How many have each element of the module behind them. One SELECT."""
    inside = report.course.elements_of(report.course.modules[report.filter.module])
    done = [state.value for state in State if state.done]
    query = select(ElementState.element_id, func.count()).where(ElementState.element_id.in_(inside), ElementState.state.in_(done))
    return dict(report.session.execute(query.where(ElementState.person_id.in_(report.selected())).group_by(ElementState.element_id)).all())


def _week(moment: ColumnElement[Any], mondays: Sequence[date]) -> ColumnElement[int]:
    """The place in `mondays` of the week in which it falls, at the site's hour: halved until one is left, five comparisons for half a year."""

    def among(first: int, last: int) -> ColumnElement[int]:
        if first == last:
            return literal(first)
        middle = (first + last) // 2
        return case((moment < selection.midnight(mondays[middle + 1]), among(first, middle)), else_=among(middle + 1, last))

    return among(0, len(mondays) - 1)
