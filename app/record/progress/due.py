"""Due dates, lateness and pace: until when something is to be done, and how much a week is enough. Pure: today is an argument, a day in Paris."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct, field

from app.content.values.course import LearningPath
from app.record.progress.rules import Progress

# --- Due dates and lateness ------------------------------------------------------------------------------------------
# `app.reporting.selection` says it in SQL over `PersonFigures.next_due_on`, which is `DueDates.next_on` as stored.

NO_DAY = date.max
"""Stored where nothing has to be done by a day: a date, so that databases sort it alike, after all others."""


class Timeliness(StrEnum):
    """The words of the address (`?echeance=`) are the values."""

    LATE = "en-retard"
    ON_TIME = "a-l-heure"
    NO_DATE = "sans-echeance"
    FINISHED = "termine"


TIMELINESS_WORDS = {
    Timeliness.LATE: "en retard",
    Timeliness.ON_TIME: "à l’heure",
    Timeliness.NO_DATE: "sans échéance",
    Timeliness.FINISHED: "terminé",
}


class CohortTerm(Struct, frozen=True):
    """The dates of a cohort where the person learns."""

    path_id: str
    starts_on: date
    due_on: date | None


class DueTerms(Struct, frozen=True):
    """All that dates are made from besides the path."""

    cohorts: tuple[CohortTerm, ...] = ()
    moved: Mapping[str, date | None] = field(default_factory=dict)
    """Path → the day last set for this person; None where the group's was given back."""


class DueDates(Struct, frozen=True):
    """The due dates of one person on one path."""

    due_on: date | None = None
    """The whole path's."""
    given_on: date | None = None
    """What the cohort or the path says: another day than `due_on` where somebody moved it for this person."""
    modules: Mapping[str, date] = field(default_factory=dict)
    """Of the modules that the path spreads over time; never after `due_on`."""

    @property
    def moved(self) -> bool:
        return self.due_on != self.given_on

    def next_on(self, path: Progress, open_modules: Collection[str]) -> date | None:
        """The nearest day by which something is still to be done, past or not; None where nothing is left, or nothing has a date."""
        days = [day for module, day in self.modules.items() if module in open_modules]
        days += [self.due_on] if self.due_on else []
        return None if path.complete else min(days, default=None)


def due_dates(path: LearningPath, enrolled_on: date | None, terms: DueTerms) -> DueDates:
    """The date that was set for the person, else that of the cohort which began last, else so many days after they joined the path.

    A cohort without a date takes the path's number of days from its own beginning. Dates of modules count from the same beginning, move with the
    date of the path, and never lie after it.
    """
    start, given = _date_from_cohorts(path, enrolled_on, [term for term in terms.cohorts if term.path_id == path.id])
    due = terms.moved.get(path.id) or given
    shift = (due - given).days if due and given else 0
    modules = {module: min(_later(start, days + shift), due or NO_DAY) for module, days in path.steps} if start else {}
    return DueDates(due, given, modules)


def _date_from_cohorts(path: LearningPath, enrolled_on: date | None, cohorts: Collection[CohortTerm]) -> tuple[date | None, date | None]:
    """Since when dates count, and the date. Of two cohorts that begin together, the nearer date."""
    dated = [(term.starts_on, day) for term in cohorts if (day := term.due_on or _after(term.starts_on, path.days))]
    if dated:
        latest = max(begins for begins, _day in dated)
        return latest, min(day for begins, day in dated if begins == latest)
    start = max((term.starts_on for term in cohorts), default=enrolled_on)
    return start, _after(start, path.days)


def _after(start: date | None, days: int | None) -> date | None:
    return _later(start, days) if start and days else None


def _later(day: date, days: int) -> date:
    """Never beyond the last day but one: the last is `NO_DAY`."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), NO_DAY.toordinal() - 1))


def timeliness(finished: bool, next_on: date | None, today: date) -> Timeliness:
    """A due date ends at its evening: late from the day after."""
    if finished:
        return Timeliness.FINISHED
    if next_on is None or next_on == NO_DAY:
        return Timeliness.NO_DATE
    return Timeliness.LATE if next_on < today else Timeliness.ON_TIME


# --- Pace ------------------------------------------------------------------------------------------------------------
# Round figures, which hold from one day to the next.

COMFORT = 40
"""Minutes a week that anyone who works can find: three sittings of a quarter of an hour."""
LEAST = 20
"""Less than one sitting a week is no pace."""
CATCH_UP_WEEKS = 8
"""Whoever is late has finished then at the latest."""
HEAVY = 240
"""Minutes a week from which nobody may say « suffisent »."""


class Pace(Struct, frozen=True):
    """What finishing asks for. At `weekly` minutes in every week that begins today, all is done by `ends_on`."""

    minutes: int
    """Left in all, rounded up."""
    weekly: int
    ends_on: date
    at_once: bool
    """One week is enough, or all that there is: `minutes` by `ends_on`."""

    @property
    def heavy(self) -> bool:
        return self.weekly >= HEAVY


def about(minutes: int) -> int:
    """Rounded up: to five minutes, and from one hour on to a quarter of an hour. What takes time never takes none."""
    step = 5 if minutes <= 60 else 15
    return _divide_rounding_up(minutes, step) * step


def days_late(today: date, due_on: date | None) -> int:
    """Days since the due date; 0 on that day, before it, or where there is none."""
    return max(0, (today - due_on).days) if due_on else 0


def pace(minutes: int, today: date, due_on: date | None) -> Pace | None:
    """Returns how many minutes a week complete what is left; None where nothing is left.

    Before the due date, the pace that keeps to it. After it, or without any, a comfortable one, except that whoever is late catches up within
    `CATCH_UP_WEEKS`.
    """
    if minutes <= 0:
        return None
    late = days_late(today, due_on)
    if due_on and not late:
        weekly = about(max(LEAST, _divide_rounding_up(minutes, max(1, (due_on - today).days // 7))))
    else:
        weekly = about(max(COMFORT, _divide_rounding_up(minutes, CATCH_UP_WEEKS) if late else 0))
    weeks = _divide_rounding_up(minutes, weekly)
    ends_on = today + timedelta(weeks=weeks)
    if due_on and not late:
        ends_on = due_on if weeks == 1 else min(ends_on, due_on)
    return Pace(about(minutes), weekly, ends_on, at_once=weeks == 1)


def _divide_rounding_up(amount: int, parts: int) -> int:
    """Rounded up."""
    return -(-amount // parts)
