"""How each database is connected to: its pool, its patience, SQLite's pragmas, turns and journal, what an error of its own means.

Nothing here knows of the site's tables.
"""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import suppress
from enum import Enum
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Engine, event, make_url
from sqlalchemy.exc import InvalidatePoolError

BUSY_MILLISECONDS, ASK_AGAIN = 15_000, 0.001
"""How long a writer waits for its turn on SQLite, long because a wait is better than a lost answer, short of gunicorn's timeout; and how many seconds it lets
pass before it asks again: a turn takes one or two thousandths."""
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
"""Connections of one process. A request holds three at most (its own, a short writer's, the sender's of emails): gunicorn's threads never
need all of them, so whoever finds none is told at once instead of waiting for what some fault has kept."""

LEFT = "croisee_left"
"""In a connection's `info`: when it went back to the pool."""
LONG_IDLE = 5.0
"""Seconds. A connection of PostgreSQL that nobody used for longer is asked first whether somebody is still at the other end: a restart at night, a
pooler or a firewall ends it without a word, and the first visitors of the morning would read that the service is busy. One in steady use is not asked:
that would be a journey more for each request."""

PATIENCE_WITH_A_SERVER = {"connect_timeout": 5, "tcp_user_timeout": 15_000, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}
"""Of PostgreSQL: seconds for a connection to be made (the driver's own are 130), and what tells that the machine at the other end is gone (the kernel's own
are hours; the second is in milliseconds). Short of gunicorn's timeout: whoever waits for a page is told. An address that names one of them has its own."""


def engine_config(address: str, pooler: bool) -> dict[str, Any]:
    """What the extension is told of the database.

    Behind a pooler that lends a server's connection for one transaction, as PgBouncer does, a statement that was prepared on one would be looked for on
    another: none is prepared.
    """
    if not address.startswith("postgresql"):
        return {"url": address}
    told = {name: value for name, value in PATIENCE_WITH_A_SERVER.items() if name not in make_url(address).query}
    return {"url": address, "connect_args": {**told, **({"prepare_threshold": None} if pooler else {})}}


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
    # secure_delete: what an erasure removes is overwritten, not only forgotten. cache_size: a megabyte for each connection, of which a process has five;
    # what else is read again comes from the system's own memory.
    # wal_autocheckpoint: the journal begins again only at a moment when nobody reads; it is tried from 2 MB on, for such moments are few on a
    # busy day (`_Journal` makes one). The patience first: the others may find a database that somebody is opening.
    patience = f"busy_timeout={BUSY_MILLISECONDS}"
    for pragma in (patience, "journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=500", "foreign_keys=ON", "secure_delete=ON", "cache_size=-1000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Every transaction begins as a reader, which never waits, unless it says that it will write (`writing`)."""
    connection.info[TURN] = connection.info[READS_ON] = False
    if connection.get_execution_options().get("croisee_immediate"):
        _begin_immediate(connection)
    else:  # by the driver: each page begins so, and it reads nothing yet that could fail
        cast(sqlite3.Connection, connection.connection.driver_connection).execute("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    """Wait for the writer's turn. A transaction that reads first and writes later is refused by SQLite, without waiting, when somebody
    wrote in between; one that begins IMMEDIATE waits. SQLite asks again after longer and longer pauses, so that whoever has waited longest has the
    least chance: here one thread of a process asks, often, and the others stand in line behind it."""
    patience = connection.get_execution_options().get("croisee_patience", BUSY_MILLISECONDS) / 1000
    until, driver = time.monotonic() + patience, cast(sqlite3.Connection, connection.connection.driver_connection)
    first_in_line = _line.acquire(timeout=patience)
    try:
        driver.execute("PRAGMA busy_timeout=0")
        if not _ask(driver, until):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # which says what is wrong
        connection.info[TURN] = True
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        if first_in_line:
            _line.release()


def _ask(driver: sqlite3.Connection, until: float) -> bool:
    """Whether the turn came in time: asked of the driver, since a refusal told by SQLAlchemy takes longer than a turn."""
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY") or time.monotonic() >= until:
                return False
            time.sleep(ASK_AGAIN)
        else:
            return True


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
