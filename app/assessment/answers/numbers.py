"""A number as a learner types it: `1 362`, `12,5 %`, `−3`, `2 014`, with or without its unit. Exact decimals. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.assessment.answers.compare import MatchRule, Verdict
from app.assessment.answers.normalise import cleaned, folded
from app.content.values.quiz import Interval, Number

_QUANTITY = re.compile(r"([+-]?) ?([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,]([0-9]+))?(?![0-9]|[.,][0-9]) ?(.*?)[ .,;:!?]*")
_SYNONYMS = {
    "pour cent": "%",
    "pourcent": "%",
    "pour 100": "%",
    "euro": "€",
    "eur": "€",
    "million d euro": "m€",
    "million euro": "m€",
    "milliard d euro": "md€",
    "milliard euro": "md€",
}


def read_quantity(text: str) -> tuple[Decimal, str] | None:
    """(value, unit as typed) of a text that is one number; None of any other text. Comma or point, any space between thousands."""
    found = _QUANTITY.fullmatch(cleaned(text).replace("−", "-").replace("–", "-"))
    if found is None:
        return None
    sign, whole, decimals, unit = found.groups()
    return Decimal(f"{sign}{whole.replace(' ', '')}.{decimals or 0}"), unit


def same_unit(typed: str, expected: str) -> bool:
    """Whether two units are one: case, accents, plural and the usual names of `%` and `€` do not count."""
    return _unit(typed) == _unit(expected)


def _unit(text: str) -> str:
    words = [word[:-1] if len(word) > 2 and word[-1] in "sx" else word for word in folded(text).split()]
    unit = " ".join(words)
    return _SYNONYMS.get(unit, unit.replace(" ", ""))


def match_number(typed: str, answer: Number) -> Verdict | None:
    """The accepted number or range that a typed one falls in, bounds included. A unit may be left out unless required; another unit is refused."""
    read = read_quantity(typed)
    if read is None:
        return None
    value, unit = read
    if not (same_unit(unit, answer.unit) if unit else not answer.unit_required):
        return None
    met = _first_met(value, answer.accepted)
    return Verdict(MatchRule.NUMBER, met.shown) if met else None


def _first_met(value: Decimal, accepted: Sequence[Interval]) -> Interval | None:
    return next((interval for interval in accepted if interval.low <= value <= interval.high), None)
