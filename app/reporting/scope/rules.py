"""Where a person stands in words, what a report may tell of a small group, whom to call first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
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


class Situation(StrEnum):
    """Where a person is on their path. The words of the address (`?etat=`) are the values."""

    NOT_STARTED = "a-commencer"
    STARTED = "en-cours"
    STUCK = "a-l-arret"
    FINISHED = "termine"


SITUATION_WORDS = {
    Situation.NOT_STARTED: "pas commencé",
    Situation.STARTED: "en cours",
    Situation.STUCK: "à l’arrêt",
    Situation.FINISHED: "terminé",
}


def situation(progress: Progress, last_at: datetime | None, now: datetime) -> Situation:
    """Finished when something was asked and all of it is done; a waiver counts, whether or not the person ever came."""
    if progress.required and progress.complete:
        return Situation.FINISHED
    if last_at is None:
        return Situation.NOT_STARTED
    return Situation.STUCK if now - last_at > STUCK_AFTER else Situation.STARTED


def percentage(progress: Progress) -> Decimal:
    """The share done in percent, to one decimal, rounded down: 100 means everything."""
    return Decimal(floor(progress.fraction * 1000)) / 10


def mean_percentage(people: Mapping[Progress, int]) -> Decimal | None:
    """The mean of the shares, rounded down to one decimal; None below five people, since it would name somebody. `people`: how many are there."""
    total = sum(people.values())
    return Decimal(floor(sum(progress.fraction * count for progress, count in people.items()) / total * 1000)) / 10 if total >= SMALL else None


def hidden_groups(sizes: Mapping[str, int]) -> frozenset[str]:
    """Which groups of one population must not show their average: the small ones, and as many others as keep them from being worked out.

    Who knows the whole and all groups but one finds that one by subtraction. So whatever is hidden covers, together, five people or more,
    in two groups at least; where there is no second group, nothing is hidden beyond it and the whole must not be shown (`whole_is_safe`).
    """
    hidden = {name for name, size in sizes.items() if 0 < size < SMALL}
    others = sorted((size, name) for name, size in sizes.items() if size >= SMALL)
    while hidden and others and (len(hidden) < 2 or sum(sizes[name] for name in hidden) < SMALL):
        hidden.add(others.pop(0)[1])
    return frozenset(hidden)


def whole_is_safe(sizes: Mapping[str, int]) -> bool:
    """May the average over all groups be shown beside those of the groups that are not hidden?"""
    return sum(sizes.values()) >= SMALL


# --- Weeks -----------------------------------------------------------------------------------------------------------


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# --- Whom to call ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a person when one wonders whether to call them."""

    person_id: int
    situation: Situation
    progress: Progress
    since: datetime
    """When the account was opened."""
    last_at: datetime | None
    asks: bool
    """A request for one more attempt waits for an answer."""
    failing: str | None
    """Title of a quiz that was tried and not passed, if any."""


@dataclass(frozen=True, slots=True)
class Call:
    person_id: int
    reason: str


MOST_CALLS = 5
HESITATES = 7
"""Days without anything done after which a quiz that was not passed is a reason to call."""
ALMOST = Fraction(4, 5)
"""From this share on, a person is almost there."""


def to_call(candidates: Iterable[Candidate], now: datetime) -> tuple[Call, ...]:
    """Five people at most, the most urgent first: who asks, who stumbles, who is almost there and stopped, who stopped, who never began."""
    urgent = sorted((rank, _waiting(one), one.person_id, reason) for one in candidates for rank, reason in _reasons(one, now)[:1])
    return tuple(Call(person_id, reason) for _rank, _since, person_id, reason in urgent[:MOST_CALLS])


def _waiting(one: Candidate) -> datetime:
    return one.last_at or one.since


def _reasons(one: Candidate, now: datetime) -> list[tuple[int, str]]:
    """(urgency, sentence), the most urgent first. Nothing for whoever has finished."""
    if one.situation == Situation.FINISHED:
        return []
    days = (now - _waiting(one)).days
    left = one.progress.required - one.progress.done
    stuck = one.situation == Situation.STUCK
    known = (
        (one.asks, "demande une tentative de plus et attend la réponse"),
        (one.failing is not None and days >= HESITATES, f"bute sur « {one.failing} », sans rien faire depuis {plural(days, 'jour')}"),
        (
            stuck and one.progress.fraction >= ALMOST,
            f"presque au bout\u202f: {plural(left, 'élément')} à faire, rien depuis {plural(days, 'jour')}",
        ),
        (stuck, f"à l’arrêt depuis {plural(days, 'jour')}"),
        (one.situation == Situation.NOT_STARTED and now - one.since > WELCOME, f"n’a pas commencé, compte ouvert depuis {plural(days, 'jour')}"),
    )
    return [(rank, sentence) for rank, (true, sentence) in enumerate(known) if true]
