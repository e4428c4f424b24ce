"""People counted by the database: those who are alike in all that an overview tells are one group, however many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, union_all

from app.db import UtcDateTime
from app.french import PARIS, day_of
from app.learning.progress.models import PersonFigures
from app.learning.progress.rules import Progress
from app.reporting.grid.rows import PeopleReport, module_figures
from app.reporting.scope import selection
from app.reporting.scope.rules import PathSituation, monday

WEEKS = 26
STARTED, FINISHED = "started", "finished"


@dataclass(frozen=True, slots=True)
class PeopleGroup:
    """So many people with the same territories, situation, figures and next element."""

    people: int
    territories: tuple[str, ...]
    situation: PathSituation
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


def population_of(report: PeopleReport) -> Population:
    """One SELECT."""
    return Population(report, tuple(_groups(report)))


def _groups(report: PeopleReport) -> Iterator[PeopleGroup]:
    figures = PersonFigures
    situation = selection.situation_at(report.now).label("situation")
    columns = (report.places().label("places"), situation, figures.done, figures.required, figures.waived, figures.modules, figures.next_id)
    each = select(*columns).where(*selection.conditions(report.scope, report.filter, report.now)).subquery()
    for row in report.session.execute(select(*each.c, func.count().label("people")).group_by(*each.c)):
        path = Progress(row.done, row.required, row.waived)
        yield PeopleGroup(row.people, report.territories(row.places), PathSituation(row.situation), path, module_figures(row.modules), row.next_id)


# --- Weeks -----------------------------------------------------------------------------------------------------------

Weeks = Sequence[tuple[date, int]]
"""(Monday, how many people), empty weeks included."""


def weeks_of(report: PeopleReport) -> tuple[Weeks, Weeks]:
    """Who started and who finished, week by week up to this one. One SELECT."""
    last = monday(day_of(report.now))
    mondays = [last - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    people = selection.conditions(report.scope, report.filter, report.now)
    columns: tuple[tuple[str, Any], ...] = ((STARTED, PersonFigures.first_at), (FINISHED, PersonFigures.completed_at))
    parts = [
        select(literal(name).label("what"), _week(column, mondays).label("week")).where(*people, column >= _midnight(mondays[0])) for name, column in columns
    ]
    each = union_all(*parts).subquery()
    rows = report.session.execute(select(*each.c, func.count().label("people")).group_by(*each.c))
    counted = {(row.what, row.week): row.people for row in rows}
    started, finished = ([(day, counted.get((name, place), 0)) for place, day in enumerate(mondays)] for name in (STARTED, FINISHED))
    return started, finished


def _week(moment: ColumnElement[Any], mondays: Sequence[date]) -> ColumnElement[int]:
    """The place in `mondays` of the week in which it falls, in Paris; what is still to come counts for no week."""
    ends = [*mondays[1:], mondays[-1] + timedelta(weeks=1)]
    return case(*((moment < _midnight(end), place) for place, end in enumerate(ends)), else_=len(mondays))


def _midnight(day: date) -> ColumnElement[datetime]:
    return literal(datetime.combine(day, datetime.min.time(), PARIS), UtcDateTime())
