"""When somebody may get another letter of the week. Pure."""

from __future__ import annotations

from datetime import date, timedelta

WEEK = timedelta(days=7)


def is_taken(lettered_on: date | None, on: date) -> bool:
    """`lettered_on`: the day of the last one."""
    return lettered_on is not None and on < lettered_on + WEEK
