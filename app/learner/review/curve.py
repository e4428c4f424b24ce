"""What a person keeps in mind, week after week, as their reviews tell. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from app.learner.review.rules import WEEK, Memory, retrievability
from app.platform.french import day_of


class Point(Struct, frozen=True):
    on: date
    kept: int
    """Questions that the person would answer right on that day, about."""
    known: int
    """Questions answered at least once by then."""


WEEKS_BACK, WEEKS_AHEAD = 12, 4


def curve(histories: Iterable[Sequence[Memory]], now: datetime) -> tuple[Point, ...]:
    """A point a week: what was kept, then what will be if nothing is reviewed. `histories`: each question's memory after each answer, in order."""
    cards = [history for history in histories if history]
    if not cards:
        return ()
    first = min(history[0].last_review for history in cards)
    moments = [now + week * WEEK for week in range(-WEEKS_BACK, WEEKS_AHEAD + 1)]
    return tuple(_point(cards, moment) for moment in moments if moment >= first)


def _point(cards: Iterable[Sequence[Memory]], moment: datetime) -> Point:
    then = [found for history in cards if (found := next((memory for memory in reversed(history) if memory.last_review <= moment), None))]
    return Point(day_of(moment), round(sum(retrievability(memory, moment) for memory in then)), len(then))
