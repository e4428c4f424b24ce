"""Keeps, between password and second factor, whose password was right, in a cookie for a few minutes. It gives no access."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from flask import session
from sqlalchemy.orm import Session

from app.identity.models import Person

FIELD, LASTS = "moitie", timedelta(minutes=10)


def begin(person: Person, now: datetime, keep: Collection[str] = ()) -> None:
    """Starts the second step of sign-in after a right password. Of the visitor's session, only `keep` is preserved."""
    kept = {name: session[name] for name in keep if name in session}
    session.clear()
    session.update(kept)
    session[FIELD] = [person.id, _mark(person), int((now + LASTS).timestamp())]


def is_half_signed_in() -> bool:
    return FIELD in session


def holder(database: Session, now: datetime) -> Person | None:
    """Returns who gave a right password; None if it changed since, the account was closed, or it was too long ago."""
    try:
        number, mark, expires = session[FIELD]
    except (KeyError, TypeError, ValueError):
        return None
    person = database.get(Person, number) if now < datetime.fromtimestamp(expires, UTC) else None
    return person if person and person.active and mark == _mark(person) else None


def _mark(person: Person) -> str:
    """Another one once sessions are closed, a password is set or a factor changes."""
    return hashlib.sha256(f"half {person.fs_uniquifier}".encode()).hexdigest()[:16]
