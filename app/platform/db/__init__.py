"""The database: declarative base, types, rows that are new, short writers. The same code runs on SQLite and PostgreSQL."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import wraps
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, func, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from app.platform import log
from app.platform.db.engines import BUSY_MILLISECONDS, POOL, READS_ON, empty_journal, prepare_engine

db = SQLAlchemy(
    engine_options={"hide_parameters": True, **POOL},  # hidden: an error must not log an answer
    session_options={"expire_on_commit": False},
)


def init_app(app: Flask) -> None:
    db.init_app(app)
    # The extension also closes asynchronous sessions, of which there are none: that would start an event loop at the end of each request,
    # which costs as much as a plain page and cannot be done in a thread where one is running (a browser under test).
    app.teardown_appcontext_funcs = [_at_the_end(closing) for closing in app.teardown_appcontext_funcs if not iscoroutinefunction(closing)]
    with app.app_context():
        prepare_engine(db.engine)


def _at_the_end(closing: Callable[..., Any]) -> Callable[[BaseException | None], None]:
    """A database that goes away after a page was made, and before its transaction ends, takes nothing from it: what was to be kept is committed, the
    pool has forgotten the connection, the page is sent. An error here would be nobody's to answer: the server's own bare 500.
    """

    @wraps(closing)
    def close(error: BaseException | None) -> None:
        try:
            closing(error)
        except SQLAlchemyError as ended:
            log.event("session_broke_off", error=type(ended).__name__)

    return close


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

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """One function for both steps: a file reads five moments of each of a hundred thousand people."""
        read: Callable[[Any], datetime | None] | None = self.impl_instance.result_processor(dialect, coltype)

        def moment(value: Any) -> datetime | None:
            told: datetime | None = value if read is None else read(value)
            if told is None or told.tzinfo is UTC:
                return told
            return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)

        return moment


BigId = BigInteger().with_variant(Integer, "sqlite")
"""The key of a table that grows without end. SQLite numbers rows by itself only for a column of type INTEGER."""

Value = TypeVar("Value")


def in_chunks(values: Sequence[Value], most: int = 500) -> Iterator[Sequence[Value]]:
    """Splits values into chunks: databases limit how many values a statement may hold."""
    return (values[start : start + most] for start in range(0, len(values), most))


def insert_into(session: Session, table: Any) -> Any:
    """INSERT in the words of the database at hand: SQLite and PostgreSQL say a conflict alike, each in its own dialect."""
    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(table)


def insert_new(session: Session, table: Any, rows: Sequence[Mapping[str, Any]], *returned: Any) -> Sequence[Any]:
    """INSERT many rows in a few statements; those that are there already stay as they are. Columns of the new ones, in any order.

    Mapper events do not hear of it.
    """
    if not rows:
        return []
    session.flush()
    return session.connection().execute(insert_into(session, table.__table__).on_conflict_do_nothing().returning(*returned), rows).all()


def insert_once(session: Session, table: Any, values: dict[str, Any]) -> bool:
    """INSERT one row, which a repeat leaves without effect. True when the row is new: its key is asked back, as drivers do not agree on counting rows."""
    return bool(insert_new(session, table, [values], *inspect(table).primary_key))


def insert_over(session: Session, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """INSERT many whole rows in a few statements, each in the place of the one that has its key, where there is one. Mapper events do not hear of it."""
    if not rows:
        return
    session.flush()
    insert, columns = insert_into(session, table.__table__), table.__table__.columns
    changed = {column.name: insert.excluded[column.name] for column in columns if not column.primary_key}
    session.connection().execute(insert.on_conflict_do_update(index_elements=list(table.__table__.primary_key), set_=changed), rows)


@contextmanager
def writing(patience: int = BUSY_MILLISECONDS) -> Iterator[Session]:
    """A short transaction of its own that may write, for what a GET appends (`viewed`, the access log). Commits at the end.

    `patience`: milliseconds to wait for its turn on SQLite.
    """
    with db.sessionmaker(info={"writes": True}) as session, session.begin():
        connection = session.connection(execution_options={"croisee_immediate": True, "croisee_patience": patience})
        connection.info[READS_ON] = db.session.in_transaction()
        yield session


def one_at_a_time(session: Session, key: str) -> None:
    """Makes others that ask for the same key wait until this transaction ends. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


@contextmanager
def alone(key: Any, file: Path) -> Iterator[None]:
    """One process at a time; the others wait. PostgreSQL tells by the key, to all hosts; where SQLite is, there is one host, and it tells by the file.

    Let go of by the database or the system, whatever happens to this process. It may last: nobody ends the lock's connection for being idle.
    """
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection, connection.begin():  # a transaction's lock: one of a session would not hold behind a pooler
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            connection.execute(select(func.pg_advisory_xact_lock(key)))
            yield
        return
    with file.open("w") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield


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
