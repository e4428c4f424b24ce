"""When a timer runs next, and how that is said. Pure: times are given, aware, and the wall clock is that of Paris."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import Enum

from msgspec import Struct

from app.platform.french import WEEKDAYS, zone

RETRY = timedelta(minutes=15)
"""After a failure, where the schedule itself would wait longer."""
LATE = timedelta(minutes=10)
"""A timer that has been due for longer shows that nothing runs it."""


class TimerState(Enum):
    """Where a timer stands, for whoever runs the site."""

    RUNNING = "en cours"
    OFF = "sans objet"
    """Something that it needs is not set up."""
    LATE = "en retard"
    FAILED = "en échec"
    WELL = "à jour"


class WhenThere(Struct, frozen=True):
    """A timer that runs as soon as there is work, at most once in `pause` minutes."""

    pause: int = 1

    def after(self, now: datetime) -> datetime:
        return now + timedelta(minutes=self.pause)

    @property
    def words(self) -> str:
        return "dès qu’il y en a"


class At(Struct, frozen=True):
    """Each day at an hour, or on one day of the week (0: Monday)."""

    hour: int
    minute: int = 0
    weekday: int | None = None

    def after(self, now: datetime) -> datetime:
        """The first such moment later than `now`. An hour that a change of clocks skips is taken an hour later."""
        today = now.astimezone(zone()).date()
        days = (today + timedelta(days=n) for n in range(9))
        moments = (datetime.combine(day, time(self.hour, self.minute), zone()).astimezone(now.tzinfo) for day in days if self.weekday in (None, day.weekday()))
        return next(moment for moment in moments if moment > now)

    @property
    def words(self) -> str:
        day = "chaque jour" if self.weekday is None else f"le {WEEKDAYS[self.weekday]}"
        return f"{day} à {self.hour} h" + (f" {self.minute:02}" if self.minute else "")


Schedule = WhenThere | At


def next_run(schedule: Schedule, now: datetime, well: bool) -> datetime:
    """When a run that ended at `now` is followed by the next: sooner where it failed."""
    regular = schedule.after(now)
    return regular if well else min(regular, now + RETRY)


def state(*, needs: str, claimed: bool, well: bool | None, next_at: datetime, wanted: bool, now: datetime) -> TimerState:
    """`needs`: what is missing; `wanted`: is there something to do; `well`: how the last run ended, None before the first."""
    if claimed:
        return TimerState.RUNNING
    if needs:
        return TimerState.OFF
    if wanted and next_at + LATE < now:
        return TimerState.LATE
    return TimerState.FAILED if well is False else TimerState.WELL
