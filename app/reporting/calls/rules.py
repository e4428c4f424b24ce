"""Decides whom to call today and why; a recorded call leaves the person in peace for a while. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import IntEnum
from fractions import Fraction

from msgspec import Struct

from app.platform.french import plural
from app.record.progress.rules import Progress

FIRST_CALLS = 5
"""How many the overview and the weekly summary name."""
HESITATES = timedelta(days=7)
"""Without anything done for so long, a quiz that was not passed is a reason to call; so is a due date that has gone."""
WELCOME = timedelta(days=14)
"""How long one may take to begin before somebody calls."""
ALMOST = Fraction(4, 5)
"""From this share on, a person is almost there."""
REST = timedelta(days=14)
"""After a call without a date to call again, how long nobody else calls."""
LATEST = timedelta(days=180)
"""How far ahead one may say to call again."""


class Urgency(IntEnum):
    """Why somebody should call a person, the most urgent first. The database tells it (`calls.queries`)."""

    ASKS = 0
    AGREED = 1
    LATE = 2
    STUMBLES = 3
    ALMOST_THERE = 4
    STOPPED = 5
    NEVER_BEGAN = 6


class LastCall(Struct, frozen=True):
    """When somebody was last called, and what was agreed."""

    at: datetime
    again_on: date | None
    back_on: date


def back_on(called_on: date, again_on: date | None) -> date:
    """The first day when the person may be on the list again."""
    return again_on or called_on + REST


def urgency_on(finished: bool, stands: Urgency | None, asked_at: datetime | None, last: LastCall | None, on: date) -> Urgency | None:
    """Is the person on the list of that day, and why? None: not today.

    `stands`: what their progress alone gives; `asked_at`: when they asked for one more attempt, and still wait. What somebody asks after a call is
    new; all else rests until the day that was agreed, or for a fortnight.
    """
    if finished:
        return None
    if asked_at is not None and (last is None or asked_at > last.at):
        return Urgency.ASKS
    if last is not None and last.back_on > on:
        return None
    if last is not None and last.again_on is not None:
        return Urgency.AGREED
    return Urgency.ASKS if asked_at is not None else stands


def call_reason(urgency: Urgency, progress: Progress, days: int, failing: str, late: int = 0) -> str:
    """Says why to call. `days`: since their last act, or since the account opened; `failing`: title of a quiz not passed;
    `late`: days since the due date.
    """
    left = progress.required - progress.done
    return {
        Urgency.ASKS: "demande une tentative de plus et attend la réponse",
        Urgency.AGREED: f"à rappeler, comme convenu : {plural(left, 'élément')} à faire, rien depuis {plural(days, 'jour')}",
        Urgency.LATE: f"en retard de {plural(late, 'jour')} : {plural(left, 'élément')} à faire, rien depuis {plural(days, 'jour')}",
        Urgency.STUMBLES: f"bute sur « {failing} », sans rien faire depuis {plural(days, 'jour')}",
        Urgency.ALMOST_THERE: f"presque au bout : {plural(left, 'élément')} à faire, rien depuis {plural(days, 'jour')}",
        Urgency.STOPPED: f"à l’arrêt depuis {plural(days, 'jour')}",
        Urgency.NEVER_BEGAN: f"n’a pas commencé, compte ouvert depuis {plural(days, 'jour')}",
    }[urgency]
