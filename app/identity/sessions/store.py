"""Open sessions: one row each. The cookie holds a random mark, the row its digest; without the row no copy of the cookie opens anything.

See docs/decisions/0010-sessions.md.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from app.identity.models import SignIn
from app.identity.rules import SESSION_DAYS

LIFETIME = timedelta(days=SESSION_DAYS)
MOST = 30
"""Sessions that one person may have open; one more ends the oldest."""


def opened_by(mark: str, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions on the row of the session whose cookie holds this mark."""
    return (SignIn.id == _digest(mark), SignIn.created_at > now - LIFETIME)


def begin(session: Session, person_id: int, now: datetime) -> str:
    """Open a session, and give the mark for its cookie. Flushes."""
    kept = select(SignIn.id).where(SignIn.person_id == person_id).order_by(SignIn.created_at.desc(), SignIn.id).limit(MOST - 1)
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id.not_in(kept)))
    mark = secrets.token_urlsafe(32)
    session.add(SignIn(id=_digest(mark), person_id=person_id, created_at=now))
    session.flush()
    return mark


def end(session: Session, key: str) -> None:
    """End one session. Ending it twice changes nothing."""
    session.execute(delete(SignIn).where(SignIn.id == key))


def end_all(session: Session, person_id: int) -> None:
    """End all of a person's sessions."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id))


def _digest(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()
