"""What is kept of a link from one check to the next. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec import Struct

WEEK, DAY = timedelta(days=7), timedelta(hours=20)
"""How long until a link is asked again: one that leads somewhere, or that a program may not ask; one that fails."""
CONFIRMED = 2
"""Different days on which a link must fail before it is called dead: a site may be down for an hour."""
SAID = 300


class LinkCheck(Struct, frozen=True):
    """One check: does the link fail, or at least not lead where it says?"""

    fails: bool
    well: bool


class LinkHistory(Struct, frozen=True):
    since: date | None
    """Since when it does not lead there; None: it does."""
    failed_days: int
    failed_on: date | None
    next_at: datetime


def after(known: LinkHistory | None, found: LinkCheck, now: datetime, today: date) -> LinkHistory:
    """`known`: what was kept before this check."""
    if found.well:
        return LinkHistory(None, 0, None, now + WEEK)
    since, days, last = (known.since or today, known.failed_days, known.failed_on) if known else (today, 0, None)
    if not found.fails:
        return LinkHistory(since, 0, None, now + WEEK)
    return LinkHistory(since, days if last == today else days + 1, today, now + DAY)


def is_dead(failed_days: int) -> bool:
    return failed_days >= CONFIRMED
