"""Where a person stands in words, what a report may tell of a small group, whom to call first. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from math import floor

from app.french import plural
from app.learning.progress.rules import Progress

STUCK_AFTER = timedelta(days=21)
"""Without anything done for longer, a person who has begun is at a standstill."""
WELCOME = timedelta(days=14)
"""How long one may take to begin before somebody calls."""
SMALL = 5
"""Below this many people a report gives no average."""


class PathSituation(StrEnum):
    """Where a person is on their path. The words of the address (`?etat=`) are the values."""

    NOT_STARTED = "a-commencer"
    STARTED = "en-cours"
    STUCK = "a-l-arret"
    FINISHED = "termine"


SITUATION_WORDS = {
    PathSituation.NOT_STARTED: "pas commencé",
    PathSituation.STARTED: "en cours",
    PathSituation.STUCK: "à l’arrêt",
    PathSituation.FINISHED: "terminé",
}


def percentage(progress: Progress) -> Decimal:
    """The share done in percent, to one decimal, rounded down: 100 means everything."""
    return Decimal(progress.done * 1000 // progress.required if progress.required else 1000) / 10


def mean_percentage(people: Mapping[Progress, int]) -> Decimal | None:
    """The mean of the shares, rounded down to one decimal; None below five people, since it would name somebody. `people`: how many are there."""
    total = sum(people.values())
    return Decimal(floor(sum(progress.fraction * count for progress, count in people.items()) / total * 1000)) / 10 if total >= SMALL else None


def hidden_groups(sizes: Mapping[str, int]) -> frozenset[str]:
    """Which groups of one population must not show their average: the small ones, and as many others as keep them from being worked out.

    Who knows the whole and all groups but one finds that one by subtraction. So whatever is hidden covers, together, five people or more,
    in two groups at least; where there is no second group, nothing is hidden beyond it, and a population below five is never shown as a whole.
    """
    hidden = {name for name, size in sizes.items() if 0 < size < SMALL}
    others = sorted((size, name) for name, size in sizes.items() if size >= SMALL)
    while hidden and others and (len(hidden) < 2 or sum(sizes[name] for name in hidden) < SMALL):
        hidden.add(others.pop(0)[1])
    return frozenset(hidden)


# --- Weeks -----------------------------------------------------------------------------------------------------------


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# --- Whom to call ----------------------------------------------------------------------------------------------------

MOST_CALLS = 5
HESITATES = timedelta(days=7)
"""Without anything done for so long, a quiz that was not passed is a reason to call."""
ALMOST = Fraction(4, 5)
"""From this share on, a person is almost there."""


class Urgency(IntEnum):
    """Why somebody should call a person, the most urgent first. The database tells it (`overview.calls`)."""

    ASKS = 0
    STUMBLES = 1
    ALMOST_THERE = 2
    STOPPED = 3
    NEVER_BEGAN = 4


def call_reason(urgency: Urgency, progress: Progress, days: int, failing: str) -> str:
    """In words. `days`: since the last thing done, or since the account was opened; `failing`: title of a quiz that was tried and not passed."""
    left = progress.required - progress.done
    return {
        Urgency.ASKS: "demande une tentative de plus et attend la réponse",
        Urgency.STUMBLES: f"bute sur « {failing} », sans rien faire depuis {plural(days, 'jour')}",
        Urgency.ALMOST_THERE: f"presque au bout : {plural(left, 'élément')} à faire, rien depuis {plural(days, 'jour')}",
        Urgency.STOPPED: f"à l’arrêt depuis {plural(days, 'jour')}",
        Urgency.NEVER_BEGAN: f"n’a pas commencé, compte ouvert depuis {plural(days, 'jour')}",
    }[urgency]
