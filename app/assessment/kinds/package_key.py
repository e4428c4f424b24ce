"""The key of a question as the script of a package reads it: what each answer is worth stands in tables, so that the script only looks up. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Any

from msgspec import Struct

from app.assessment.answers.compare import MatchRule, rules
from app.assessment.answers.doubts import ASKED
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.numbers import AskedNumber, words_of
from app.content.values.quiz import Interval

OTHER_MOST = 20
"""Characters that may be typed in a package beyond the longest accepted writing, where that is long itself."""
TYPED_MOST, NUMBER_MOST = 80, 40
"""Characters of one typed answer, which the LMS must keep."""
BETWEEN_TYPED = "‖"
"""Parts a typed answer from the next, where they are kept."""


class Marking(StrEnum):
    """How the script counts what is right; what the count is worth is in `PackageKey.credits`."""

    TICKS = "ticks"
    """Of `values`, those that are ticked: `credits` by how many are right, then how many are wrong."""
    PARTS = "parts"
    """Each part by itself: `credits` by how many are right."""
    ORDER = "order"
    """The rank of each part: `credits` by how many follow the one that comes before them."""


class Words(Struct, frozen=True):
    """Writings to compare words with. `rules`: (rank, ways) of each rule of `compare`; a way is its reading and its forms → the writings that have it."""

    rules: tuple[tuple[int, tuple[tuple[str, dict[str, tuple[int, ...]]], ...]], ...]
    crossing: tuple[tuple[tuple[int, str], ...], ...]
    """Of each writing, the confusable pairs that it names: the place of the pair, and the side of it."""
    asked: tuple[tuple[str, str, dict[str, tuple[int, ...]]], ...] = ()
    """What is asked again near a form, of `doubts`: the name of the reading, the doubt, the forms → the writings that have them."""


class Part(Struct, frozen=True, omit_defaults=True):
    """One field. `right`: its value, or what is told of it where it is typed."""

    right: str
    values: tuple[str, ...] = ()
    """All that may be chosen, where it is not typed and the question does not say it."""
    accepted: Words | None = None
    mistakes: Words | None = None
    number: dict[str, Any] | None = None
    strict: bool = False


class PackageKey(Struct, frozen=True, omit_defaults=True):
    marking: Marking
    credits: Sequence[object]
    """Shares of the points, from 0 to 1."""
    interaction: str
    """Its type as SCORM and xAPI call it."""
    kept: int
    """The characters that an LMS must keep of its answer, at most."""
    values: tuple[str, ...] = ()
    """All that may be chosen in each field, in the order of the page: an answer is kept by its places."""
    ticked: tuple[str, ...] = ()
    """Those that are right."""
    parts: tuple[Part, ...] = ()
    between: str = ""
    """Stands between what is kept of its parts."""
    whole: bool = False
    """Nothing is marked before each part is answered."""
    unmarked: bool = False
    statement: str = ""
    """What the question itself says is no answer to it."""


def share(right: int, parts: int) -> Fraction:
    """What so many right parts are worth."""
    return Fraction(right, parts)


def shares(parts: int) -> tuple[float, ...]:
    """`share` of each number of right parts."""
    return tuple(float(share(right, parts)) for right in range(parts + 1))


def words_key(writings: Sequence[str], lexicon: Lexicon, strict: bool = False) -> Words:
    ranks = list(MatchRule)
    found = []
    for rule, ways in rules(strict):
        tables = [(way.name, table) for way in ways if (table := _places([way.forms(writing, lexicon) for writing in writings]))]
        found.append((ranks.index(rule), tuple(tables)))
    crossing = ([(place, pair.sides(writing)) for place, pair in enumerate(lexicon.pairs)] for writing in writings)
    named = tuple(tuple((place, "".join(map(str, sorted(sides)))) for place, sides in each if sides) for each in crossing)
    asked = ((way.name, way.doubt.value, _places([way.forms(writing, lexicon) for writing in writings])) for way in ASKED)
    return Words(tuple(found), named, () if strict else tuple(asked))


def _places(forms: Sequence[frozenset[str]]) -> dict[str, tuple[int, ...]]:
    """Each form → the writings that have it."""
    return {form: tuple(place for place, those in enumerate(forms) if form in those) for form in sorted(frozenset().union(*forms))}


def number_key(accepted: Sequence[Interval], asked: AskedNumber, unit: str, required: bool) -> dict[str, Any]:
    return {
        "accepted": [[f"{interval.low:f}", f"{interval.high:f}"] for interval in accepted],
        "asked": {
            "words": sorted(asked.words),
            "nouns": sorted(asked.nouns),
            "leads": sorted(" ".join(lead) for lead in asked.leads),
            "scales": sorted(asked.scales),
            "year": asked.year,
            "whole": asked.is_whole,
        },
        "unit": sorted({word for _, word in words_of(unit)}),
        "required": required,
    }
