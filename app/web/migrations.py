"""Alembic, as the application uses it: upgrade at set-up, and say whether the database is behind the code.

A new revision: `flask db revision "what it does"`, then read it. Revisions speak SQLAlchemy only: our own column types are written as what
they are stored as, so that a revision still runs when the code has moved on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_alembic import Alembic
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from app.db import Base


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A decorated type as its plain one."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


class Migrations(Alembic):  # type: ignore[misc]
    """SQLite changes a table by making another and dropping the first, which must not count as deleting what referred to its rows."""

    def run_migrations(self, fn: Any, **kwargs: Any) -> None:
        with _references_unwatched(self.migration_context.connection):
            super().run_migrations(fn, **kwargs)


@contextmanager
def _references_unwatched(connection: Connection) -> Iterator[None]:
    """The pragma works between transactions only. `_check_references` looks at the result before it is committed."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.rollback()
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def _check_references(ctx: MigrationContext, **_: Any) -> None:
    """After each step, inside its transaction: a row that refers to nothing undoes the whole upgrade."""
    if ctx.connection is not None and ctx.connection.dialect.name == "sqlite":
        broken = {row[0] for row in ctx.connection.exec_driver_sql("PRAGMA foreign_key_check")}
        if broken:
            raise RuntimeError(f"a migration leaves rows that refer to nothing, in {', '.join(sorted(broken))}")


CONTEXT = {
    "render_as_batch": True,
    "compare_type": True,
    "render_item": _render_item,
    "transactional_ddl": True,  # on SQLite too, since `app.db` begins transactions itself: what fails half-way leaves nothing behind
    "on_version_apply": _check_references,
}

alembic = Migrations(metadatas=Base.metadata)


def init_app(app: Flask) -> None:
    app.config.setdefault("ALEMBIC", {"script_location": f"{app.root_path}/migrations", "version_locations": []})
    app.config.setdefault("ALEMBIC_CONTEXT", dict(CONTEXT))
    alembic.init_app(app)


def pending() -> bool:
    """True when the database's revision is not the newest one in `app/migrations`."""
    heads = {revision.revision for revision in alembic.heads()}
    return heads != {revision.revision for revision in alembic.current()}


def upgrade() -> None:
    """Bring the database to the newest revision."""
    alembic.upgrade()
