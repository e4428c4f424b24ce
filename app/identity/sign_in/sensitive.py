"""What a second factor opens: for whoever must have one, everything; for whoever has one, what is sensitive, not long after it was shown. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.identity.queries import SignedIn
from app.identity.rules import needs_factor
from app.platform.web.endpoints import Endpoint

FRESH = timedelta(minutes=15)
"""How long one showing of the factor holds for what is sensitive."""


def stale(person: SignedIn, said: Endpoint, now: datetime) -> bool:
    """The factor was shown too long ago for this. Whoever has none is not asked for it."""
    return said.fresh_factor and person.proved_at is not None and now - person.proved_at > FRESH


def must_set_up(person: SignedIn, today: date, since: date | None) -> bool:
    """Must this person set up a second factor: their role requires one, and this session has shown none?"""
    return person.proved_at is None and needs_factor(person.roles, today, since)


def shut(person: SignedIn, said: Endpoint, today: date, since: date | None) -> bool:
    """Is the page closed until a factor is set up, even if the rule began to apply while the session was open?"""
    return not said.before_factor and must_set_up(person, today, since)
