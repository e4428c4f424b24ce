"""How long is left, how late, and what a week is enough: round figures that hold. Pure: today is an argument."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

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
    return _divided(minutes, step) * step


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
        weekly = about(max(LEAST, _divided(minutes, max(1, (due_on - today).days // 7))))
    else:
        weekly = about(max(COMFORT, _divided(minutes, CATCH_UP_WEEKS) if late else 0))
    weeks = _divided(minutes, weekly)
    ends_on = today + timedelta(weeks=weeks)
    if due_on and not late:
        ends_on = due_on if weeks == 1 else min(ends_on, due_on)
    return Pace(about(minutes), weekly, ends_on, at_once=weeks == 1)


def _divided(amount: int, parts: int) -> int:
    """Rounded up."""
    return -(-amount // parts)
