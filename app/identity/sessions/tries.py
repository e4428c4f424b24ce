"""Refused tries as rows of the database: counted once for all processes and hosts, behind the interface of `limits`. Where they cannot be read, nobody
signs in: the error is the request's own."""

from __future__ import annotations

from datetime import datetime, timedelta

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import clock
from app.db import db, writing
from app.identity.models import RefusedTry

BASE = "base://"
"""In the settings."""


class DatabaseStorage(Storage, MovingWindowSupport):
    """Time is the application's, so that what it counts and what it says agree."""

    STORAGE_SCHEME = None  # by its class, not by an address

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """One more, if there is room: two at once never both take the last place."""
        now = clock.now()
        with writing() as session:
            _alone(session, key)
            session.execute(delete(RefusedTry).where(RefusedTry.expires_at < now))
            if _count(session, key, now - timedelta(seconds=expiry)) + amount > limit:
                return False
            session.add_all(RefusedTry(key=key, at=now, expires_at=now + timedelta(seconds=expiry)) for _ in range(amount))
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        now = clock.now()
        with db.sessionmaker() as session:  # of its own: this request began to read before others were counted
            since = now - timedelta(seconds=expiry)
            first, count = session.execute(select(func.min(RefusedTry.at), func.count()).where(RefusedTry.key == key, RefusedTry.at > since)).one()
        return (first or now).timestamp(), min(count, limit)

    def clear(self, key: str) -> None:
        with writing() as session:
            session.execute(delete(RefusedTry).where(RefusedTry.key == key))

    def reset(self) -> None:
        with writing() as session:
            session.execute(delete(RefusedTry))

    def check(self) -> bool:
        with db.sessionmaker() as session:
            return session.scalar(select(func.count()).select_from(RefusedTry)) is not None

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Of the other strategies, which this site does not use."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError


def _alone(session: Session, key: str) -> None:
    """SQLite's writer is alone already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def _count(session: Session, key: str, since: datetime) -> int:
    return session.scalar(select(func.count()).select_from(RefusedTry).where(RefusedTry.key == key, RefusedTry.at > since)) or 0
