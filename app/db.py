"""The database: declarative base, types, SQLite's pragmas and how transactions begin. The same code runs on PostgreSQL."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from enum import Enum
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Engine, Integer, MetaData, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

BUSY_MILLISECONDS, ASK_AGAIN = 15_000, 8
"""How long a writer waits for its turn on SQLite, long because a wait is better than a lost answer, short of gunicorn's timeout; and how long each
of its tries takes, in which SQLite asks three times."""
_line = Lock()

TURN = "croisee_turn"
"""In a connection's `info`: does its transaction hold SQLite's writer's turn?"""
READS_ON = "croisee_reads_on"
"""There too: does whoever writes by it go on reading by another?"""
_WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b", re.IGNORECASE)
"""Statements written as text."""

JOURNAL_BYTES = 3_000_000
"""SQLite's journal grows as long as somebody reads it, and on a busy site somebody always does. From this size on, a writer that has
committed asks readers of older states for a moment…"""
JOURNAL_PATIENCE, JOURNAL_PAUSE = 250, 3.0
"""… of so many milliseconds, once in so many seconds in each process. Readers who come meanwhile read the file itself."""

POOL = {"pool_size": 10, "max_overflow": 30, "pool_timeout": 0.2}
"""Connections of one process. A request holds three at most (its own, a short writer's, the sender's of letters): gunicorn's threads never
need all of them, so whoever finds none is told at once instead of waiting for what some fault has kept."""

LEFT = "croisee_left"
"""In a connection's `info`: when it went back to the pool."""
LONG_IDLE = 5.0
"""Seconds. A connection of PostgreSQL that nobody used for longer is asked first whether somebody is still at the other end: a restart at night, a
pooler or a firewall ends it without a word, and the first visitors of the morning would read that the service is busy. One in steady use is not asked:
that would be a journey more for each request."""

db = SQLAlchemy(
    engine_options={"hide_parameters": True, **POOL},  # hidden: an error must not log an answer
    session_options={"expire_on_commit": False},
)


def engine_config(address: str, pooler: bool, **connecting: int) -> dict[str, Any]:
    """What the extension is told of the database, and its driver of `connecting`. Behind a pooler that lends a server's connection for one transaction, as PgBouncer does, a statement
    that was prepared on one would be looked for on another: none is prepared."""
    told = connecting | ({"prepare_threshold": None} if pooler and address.startswith("postgresql") else {})
    return {"url": address, **({"connect_args": told} if told else {})}


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. SQLite forgets time zones: this refuses naive values and gives aware ones back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
"""The key of a table that grows without end. SQLite numbers rows by itself only for a column of type INTEGER."""

Value = TypeVar("Value")


def in_chunks(values: Sequence[Value], most: int = 500) -> Iterator[Sequence[Value]]:
    """For one statement after another: databases limit how many values each may hold."""
    return (values[start : start + most] for start in range(0, len(values), most))


def insert_into(session: Session, table: Any) -> Any:
    """INSERT in the words of the database at hand: SQLite and PostgreSQL say a conflict alike, each in its own dialect."""
    return insert_in(session.get_bind().dialect.name, table)


@cache
def insert_in(dialect: str, table: Any) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


def insert_new(session: Session, table: Any, rows: Sequence[Mapping[str, Any]], *returned: Any) -> Sequence[Any]:
    """INSERT many rows in a few statements; those that are there already stay as they are. Columns of the new ones, in any order.
    Mapper events do not hear of it."""
    if not rows:
        return []
    session.flush()
    return session.connection().execute(_where_new(session.get_bind().dialect.name, table.__table__, returned), rows).all()


@cache
def _where_new(dialect: str, table: Any, returned: tuple[Any, ...]) -> Any:
    return insert_in(dialect, table).on_conflict_do_nothing().returning(*returned)


def insert_once(session: Session, table: Any, values: dict[str, Any]) -> bool:
    """INSERT one row, which a repeat leaves without effect. True when the row is new: its key is asked back, as drivers do not agree on counting rows."""
    return bool(insert_new(session, table, [values], *inspect(table).primary_key))


@contextmanager
def writing(patience: int = BUSY_MILLISECONDS) -> Iterator[Session]:
    """A short transaction of its own that may write, for what a GET appends (`viewed`, the access journal). Commits at the end.
    `patience`: milliseconds to wait for its turn on SQLite."""
    with db.sessionmaker(info={"writes": True}) as session, session.begin():
        connection = session.connection(execution_options={"croisee_immediate": True, "croisee_patience": patience})
        connection.info[READS_ON] = db.session.in_transaction()
        yield session


def prepare_engine(engine: Engine) -> None:
    """Make SQLite durable, patient and strict. PostgreSQL needs nothing of this; its connections may have ended while they waited."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "checkin", lambda _connection, record: record.info.update({LEFT: time.monotonic()}))
        event.listen(engine, "checkout", partial(_ask_after_a_pause, engine.dialect))
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _before_statement)
    event.listen(engine, "savepoint", lambda connection, _name: take_turn(connection))
    if engine.url.database not in {None, "", ":memory:"}:
        event.listen(engine, "checkin", _Journal(Path(f"{engine.url.database}-wal")))


def _ask_after_a_pause(dialect: Dialect, connection: Any, record: Any, _proxy: Any) -> None:
    """Where nobody answers, the pool forgets all the connections that it had before, and makes another."""
    if time.monotonic() - record.info.get(LEFT, time.monotonic()) <= LONG_IDLE:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


class _Journal:
    """Begins SQLite's journal again once it is large, as a connection that wrote goes back to the pool.

    Not where its writer goes on reading an older state: it would wait for itself, and keep the others' turn meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.tried = path, -JOURNAL_PAUSE

    def __call__(self, connection: Any, record: Any) -> None:
        if connection is None or not record.info.get(TURN) or record.info.get(READS_ON) or time.monotonic() - self.tried < JOURNAL_PAUSE:
            return
        with suppress(OSError, sqlite3.Error):  # no journal; a full disk, of which the next writer is told
            if self.path.stat().st_size > JOURNAL_BYTES:
                self.tried = time.monotonic()
                empty_journal(connection, JOURNAL_PATIENCE)


def empty_journal(connection: Any, patience: int) -> bool:
    """Move SQLite's journal into its file and cut it to nothing, on a plain connection outside any transaction. False where somebody read an
    older state for all of `patience` milliseconds: the journal stays as it is. Writers wait meanwhile."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={patience}")
    try:
        return not cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.close()


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own: `_begin` does
    cursor = connection.cursor()
    # secure_delete: what an erasure removes is overwritten, not only forgotten.
    # wal_autocheckpoint: the journal begins again only at a moment when nobody reads; it is tried from 2 MB on, for such moments are few on a
    # busy day (`_Journal` makes one). The patience first: the others may find a database that somebody is opening.
    patience = f"busy_timeout={BUSY_MILLISECONDS}"
    for pragma in (patience, "journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=500", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Every transaction begins as a reader, which never waits, unless it says that it will write (`writing`)."""
    connection.info[TURN] = connection.info[READS_ON] = False
    if connection.get_execution_options().get("croisee_immediate"):
        _begin_immediate(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    """Wait for the writer's turn. A transaction that reads first and writes later is refused by SQLite, without waiting, when somebody
    wrote in between; one that begins IMMEDIATE waits. SQLite asks again after longer and longer pauses, so that whoever has waited longest has the
    least chance: here one thread of a process asks, often, and the others stand in line behind it."""
    patience = connection.get_execution_options().get("croisee_patience", BUSY_MILLISECONDS) / 1000
    until, driver = time.monotonic() + patience, cast(sqlite3.Connection, connection.connection.driver_connection)
    first_in_line = _line.acquire(timeout=patience)
    try:
        driver.execute(f"PRAGMA busy_timeout={ASK_AGAIN}")
        while not connection.info[TURN]:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                connection.info[TURN] = True
            except OperationalError as error:
                if trouble(error) is not Trouble.BUSY or time.monotonic() >= until:
                    raise
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        if first_in_line:
            _line.release()


def take_turn(connection: Connection) -> None:
    """Turn a reading transaction of SQLite into a writing one: its view of the past ends, and it waits for its turn.

    From here on it sees what the others have committed, as each statement does on PostgreSQL (READ COMMITTED): the code that reads,
    decides and writes locks what it decides on by SELECT … FOR UPDATE there, which takes the turn here.
    """
    if connection.info[TURN]:
        return
    connection.exec_driver_sql("ROLLBACK")
    try:
        _begin_immediate(connection)
    except BaseException:
        connection.exec_driver_sql("BEGIN")  # whoever survives this must not go on outside any transaction
        raise


def _before_statement(connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    written = context.isinsert or context.isupdate or context.isdelete or _WRITES.match(statement)
    if written or getattr(context.invoked_statement, "_for_update_arg", None) is not None:
        take_turn(connection)


def forget_removed(*, shrink: bool = False, patience: int = 1_000) -> bool:
    """Take out of SQLite's files what was overwritten or removed: its journal is emptied; with `shrink`, the file is written again first.

    Whoever reads an older state keeps the journal as it is, and writers wait while this waits: `patience` milliseconds at most, then False,
    and the next turn empties it. With `shrink`, VACUUM first waits for its own turn to write, BUSY_MILLISECONDS at most, then raises.
    PostgreSQL does all that by itself.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    with closing(db.engine.raw_connection()) as connection:  # a plain one: none of this may happen inside a transaction
        if shrink:
            connection.cursor().execute("VACUUM")
        return empty_journal(connection, patience)


def refresh_statistics() -> None:
    """Tell SQLite how its rows spread: it then reads a table whole where an index would choose nothing. PostgreSQL learns it by itself."""
    if db.engine.dialect.name != "sqlite":
        return
    with closing(db.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA analysis_limit=100000")  # rows of each index: writers wait a second or two at most
        cursor.execute("ANALYZE")


class Trouble(Enum):
    """What the database's own code of an error means for whoever reads it."""

    BUSY = "somebody else writes"
    FULL = "the disk is full"
    READ_ONLY = "the file or its folder may not be written"
    DAMAGED = "the file is no sound database"
    OTHER = "something else"


_TROUBLES = {
    "55P03": Trouble.BUSY,  # PostgreSQL's: lock_not_available
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
    "XX001": Trouble.DAMAGED,
    "XX002": Trouble.DAMAGED,
    "SQLITE_BUSY": Trouble.BUSY,
    "SQLITE_LOCKED": Trouble.BUSY,
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_CORRUPT": Trouble.DAMAGED,
    "SQLITE_NOTADB": Trouble.DAMAGED,
}


def trouble(error: BaseException) -> Trouble:
    """What an error of the database is about."""
    cause = getattr(error, "orig", None)
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    return _TROUBLES.get("_".join(code.split("_")[:2]), Trouble.OTHER)  # SQLITE_BUSY_SNAPSHOT is a kind of SQLITE_BUSY
