"""When is « Milieu des années 2010 »? The dates of a chronology, as French writes them, on the line of time. Pure."""

from __future__ import annotations

import re

from msgspec import Struct

from app.platform.french import MONTHS, fold

_YEAR = r"(?<!\d)(\d{4})(?!\d)"
_YEARS = re.compile(rf"{_YEAR}\s*(?:-|–|a|et)\s*{_YEAR}")
_DECADE = re.compile(rf"(?:(debut|milieu|fin) des )?annees {_YEAR}")
_NUMERIC = re.compile(r"(?<!\d)(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?!\d)")
_MONTH_NUMBERS = {fold(name): number for number, name in enumerate(MONTHS)}
_MONTH = re.compile(rf"(?:(\d\d?)(?:er)? )?\b({'|'.join(_MONTH_NUMBERS)}) {_YEAR}")
_PARTS = {"debut": (0, 3), "milieu": (4, 8), "fin": (9, 12), "printemps": (3, 6), "ete": (6, 9), "rentree": (8, 9), "automne": (9, 12)}
"""Part of a year → the months that it covers."""
_PART = re.compile(rf"\b({'|'.join(_PARTS)})(?: de)? {_YEAR}")
_ONE_YEAR = re.compile(_YEAR)
_THIRDS = {"": (0, 10), "debut": (0, 4), "milieu": (4, 7), "fin": (7, 10)}
"""Part of a decade → the years that it covers: its middle has 2015 in its middle."""


class Span(Struct, frozen=True):
    """A period in years: the whole of 1981 is 1981.0 to 1982.0."""

    start: float
    end: float

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


def span_of(label: str) -> Span | None:
    """What a label covers: years, a part of a decade or of a year, a month, a day; otherwise the year that it names first. None without a year."""
    words = " ".join(fold(label).split())
    if found := _NUMERIC.search(words):
        return _month(int(found[1]), int(found[2]) - 1, int(found[3] or 0))
    if (found := _YEARS.search(words)) and found[1] <= found[2]:
        return Span(int(found[1]), int(found[2]) + 1)
    if (found := _DECADE.search(words)) and found[2].endswith("0"):
        first, last = _THIRDS[found[1] or ""]
        return Span(int(found[2]) + first, int(found[2]) + last)
    if found := _MONTH.search(words):
        return _month(int(found[3]), _MONTH_NUMBERS[found[2]], int(found[1] or 0))
    if found := _PART.search(words):
        first, last = _PARTS[found[1]]
        return Span(int(found[2]) + first / 12, int(found[2]) + last / 12)
    found = _ONE_YEAR.search(words)
    return Span(int(found[1]), int(found[1]) + 1) if found else None


def _month(year: int, month: int, day: int) -> Span:
    """`month` from 0; `day` 0 for the whole month."""
    if not 1 <= day <= 31:
        return Span(year + month / 12, year + (month + 1) / 12)
    return Span(year + month / 12 + (day - 1) / 372, year + month / 12 + day / 372)
