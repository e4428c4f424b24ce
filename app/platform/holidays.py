"""Week-ends, public holidays, school holidays of a zone as far as they are known: days when nothing is sent, and when learning rests. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache

from msgspec import Struct
from vacances_scolaires_france import SchoolHolidayDates  # type: ignore[import-untyped]  # it ships no types


class Obstacle(Enum):
    WEEKEND = "week-end"
    PUBLIC_HOLIDAY = "férié"
    SCHOOL_HOLIDAYS = "vacances"
    UNKNOWN = "inconnu"


class Calendar(Struct, frozen=True):
    """School holidays by zone, published until a day. After it a rule that keeps a zone's holidays free does not write: it could not keep its word."""

    holidays: Mapping[str, frozenset[date]]
    known_until: date

    def obstacle(self, on: date, zone: str) -> Obstacle | None:
        """What forbids to write on a day; `zone` is empty for a rule that knows no school holidays."""
        if on.weekday() >= 5:
            return Obstacle.WEEKEND
        if is_public_holiday(on):
            return Obstacle.PUBLIC_HOLIDAY
        if not zone:
            return None
        if on > self.known_until:
            return Obstacle.UNKNOWN
        return Obstacle.SCHOOL_HOLIDAYS if on in self.holidays[zone] else None

    def school_holidays(self, on: date, zone: str) -> tuple[date, date] | None:
        """(first day, first day after) of the school holidays in which a day stands; None of a day outside them."""
        days = self.holidays.get(zone, frozenset())
        if on not in days:
            return None
        first = last = on
        while first - _DAY in days:
            first -= _DAY
        while last in days:
            last += _DAY
        return first, last


_DAY = timedelta(days=1)


_observed: tuple[str, frozenset[date]] = "", frozenset()


def observe(region: str, days_off: Iterable[date] = ()) -> None:
    """Sets the region of public holidays and the site's days off, once for the process (`app.platform.site`, decision 29)."""
    global _observed
    _observed = region, frozenset(days_off)


def is_public_holiday(on: date) -> bool:
    region, days_off = _observed
    return on in public_holidays(on.year, region) or on in days_off


@lru_cache(maxsize=64)
def public_holidays(year: int, region: str = "") -> frozenset[date]:
    """The eleven of metropolitan France (code du travail, article L3133-1), until 2100. `region`: a code of the library for those who have others."""
    # Imported here: it loads every country of the world, which would make each start of the site 150 ms longer and each worker 10 MB larger.
    from holidays import country_holidays

    return frozenset(country_holidays("FR", subdiv=region or None, years=year))


ZONES = ("A", "B", "C")


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """Known until the last holiday that is published: the package's own last year goes on in blank after it."""
    days = SchoolHolidayDates().data
    return Calendar({zone: frozenset(day for day, row in days.items() if row[f"vacances_zone_{zone.lower()}"]) for zone in ZONES}, max(days))


def working_day_after(on: date, days: int) -> date:
    """The last of so many worked days after this one."""
    day = on
    while days:
        day += _DAY
        days -= calendar().obstacle(day, "") is None
    return day
