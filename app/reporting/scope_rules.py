"""Where a person stands in words, and what a report may say of a small group. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

from app.record.progress.rules import Progress
from app.reporting import words

STUCK_AFTER = timedelta(days=21)
"""Without anything done for longer, a person who has begun is at a standstill."""
MOST_CHOSEN = 500
"""People that an address names one by one, and for whom one act is done at once."""
SMALL = 5
"""Below this many people a report gives no average."""


class PathSituation(StrEnum):
    """Where a person is on their path. The words of the address (`?etat=`) are the values."""

    NOT_STARTED = "a-commencer"
    STARTED = "en-cours"
    STUCK = "a-l-arret"
    FINISHED = "termine"


SITUATION_WORDS = {
    PathSituation.NOT_STARTED: words.NOT_STARTED.word,
    PathSituation.STARTED: words.STARTED.word,
    PathSituation.STUCK: words.STUCK.word,
    PathSituation.FINISHED: words.FINISHED.word,
}


def situation_of(progress: Progress, last_at: datetime | None, now: datetime) -> PathSituation:
    """`selection.situations_at` of one person, whose last act was at `last_at`."""
    if progress.finished:
        return PathSituation.FINISHED
    if last_at is None:
        return PathSituation.NOT_STARTED
    return PathSituation.STUCK if last_at < now - STUCK_AFTER else PathSituation.STARTED


class Movement(StrEnum):
    """What somebody did within a period. The words of the address (`?fait=`) are the values."""

    STARTED = "commence"
    FINISHED = "termine"


MOVEMENT_WORDS = {Movement.STARTED: "a commencé", Movement.FINISHED: "a terminé"}


class ModuleState(StrEnum):
    """Where a person is in one module. The words of the address (`?dans=`) are the values."""

    NOT_STARTED = "a-commencer"
    STARTED = "en-cours"
    LEFT = "a-finir"
    DONE = "termine"


MODULE_WORDS = {
    ModuleState.LEFT: "pas terminé",
    ModuleState.NOT_STARTED: "pas commencé",
    ModuleState.STARTED: "commencé, pas terminé",
    ModuleState.DONE: "terminé",
}


def module_state(progress: Progress) -> ModuleState | None:
    """Commencé: something in it is done. None where nothing is asked. `LEFT` is the first two together, for filters alone."""
    if not progress.required:
        return None
    if progress.complete:
        return ModuleState.DONE
    return ModuleState.STARTED if progress.done else ModuleState.NOT_STARTED


def percentage(progress: Progress) -> Decimal:
    """The share done in percent, to one decimal, rounded down: 100 means everything."""
    return Decimal(progress.done * 1000 // progress.required if progress.required else 1000) / 10


def mean_percentage(people: Mapping[Progress, int]) -> Decimal | None:
    """The mean of the shares, rounded down to one decimal; None below five people: it would tell of somebody, not of a group. `people`: how many are there."""
    total, done = sum(people.values()), Counter[int]()
    for progress, count in people.items():
        done[progress.required or 1] += (progress.done if progress.required else 1) * count
    if total < SMALL:
        return None
    return Decimal(floor(sum(Fraction(parts, whole) for whole, parts in done.items()) / total * 1000)) / 10


def hidden_groups(sizes: Mapping[str, int]) -> frozenset[str]:
    """Which groups of one population must not show their average: the small ones, and as many others as keep them from being worked out.

    Who knows the whole and all groups but one finds that one by subtraction. So whatever is hidden covers, together, five people or more,
    in two groups at least; where there is no second group, nothing is hidden beyond it, and a population below five is never shown as a whole.
    """
    hidden = {name for name, size in sizes.items() if 0 < size < SMALL}
    others = sorted((size, name) for name, size in sizes.items() if size >= SMALL)
    while hidden and others and sum(sizes[name] for name in hidden) < SMALL:  # one group alone is below
        hidden.add(others.pop(0)[1])
    return frozenset(hidden)


# --- Weeks ---


MOST_WEEKS = 53
"""A drawing holds no more: of a longer period, the last ones."""


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def mondays_of(since: date, until: date) -> tuple[date, ...]:
    """Returns the Mondays of the weeks from one day to another, both included."""
    first, last = max(monday(since), monday(until) - timedelta(weeks=MOST_WEEKS - 1)), monday(until)
    return tuple(first + timedelta(weeks=ahead) for ahead in range((last - first).days // 7 + 1))
