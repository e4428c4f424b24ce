"""The school holidays that this installation knows, read once a process from the package that carries them."""

from __future__ import annotations

from functools import lru_cache

from vacances_scolaires_france import SchoolHolidayDates  # type: ignore[import-untyped]  # it ships no types

from app.reporting.remind_days import Calendar

ZONES = ("A", "B", "C")


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """Known until the last holiday that is published: the package's own last year goes on in blank after it."""
    days = SchoolHolidayDates().data
    return Calendar({zone: frozenset(day for day, row in days.items() if row[f"vacances_zone_{zone.lower()}"]) for zone in ZONES}, max(days))
