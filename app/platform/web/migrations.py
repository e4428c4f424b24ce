"""The database's schema: Alembic as the application uses it, and `flask database`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.types import TypeDecorator

from app.platform.db import alone, db
from app.platform.settings import current_settings

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
import click
from flask.cli import with_appcontext

# --- Alembic ---
#
# A new revision: `flask database revision "what it does"`, then read it. Revisions speak SQLAlchemy only: our own column types are written as
# what they are stored as, so that a revision still runs when the code has moved on. Alembic keeps its context in a module of its own: whoever
# serves pages only reads `state`, which asks the database one plain question.

FOLDER = Path(__file__).parents[2] / "migrations"
VERSIONS = table("alembic_version", column("version_num"))
_SAID = re.compile(r'^(revision|down_revision) = "?(\w+)"?$', re.MULTILINE)
LOCK = 0x0C201533
"""Of PostgreSQL's advisory locks, the one of `exclusive`: any number that nobody else takes."""


# --- What env.py tells Alembic ---------------------------------------------------------------------------------------


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A decorated type as its plain one."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def _check_references(ctx: MigrationContext, **_: Any) -> None:
    """After each step, inside its transaction: a row that refers to nothing undoes the whole upgrade."""
    if ctx.connection is not None and ctx.connection.dialect.name == "sqlite":
        broken = {row[0] for row in ctx.connection.exec_driver_sql("PRAGMA foreign_key_check")}
        if broken:
            raise RuntimeError(f"a migration leaves rows that refer to nothing, in {', '.join(sorted(broken))}")


FOR_THE_ONE_BEFORE = frozenset({("review_choice", "lettered_on")})
"""Columns that no model tells any more, and the version before still reads (decision 47): a migration drops them once that one is no longer served."""


def _is_compared(name: str | None, kind: str, parents: Any) -> bool:
    """Not the index of the search either: each database has its own, which no model tells."""
    if kind == "column":
        return (parents["table_name"], name) not in FOR_THE_ONE_BEFORE
    return not (kind in ("table", "index") and (name or "").startswith("search_index"))


OPTIONS: dict[str, Any] = {
    "include_name": _is_compared,
    "render_as_batch": True,
    "compare_type": True,
    "render_item": _render_item,
    "transactional_ddl": True,  # on SQLite too, since `app.platform.db.engines` begins transactions itself: what fails half-way leaves nothing behind
    "on_version_apply": _check_references,
}


# --- Commands --------------------------------------------------------------------------------------------------------


def upgrade(target: str = "heads") -> None:
    """Bring the database to a revision, the newest unless told otherwise. One that is there, or that a later version has brought further, stays there."""
    with db.engine.connect() as connection:
        pending = schema_state(connection) is SchemaState.PENDING
    if pending:
        _run_alembic("upgrade", target)


def downgrade(target: str) -> None:
    _run_alembic("downgrade", target)


def new_revision(message: str) -> None:
    """Write the next numbered file from what the models say and the database lacks."""
    number = f"{len(list(FOLDER.glob('versions/*.py'))) + 1:04d}"
    _run_alembic("revision", message, autogenerate=True, rev_id=number)


def _run_alembic(what: str, *arguments: Any, **options: Any) -> None:
    """One of Alembic's commands. It is asked for here only: it takes a while to come, and who serves pages has no use for it."""
    from alembic import command

    config = _config()
    with db.engine.connect() as connection, _references_unwatched(connection):
        config.attributes["connection"] = connection
        getattr(command, what)(config, *arguments, **options)


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


@contextmanager
def _references_unwatched(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making another and dropping the first, which must not count as deleting what referred to its rows.

    The pragma works between transactions only. `_check_references` looks at the result before it is committed.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def exclusive() -> AbstractContextManager[None]:
    """One process at a time prepares or restores a site; the others wait, then find it done."""
    return alone(LOCK, current_settings().instance_path / "prepare.lock")


# --- Where the database is -------------------------------------------------------------------------------------------


@cache
def revisions() -> Mapping[str, str]:
    """Each revision of the code → the one before it. They do not change while it runs, and are read as the texts that they are: Alembic would run them."""
    texts = (path.read_text(encoding="utf-8") for path in FOLDER.glob("versions/*.py"))
    said = (dict(_SAID.findall(text)) for text in texts)
    return {names["revision"]: names["down_revision"] for names in said}


def heads() -> frozenset[str]:
    return frozenset(revisions().keys() - revisions().values())


def current(connection: Connection) -> frozenset[str]:
    """The database's revision, as a set; empty where it has none."""
    if not inspect(connection).has_table(VERSIONS.name):
        return frozenset()
    return frozenset(connection.scalars(select(VERSIONS.c.version_num)))


class SchemaState(StrEnum):
    """Where the database schema stands beside the code, in one word for machines."""

    OK = "ok"
    AHEAD = "ahead"
    """At a revision that this code does not know: a later version brought it there, and promises to have left what this one needs (decision 47)."""
    PENDING = "pending"
    """The code is newer, and may not serve it."""


def schema_state(connection: Connection) -> SchemaState:
    found = current(connection)
    if found == heads():
        return SchemaState.OK
    return SchemaState.AHEAD if found - revisions().keys() else SchemaState.PENDING


# --- `flask database` ---
#
# `app.operations.backup.cli` adds the copy to PostgreSQL.


@click.group()
def database() -> None:
    """La base : copie de SQLite vers PostgreSQL ; révisions du schéma, pour qui développe."""


@database.command()
@click.argument("message")
@with_appcontext
def revision(message: str) -> None:
    """Écrire la révision suivante d’après les modèles ; à relire."""
    new_revision(message)


@database.command()
@with_appcontext
def state() -> None:
    """Dire à quelle révision du schéma est la base, ou qu’elle est vide."""
    with db.engine.connect() as connection:
        click.echo(", ".join(sorted(current(connection))) or "vide")
