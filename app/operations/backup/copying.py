"""Copies a SQLite file into the configured database: one snapshot, one transaction, compared before commit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Table, create_engine

from app.content.search import services as search
from app.operations.backup import restore
from app.operations.backup.write import BackupRefused, TableMark, lines, mark_of, snapshot, stored_tables
from app.platform.db import db, writing
from app.platform.db.engines import prepare_engine
from app.platform.web import migrations

Told = Callable[[int], object]
"""How many rows more were written."""


class LiveTables(Struct, frozen=True):
    """The tables of a database, as `restore.loaded` takes them."""

    tables: Mapping[str, Table]
    marks: Mapping[str, TableMark]
    connection: Connection

    def rows(self, table: str) -> Iterator[list[Any]]:
        return (json.loads(line) for line in lines(self.connection, self.tables[table]))


def copy(path: Path, told: Callable[[int], Told]) -> Mapping[str, TableMark]:
    """What was copied, table by table: the same digests on both sides. `told` learns how many rows there are, and gives what hears of each batch.

    Raises BackupRefused, and then the target is as it was.
    """
    if db.engine.dialect.name != "postgresql":
        raise BackupRefused("La base d’arrivée est celle de DATABASE_URL : donnez-lui une adresse postgresql://…")
    if not path.is_file():
        raise BackupRefused(f"{path} n’existe pas : donnez le fichier SQLite du site.")
    source = create_engine(f"sqlite:///{path}", hide_parameters=True)
    prepare_engine(source)
    try:
        with snapshot(source) as connection:
            marks = _copied(path, connection, told)
    finally:
        source.dispose()
    migrations.upgrade()
    with writing() as session:
        search.refresh(session)
    return marks


def _copied(path: Path, connection: Connection, told: Callable[[int], Told]) -> Mapping[str, TableMark]:
    revision = next(iter(migrations.current(connection)), None)
    if revision is None:
        raise BackupRefused(f"{path} n’est pas une base de Croisée.")
    restore.prepare_schema(revision)
    with db.engine.connect() as target:
        full = restore.full_tables(target, stored_tables(target))
    if full:
        raise BackupRefused(
            f"La base d’arrivée n’est pas vide ({', '.join(full[:3])}…) : rien n’y est écrit. Créez-en une neuve, et ne lancez pas flask prepare avant."
        )
    tables = {table.name: table for table in stored_tables(connection)}
    source = LiveTables(tables, {name: mark_of(connection, table) for name, table in tables.items()}, connection)
    with restore.loaded(source, replace=False, told=told(sum(mark.rows for mark in source.marks.values()))):
        return source.marks
