"""Refused tries as rows of the database: counted once for all processes and hosts, behind the interface of `limits`. Where they cannot be read, nobody
signs in: the error is the request's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.identity.models import RefusedTry
from app.platform import clock
from app.platform.db import db, one_at_a_time, writing

BASE = "base://"
"""In the settings."""
APART = timedelta(minutes=1)
"""Clocks of hosts differ by less."""


class DatabaseStorage(Storage, MovingWindowSupport):
    """Time is the application's, so that what it counts and what it says agree. A key says its limit too: all its rows last as long."""

    STORAGE_SCHEME = None  # by its class, not by an address

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    # --- Windows that move, which this site counts with ---

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """One more, if there is room: two at once never both take the last place."""
        now = clock.now()
        with _counting(key, now) as session:
            room = _count(session, key, now) + amount <= limit
            if room:
                _add(session, key, now, now + timedelta(seconds=expiry), amount)
        return room

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        now = clock.now()
        with _reading() as session:
            first, count = session.execute(select(func.min(RefusedTry.at), func.count()).where(*_live(key, now))).one()
        return (first or now).timestamp(), min(count, limit)

    # --- Windows that do not: all of a key end with the first ---

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = clock.now()
        with _counting(key, now) as session:
            _add(session, key, now, _end(session, key, now) or now + timedelta(seconds=expiry), amount)
            return _count(session, key, now)

    def get(self, key: str) -> int:
        with _reading() as session:
            return _count(session, key, clock.now())

    def get_expiry(self, key: str) -> float:
        now = clock.now()
        with _reading() as session:
            return (_end(session, key, now) or now).timestamp()

    # --- Of both ---

    def clear(self, key: str) -> None:
        with writing() as session:
            session.execute(delete(RefusedTry).where(RefusedTry.key == key))

    def reset(self) -> None:
        with writing() as session:
            session.execute(delete(RefusedTry))

    def check(self) -> bool:
        with _reading() as session:
            return session.scalar(select(func.count()).select_from(RefusedTry)) is not None


def _reading() -> Session:
    """Of its own: this request began to read before others were counted."""
    return db.sessionmaker()


@contextmanager
def _counting(key: str, now: datetime) -> Iterator[Session]:
    """One at a time for a key; what is over is forgotten on the way."""
    with writing() as session:
        one_at_a_time(session, key)
        session.execute(delete(RefusedTry).where(RefusedTry.expires_at < now))
        yield session


def _add(session: Session, key: str, now: datetime, end: datetime, amount: int) -> None:
    session.add_all(RefusedTry(key=key, at=now, expires_at=end) for _ in range(amount))
    session.flush()


def _live(key: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What was written in what is now the future is not counted: somebody set the clock back, and it would lock people out for as long."""
    return RefusedTry.key == key, RefusedTry.expires_at > now, RefusedTry.at < now + APART


def _count(session: Session, key: str, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(RefusedTry).where(*_live(key, now))) or 0


def _end(session: Session, key: str, now: datetime) -> datetime | None:
    return session.scalar(select(func.max(RefusedTry.expires_at)).where(*_live(key, now)))
