"""People counted by the database: those of whom a report says the same are one group, however many they are; who moved in a period, and week by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, func, literal, select

from app.content.values.course import LearningPath
from app.platform.french import day_of
from app.record.figures.rows import module_figures, path_figures
from app.record.progress.due import Timeliness
from app.record.progress.models import Attestation, PersonFigures
from app.record.progress.rules import Progress
from app.reporting import selection
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope_rules import Movement, PathSituation, monday, mondays_of
from app.reporting.selection import ReportFilter

WEEKS = 26
"""Where no period is asked for."""


class PeopleGroup(NamedTuple):
    """How many people share the same territories, path, figures and next element."""

    people: int
    waiting: int
    """Of them, how many have not begun, how many are at a standstill, how many are late; none where they have finished."""
    stuck: int
    late: int
    territories: tuple[str, ...]
    path_id: str
    path: Progress
    modules: Mapping[str, Progress]
    """Equal ones are one value."""
    next_id: str | None


class Population(Struct, frozen=True, dict=True):
    """Everybody whom a report of one path holds: no count and no mean mixes two."""

    report: PeopleReport
    groups: tuple[PeopleGroup, ...]
    everywhere: tuple[PeopleGroup, ...]
    """The same of whatever path: where somebody learns."""

    @cached_property
    def total(self) -> int:
        return sum(group.people for group in self.groups)

    @property
    def elsewhere(self) -> int:
        """How many are on other paths."""
        return sum(group.people for group in self.everywhere) - self.total

    @property
    def path(self) -> LearningPath | None:
        """Returns the path of the report; None where the course has only one."""
        return self.report.calculator.paths.get(self.report.filter.path)

    @property
    def path_title(self) -> str:
        return self.path.title if self.path else ""

    @property
    def modules(self) -> Sequence[str]:
        """Returns the modules of the path; all modules, where the course has only one path."""
        return [module for module in self.report.calculator.modules if self.path is None or module in self.path.module_ids]

    @cached_property
    def by_situation(self) -> Counter[PathSituation]:
        return situations_of(self.groups)

    @property
    def by_modules(self) -> list[tuple[Mapping[str, Progress], int]]:
        """How many people have the same figures of modules, wherever they belong."""
        found: dict[int, tuple[Mapping[str, Progress], int]] = {}
        for group in self.groups:
            found[id(group.modules)] = group.modules, found.get(id(group.modules), (group.modules, 0))[1] + group.people
        return list(found.values())

    @cached_property
    def late(self) -> int:
        return sum(group.late for group in self.groups)

    @cached_property
    def weeks(self) -> tuple[Weeks, Weeks]:
        return weeks_of(self.report)

    @cached_property
    def levels(self) -> PeriodLevels:
        return levels_of(self.report)


def population_of(report: PeopleReport) -> Population:
    """One SELECT."""
    everywhere = tuple(_groups(report.on_path("")))
    followed = Counter[str]()
    for group in everywhere:
        followed[group.path_id] += group.people
    one = report.of_one_path(followed)
    path_id = one.filter.path
    return Population(one, tuple(group for group in everywhere if group.path_id == path_id) if path_id else everywhere, everywhere)


def _groups(report: PeopleReport) -> Iterator[PeopleGroup]:
    for people, waiting, stuck, late, places, path_id, done, required, waived, modules, next_id in report.session.execute(_of_groups(report)):
        territories, path = report.places_of(places)[0], path_figures(done, required, waived)
        yield PeopleGroup(people, waiting, stuck, late, territories, path_id, path, module_figures(modules), next_id)


def _of_groups(report: PeopleReport) -> Any:
    figures, stands = PersonFigures, selection.situations_at(report.now)
    told = (report.places().label("places"), figures.path_id, figures.done, figures.required, figures.waived, figures.modules, figures.next_id)
    states = (
        stands[PathSituation.NOT_STARTED].label("waiting"),
        stands[PathSituation.STUCK].label("stuck"),
        selection.timeliness_at(report.scope.on)[Timeliness.LATE].label("late"),
    )
    each = select(*told, *states).where(*report.conditions()).subquery()
    counts = (func.count(), *(func.count().filter(each.c[state.name]) for state in states))
    alike = [each.c[column.name] for column in told]
    return select(*counts, *alike).group_by(*alike)


def situations_of(groups: Iterable[PeopleGroup]) -> Counter[PathSituation]:
    counted = Counter[PathSituation]()
    for group in groups:
        finished = group.people if group.path.finished else 0
        counted[PathSituation.NOT_STARTED] += group.waiting
        counted[PathSituation.STUCK] += group.stuck
        counted[PathSituation.FINISHED] += finished
        counted[PathSituation.STARTED] += group.people - group.waiting - group.stuck - finished
    return counted


# --- A period, and the one before it ---
# Of the people of today: whoever left since is in no figure of the past.


class DayCounts(NamedTuple):
    """How many had done something at the end of a day; or, as a difference, within a period."""

    enrolled: int
    started: int
    """Whoever had opened or begun something. Somebody wholly waived never does."""
    finished: int
    going: int
    """Those who had started and not finished."""
    attested: int

    def since(self, earlier: DayCounts) -> DayCounts:
        return DayCounts(*(now - before for now, before in zip(self, earlier, strict=True)))


class PeriodLevels(Struct, frozen=True):
    since: date
    until: date
    end: DayCounts
    moved: DayCounts
    """Within the period."""
    before: DayCounts
    """Within as many days just before it."""
    start: DayCounts
    """The evening before the period."""

    @property
    def previous(self) -> tuple[date, date]:
        """Returns the days of the period before."""
        evening = self.since - timedelta(days=1)
        return evening - (self.until - self.since), evening


def levels_of(report: PeopleReport) -> PeriodLevels:
    """Two SELECTs."""
    since, until = period_of(report.filter, day_of(report.now))
    evening = since - timedelta(days=1)
    earlier, start, end = _levels(report, (evening - (until - evening), evening, until))
    return PeriodLevels(since, until, end, end.since(start), start.since(earlier), start)


def _levels(report: PeopleReport, days: Sequence[date]) -> list[DayCounts]:
    figures, people = PersonFigures, report.conditions()
    counts: list[Any] = []
    for day in days:
        opened, began, done = (
            and_(moment.is_not(None), *selection.within(moment, None, day)) for moment in (figures.opened_at, figures.first_at, figures.completed_at)
        )
        counts += [func.count().filter(which) for which in (opened, began, done, and_(began, ~done))]
    issued = [func.count().filter(*selection.within(Attestation.issued_at, None, day)) for day in days]
    held = select(*issued).join(figures, figures.person_id == Attestation.person_id).where(Attestation.revoked_at.is_(None), *people)
    found, attested = report.session.execute(select(*counts).where(*people)).one(), report.session.execute(held).one()
    return [DayCounts(*row) for row in zip(found[0::4], found[1::4], found[2::4], found[3::4], attested, strict=True)]


# --- Weeks ---

Weeks = Sequence[tuple[date, int]]
"""(Monday, how many people), empty weeks included."""


def period_of(wanted: ReportFilter, today: date) -> tuple[date, date]:
    """The days that an overview tells of: those asked for, else the last 26 weeks, this one included."""
    since, until = wanted.period
    until = min(until or today, today)
    return min(since or monday(until) - timedelta(weeks=WEEKS - 1), until), until


def weeks_of(report: PeopleReport) -> tuple[Weeks, Weeks]:
    """Who started and who finished, week by week of the period. One SELECT."""
    since, until = period_of(report.filter, day_of(report.now))
    mondays = mondays_of(since, until)
    counted = _count_moves(report, mondays, max(since, mondays[0]), until)
    started, finished = ([(day, counted[what, place]) for place, day in enumerate(mondays)] for what in Movement)
    return started, finished


def _count_moves(report: PeopleReport, mondays: Sequence[date], since: date, until: date) -> Counter[tuple[Movement, int]]:
    """Everybody is read once: those alike in both weeks are one row, −1 for outside the period."""
    found = Counter[tuple[Movement, int]]()
    for *places, people in report.session.execute(_of_moves(report, mondays, since, until)):
        for what, place in zip(selection.MOMENTS, places, strict=True):
            found[what, place] += people
    return found


def _of_moves(report: PeopleReport, mondays: Sequence[date], since: date, until: date) -> Any:
    each = select(*_weeks(mondays, since, until)).where(*report.conditions()).subquery()
    return select(*each.c, func.count()).group_by(*each.c)


def _weeks(mondays: Sequence[date], since: date, until: date) -> list[ColumnElement[int]]:
    """One column a movement."""
    return [case((and_(*selection.within(at, since, until)), _week(at, mondays)), else_=-1).label(what.value) for what, at in selection.MOMENTS.items()]


def _week(moment: ColumnElement[Any], mondays: Sequence[date]) -> ColumnElement[int]:
    """The place in `mondays` of the week in which it falls, at the site's hour: halved until one is left, five comparisons for half a year."""

    def among(first: int, last: int) -> ColumnElement[int]:
        if first == last:
            return literal(first)
        middle = (first + last) // 2
        return case((moment < selection.midnight(mondays[middle + 1]), among(first, middle)), else_=among(middle + 1, last))

    return among(0, len(mondays) - 1)
