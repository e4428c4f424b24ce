"""What works once: a challenge, an answer of another site. The first to bring it has it; what is over is forgotten on the way."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.identity.models import Spent
from app.platform.db import insert_once


def once(session: Session, what: str, now: datetime, expires_at: datetime) -> bool:
    """True the first time. Nobody brings it again before `expires_at`, and after that it is refused for its age."""
    session.execute(delete(Spent).where(Spent.expires_at < now))
    return insert_once(session, Spent, {"digest": hashlib.sha256(what.encode()).hexdigest(), "expires_at": expires_at})
