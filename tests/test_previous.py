"""From 1.0.0 on, the version before serves on the database of this one: no migration since takes away what it reads, or asks for what it does not fill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, Inspector, inspect, text
from sqlalchemy.engine.interfaces import ReflectedColumn

from app import create_app
from app.platform.db import db
from app.platform.web import migrations
from tests.making import make_settings
from tests.previous import NAMED

pytestmark = pytest.mark.postgres


@pytest.fixture
def bare(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(make_settings(tmp_path / "instance", database_url=postgres_url))
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()


Schema = tuple[dict[str, dict[str, ReflectedColumn]], set[tuple[str, str]]]
"""Columns by table or view, by name; and (table, name) of what is asked of its rows."""


def schema(seen_by: Engine | Connection) -> Schema:
    found: Inspector = inspect(seen_by)
    tables, views = found.get_table_names(), found.get_view_names()
    columns = {table: {column["name"]: column for column in found.get_columns(table)} for table in (*tables, *views)}
    asked = {(table, str(one["name"])) for table in tables for one in (*found.get_unique_constraints(table), *found.get_check_constraints(table))}
    return columns, asked | {(table, str(one["name"])) for table in tables for one in found.get_indexes(table) if one["unique"]}


def broken(before: Schema, now: Schema) -> list[str]:
    """What the version before would trip over. A table that it does not know may be as it likes."""
    (old, old_asked), (new, asked) = before, now
    gone = [f"{table} is gone" for table in old.keys() - new.keys()]
    gone += [f"{table}.{column} is gone" for table in old.keys() & new.keys() for column in old[table].keys() - new[table].keys()]
    found = [(table, name, column, old[table].get(name)) for table in old.keys() & new.keys() for name, column in new[table].items()]
    needed = [
        f"{table}.{name} must be filled" for table, name, column, was in found if not (column["nullable"] or column["default"]) and (not was or was["nullable"])
    ]
    kinds = [f"{table}.{name} is another kind" for table, name, column, was in found if was and type(was["type"]) is not type(column["type"])]
    return sorted([*gone, *needed, *kinds, *(f"{name} is asked of {table}" for table, name in asked - old_asked if table in old)])


WRONG = (
    ("ALTER TABLE person DROP COLUMN side", "person.side is gone"),
    ("ALTER TABLE person RENAME COLUMN side TO camp", "person.side is gone"),
    ("ALTER TABLE note RENAME TO notes", "note is gone"),
    ("ALTER TABLE person ADD COLUMN age INTEGER NOT NULL", "person.age must be filled"),
    ("ALTER TABLE person ALTER COLUMN side SET NOT NULL", "person.side must be filled"),
    ("ALTER TABLE note ALTER COLUMN question TYPE BYTEA USING NULL", "note.question is another kind"),
    ("ALTER TABLE note ADD CONSTRAINT once UNIQUE (question)", "once is asked of note"),
)
RIGHT = (
    "ALTER TABLE person ADD COLUMN age INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE person ADD COLUMN age INTEGER",
    "CREATE TABLE age (years INTEGER NOT NULL)",
)


def test_nothing_that_the_version_before_needs_is_taken_away(bare: Flask) -> None:
    """Fails for a migration that drops, renames, or asks for more: widen first, and take away once the version that reads it is no longer the one before
    (decision 47). Once a version is published, `tests/previous.toml` names it, and what it does not know may go."""
    migrations.upgrade(max(NAMED["migration"], NAMED["widened_since"]))
    before = schema(db.engine)
    migrations.upgrade()
    assert broken(before, schema(db.engine)) == []
    for statement, told in (*WRONG, *((statement, "") for statement in RIGHT)):  # and it notices what it must
        with db.engine.connect() as connection, connection.begin() as undone:
            connection.execute(text(statement))
            assert broken(before, schema(connection)) == ([told] if told else []), statement
            undone.rollback()


def test_a_database_that_a_later_version_brought_further_is_served_and_left_alone(bare: Flask) -> None:
    migrations.upgrade()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = bare.test_client().get("/healthz/ready")
    assert (answer.status_code, answer.get_json()["migrations"], answer.get_json()["status"]) == (200, "ahead", "ok")
    migrations.upgrade()
    assert migrations.schema_state(db.session.connection()) is migrations.SchemaState.AHEAD
    assert migrations.current(db.session.connection()) == {"9999"}
