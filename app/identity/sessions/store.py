"""Open sessions: one row each. The cookie holds a random mark, the row its digest; without the row no copy of the cookie opens anything.

See docs/decisions/0010-sessions.md.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Request
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from app.identity.models import SignIn
from app.identity.rules import SESSION_DAYS
from app.identity.sessions import devices

LIFETIME = timedelta(days=SESSION_DAYS)
MOST = 30
"""Sessions that one person may have open; one more ends the oldest."""
COARSE = timedelta(hours=1)
"""How often the use of a session is written down: a page that is read is not a row that is written."""


OPENED = (SignIn.__table__.c.id == bindparam("session_key"), SignIn.__table__.c.created_at > bindparam("not_before"))
"""The conditions on the row of a session that opens pages, for a statement that is written once."""


def opened_by(mark: str, now: datetime) -> dict[str, Any]:
    """Returns the query values for the session whose cookie holds this mark."""
    return {"session_key": _digest(mark), "not_before": now - LIFETIME}


def begin(session: Session, person_id: int, now: datetime, **said: Any) -> str:
    """Open a session, and give the mark for its cookie. `said`: other columns of `SignIn`. Flushes."""
    kept = select(SignIn.id).where(SignIn.person_id == person_id).order_by(SignIn.created_at.desc(), SignIn.id).limit(MOST - 1)
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id.not_in(kept)))
    mark = secrets.token_urlsafe(32)
    session.add(SignIn(id=_digest(mark), person_id=person_id, created_at=now, used_at=now, **said))
    session.flush()
    return mark


def describe_browser(request: Request) -> dict[str, str]:
    """What a session's owner will read of the browser that opens it."""
    return {"device": devices.device(request.user_agent.string), "place": devices.place(request.remote_addr or "")}


def open_sessions(session: Session, person_id: int, now: datetime) -> Sequence[SignIn]:
    """A person's, the latest used first."""
    mine = (SignIn.person_id == person_id, SignIn.created_at > now - LIFETIME)
    return session.scalars(select(SignIn).where(*mine).order_by(SignIn.used_at.desc(), SignIn.id)).all()


def used(session: Session, key: str, now: datetime) -> None:
    """Records that the session has just opened a page."""
    session.execute(update(SignIn).where(SignIn.id == key).values(used_at=now))


def proved(session: Session, key: str, now: datetime) -> None:
    """Records that the session has just shown a second factor."""
    session.execute(update(SignIn).where(SignIn.id == key).values(proved_at=now))


def end(session: Session, key: str) -> int | None:
    """End one session. Ending it twice changes nothing. By which identity of an institution it was opened, if by one."""
    link_id: int | None = session.scalar(delete(SignIn).where(SignIn.id == key).returning(SignIn.link_id))
    return link_id


def end_own(session: Session, key: str, person_id: int) -> None:
    """Ends a session if it is this person's."""
    session.execute(delete(SignIn).where(SignIn.id == key, SignIn.person_id == person_id))


def end_all(session: Session, person_id: int) -> None:
    """End all of a person's sessions."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id))


def _digest(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()
