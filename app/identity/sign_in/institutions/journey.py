"""What the visitor's cookie holds between this site and an institution: what was asked of it, then who answered and waits for a proof."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flask import session
from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy.orm import Session

from app.identity.sessions import spent
from app.identity.sign_in.institutions.client import Request
from app.identity.sign_in.institutions.rules import Identity

ASKED, WAITING = "institutions", "identite"
LASTS = timedelta(minutes=10)
MOST = 3
"""Tabs in which one may be on the way at once."""


class PendingSignIn(Struct, frozen=True):
    provider: str
    request: Request
    target: str
    """The page to open at the end."""
    person_id: int | None
    """Who, signed in, asked to link this identity to their account."""


def set_out(asked: PendingSignIn, now: datetime) -> None:
    kept = [row for row in session.get(ASKED, []) if row[-1] > now.timestamp()][-(MOST - 1) :]
    request = asked.request
    row = [asked.provider, request.state, request.nonce, request.verifier, asked.target, asked.person_id, int((now + LASTS).timestamp())]
    session[ASKED] = [*kept, row]


def come_back(database: Session, provider: str, state: str, now: datetime) -> PendingSignIn | None:
    """What this browser asked, once: another browser's answer, or one that was brought already, is nobody's."""
    rows = session.get(ASKED, [])
    found = next((row for row in rows if row[0] == provider and row[1] == state), None)
    if found is None:
        return None
    session[ASKED] = [row for row in rows if row is not found]
    *_, target, person_id, expires = found
    until = datetime.fromtimestamp(expires, UTC)
    if now >= until or not spent.once(database, f"state {state}", now, until):
        return None
    return PendingSignIn(provider, Request(*found[1:4]), target, person_id)


def wait(who: Identity, now: datetime) -> None:
    """The identity waits until its account is proved to be the visitor's."""
    session[WAITING] = [asdict(who), int((now + LASTS).timestamp())]


def waiting(now: datetime) -> Identity | None:
    try:
        told, expires = session[WAITING]
    except (KeyError, TypeError, ValueError):
        return None
    return _identity(told) if now.timestamp() < expires else None


def forget_pending() -> None:
    session.pop(WAITING, None)


def _identity(told: Mapping[str, object]) -> Identity:
    roles = told["roles"]
    return Identity(**{**told, "roles": tuple(roles) if isinstance(roles, list) else ()})  # type: ignore[arg-type]
