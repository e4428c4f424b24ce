"""Days when nothing is sent: week-ends, public holidays, school holidays of a zone as far as they are known. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache

from vacances_scolaires_france import SchoolHolidayDates  # type: ignore[import-untyped]  # it ships no types


class Obstacle(Enum):
    WEEKEND = "week-end"
    PUBLIC_HOLIDAY = "férié"
    SCHOOL_HOLIDAYS = "vacances"
    UNKNOWN = "inconnu"


@dataclass(frozen=True, slots=True)
class Calendar:
    """School holidays by zone, published until a day. After it a rule that keeps a zone's holidays free does not write: it could not keep its word."""

    holidays: Mapping[str, frozenset[date]]
    known_until: date

    def obstacle(self, on: date, zone: str) -> Obstacle | None:
        """What forbids to write on a day; `zone` is empty for a rule that knows no school holidays."""
        if on.weekday() >= 5:
            return Obstacle.WEEKEND
        if on in public_holidays(on.year):
            return Obstacle.PUBLIC_HOLIDAY
        if not zone:
            return None
        if on > self.known_until:
            return Obstacle.UNKNOWN
        return Obstacle.SCHOOL_HOLIDAYS if on in self.holidays[zone] else None


FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER = (1, 39, 50)
"""Easter Monday, Ascension Thursday, Whit Monday."""


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """The eleven of metropolitan France (code du travail, article L3133-1); Alsace and Moselle have two more."""
    moving = (easter(year) + timedelta(days=days) for days in AFTER_EASTER)
    return frozenset((*(date(year, month, day) for month, day in FIXED), *moving))


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the anonymous algorithm that Meeus gives in « Astronomical Algorithms », chapter 8)."""
    golden, century, place = year % 19, year // 100, year % 100
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - correction + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (place // 4) - moon - place % 4) % 7
    shift = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


ZONES = ("A", "B", "C")


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """Known until the last holiday that is published: the package's own last year goes on in blank after it."""
    days = SchoolHolidayDates().data
    return Calendar({zone: frozenset(day for day, row in days.items() if row[f"vacances_zone_{zone.lower()}"]) for zone in ZONES}, max(days))
