"""The database: declarative base, types, SQLite's pragmas and how transactions begin. The same code runs on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import g, has_request_context, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

BUSY_MILLISECONDS = 15_000
"""How long a writer waits for its turn on SQLite. Long, because a wait is better than a lost answer; short of gunicorn's timeout."""

db = SQLAlchemy(engine_options={"hide_parameters": True}, session_options={"expire_on_commit": False})  # hidden: an error must not log an answer


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


@contextmanager
def writing(patience: int = BUSY_MILLISECONDS) -> Iterator[Session]:
    """A short transaction of its own that may write, for what a GET appends (`viewed`, the access journal). Commits at the end.

    `patience`: milliseconds to wait for its turn on SQLite.
    """
    with db.sessionmaker(info={"writes": True}) as session, session.begin():
        session.connection(execution_options={"croisee_immediate": True, "croisee_patience": patience})
        yield session


def prepare_engine(engine: Engine) -> None:
    """Make SQLite durable, patient and strict. PostgreSQL needs nothing of this."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own: `_begin` does
    cursor = connection.cursor()
    # secure_delete: what an erasure removes is overwritten, not only forgotten.
    # The patience first: the others may find a database that somebody is opening.
    for pragma in (f"busy_timeout={BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    """Writers take their turn at once.

    A transaction that reads first and writes later is refused by SQLite, without waiting, when somebody wrote in between; one that
    begins IMMEDIATE waits for its turn. Reading pages stay DEFERRED: they never wait.
    """
    options = connection.get_execution_options()
    immediate = options.get("croisee_immediate", _request_writes())
    patience = options.get("croisee_patience", BUSY_MILLISECONDS)
    if patience != BUSY_MILLISECONDS:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
    finally:
        if patience != BUSY_MILLISECONDS:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


@contextmanager
def reading() -> Iterator[None]:
    """What a request that writes only reads first, such as who sends it: a transaction of its own, during which nobody waits."""
    if not _request_writes():
        yield
        return
    g.croisee_reading = True
    try:
        yield
    finally:
        db.session.rollback()
        g.croisee_reading = False


def _request_writes() -> bool:
    """Sign-in checks a slow password hash and writes nothing: it must not hold the others up meanwhile."""
    if not has_request_context() or g.get("croisee_reading"):
        return False
    return request.method not in ("GET", "HEAD", "OPTIONS") and request.endpoint != "security.login"
