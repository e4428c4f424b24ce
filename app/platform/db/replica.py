"""A PostgreSQL streaming replica that reports are read from, where `CROISEE_REPLICA` names one: does it serve, how far behind is it, what a page says of it.

A report reads there in a READ ONLY transaction (`enter`), unless whoever asks has just written, or the replica is down or LATE: it then reads the
primary, as all else does. What is written goes by sessions of its own (`app.platform.db.writing`), or by a POST, which never comes here.

Templates say how old the data are by `computed` of `templates/macros/reporting/sections.html`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from time import monotonic, sleep
from typing import cast

from flask import Flask, g, has_request_context, request
from flask import session as cookie
from msgspec import Struct
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from app.platform import log
from app.platform.db import db
from app.platform.hooks import Slot

NAME = "replica"
"""Of its engine, beside `default`."""
LATE = timedelta(seconds=30)
"""Older data are not shown: the primary is read."""
AGAIN = 10.0
"""Seconds for which a process does not ask a replica that did not answer. By a clock that nobody sets."""
MOMENT = 0.05
"""Seconds after which one that seems late is looked at again: a commit may be on its way there."""
TIMEOUTS = {"connect_timeout": 2, "tcp_user_timeout": 5_000}
"""How long a reader waits for a machine that is gone, in seconds to reach it, in milliseconds once it was reached. A long report is no reason."""
WROTE = "wrote"
"""In the cookie of whoever reads reports: when they last sent something."""
MARGIN = timedelta(seconds=1)
"""Clocks of two machines may differ by so much."""

_HOME = "croisee_home"
"""In the `info` of a session that reads the replica: the primary's engine."""
_GOAL = text("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")
# A primary that nobody writes to sends nothing: the time of what was replayed last says nothing then, where it has been read as far as the primary is.
_ASKED = text(
    "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') >= CAST(:goal AS numeric), "
    "EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp())"
)

_READ_ONLY = text("SET TRANSACTION READ ONLY")


class Standing(Enum):
    """In one word, for machines."""

    UNKNOWN = "unknown"
    OK = "ok"
    LATE = "late"
    DOWN = "unreachable"
    NOT_ONE = "not_a_replica"


SENTENCES = {
    Standing.LATE: "la copie de lecture a du retard : lu dans la base elle-même",
    Standing.DOWN: "la copie de lecture ne répond pas : lu dans la base elle-même",
    Standing.NOT_ONE: "la copie de lecture n’en est plus une : lu dans la base elle-même",
}


class Look(Struct, frozen=True):
    """One look at the replica; or, of a request, what its page has to say."""

    standing: Standing
    lag: timedelta = timedelta(0)
    """How old what it holds may be: nothing where it holds all that the primary did when it was asked."""

    @property
    def behind(self) -> bool:
        return self.standing is Standing.OK and bool(self.lag)

    @property
    def sentence(self) -> str:
        return SENTENCES.get(self.standing, "")


NOTHING = Look(Standing.UNKNOWN)


@dataclass(slots=True)
class _Known:
    """What a process knows of it."""

    standing: Standing = Standing.UNKNOWN
    asked_again: float = 0.0


STATE = Slot[_Known | None](lambda: None)


def _state() -> _Known:
    """Where a replica is set."""
    return cast("_Known", STATE.here())


def known() -> Standing | None:
    """What this process found last, without asking. None where no replica is set."""
    state = STATE.here()
    return state.standing if state else None


def look(session: Session) -> Look:
    """Ask the primary, by `session`, how far it is, then the replica, for two seconds at most, how far it has read."""
    state = _state()
    if monotonic() < state.asked_again:
        return Look(Standing.DOWN)
    goal = session.scalar(_GOAL)
    try:
        with db.get_engine(NAME).connect() as connection:
            found = _asked(connection, goal)
            if found.standing is Standing.LATE:
                sleep(MOMENT)
                found = _asked(connection, goal)
    except SQLAlchemyError as error:
        return _left_alone(state, error)
    state.standing = found.standing
    return found


def _asked(connection: Connection, goal: Decimal) -> Look:
    follows, whole, seconds = connection.execute(_ASKED, {"goal": goal}).one()
    if not follows:
        return Look(Standing.NOT_ONE)
    if whole:
        return Look(Standing.OK)
    lag = timedelta.max if seconds is None else timedelta(seconds=max(float(seconds), 0.001))
    return Look(Standing.OK if lag <= LATE else Standing.LATE, lag)


def _left_alone(state: _Known, error: SQLAlchemyError) -> Look:
    """For a while, and why is told to whoever runs the site: pages only say that the primary is read."""
    state.standing, state.asked_again = Standing.DOWN, monotonic() + AGAIN
    log.event("replica_left", database=type(getattr(error, "orig", None) or error).__name__)
    return Look(Standing.DOWN)


def enter(session: Session, now: datetime) -> timedelta | None:
    """From here on this request's session reads the replica, as it is now. Returns how old that is; None where the primary is read."""
    if known() is None or not has_request_context() or request.method not in ("GET", "HEAD"):
        return None
    if _HOME in session.info:
        leave(session)  # it begins again
    found = look(session)
    session.rollback()
    wrote = datetime.fromtimestamp(cookie.get(WROTE, 0), UTC)
    own = found.behind and now - found.lag <= wrote + MARGIN
    g.replica = NOTHING if own else found
    if own or found.standing is not Standing.OK:
        return None
    session.info[_HOME], session.bind = session.get_bind(), db.get_engine(NAME)
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    session.execute(_READ_ONLY)  # even where the address is that of a database which writes
    return found.lag


def leave(session: Session) -> None:
    """Back to the primary, without a word on the page."""
    session.rollback()
    session.bind, g.replica = session.info.pop(_HOME), NOTHING


def left(error: Exception) -> bool:
    """Did the replica stop, or break off a reading that stood in the way of what it receives? It is then left alone for a while, and the primary read."""
    if _HOME not in db.session.info or not isinstance(error, OperationalError | PoolExhausted):
        return False
    leave(db.session)
    g.replica = _left_alone(_state(), error)
    return True


def home(session: Session) -> Engine:
    """The database whose data a session reads: of a replica, the primary."""
    found: Engine = session.info.get(_HOME, session.get_bind()).engine
    return found


@contextmanager
def primary(session: Session) -> Iterator[Session]:
    """For what must be true now, as whom a reader may see: the same session, or a short one beside one that reads the replica."""
    if _HOME in session.info:
        with db.sessionmaker() as beside:
            yield beside
    else:
        yield session


def wrote(now: datetime) -> None:
    """Whoever sent this request reads what they wrote, however late the replica is."""
    cookie[WROTE] = now.timestamp()


def init_app(app: Flask) -> None:
    app.jinja_env.globals["replica"] = lambda: g.get("replica", NOTHING)
    if app.config["CROISEE"].replica:
        STATE.give(app, _Known())
