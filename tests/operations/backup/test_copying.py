"""`flask database copy`: a site's SQLite file becomes its PostgreSQL database, table by table the same, or nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.identity.models import Person
from app.identity.services import create_person
from app.operations.backup.write import mark_of, stored_tables
from app.platform.db import db
from app.platform.web import migrations
from tests.administration.conftest import Maker
from tests.administration.filled import NAME
from tests.identity.builders import NOW
from tests.operations.backup.backup import lived_in


def copy(app: Flask, path: Path) -> Result:
    return app.test_cli_runner().invoke(args=["database", "copy", str(path)])


def digests(app: Flask) -> dict[str, object]:
    with app.app_context(), db.engine.connect() as connection:
        return {table.name: mark_of(connection, table) for table in stored_tables(connection)}


@pytest.mark.postgres
def test_every_table_arrives_as_it_was_and_once(make: Maker, tmp_path: Path) -> None:
    old, new = make("old"), make("new", "postgres", ready=False)
    lived_in(old)
    file = tmp_path / "old" / "test.sqlite"
    before = digests(old)
    done = copy(new, file)
    assert done.exit_code == 0, done.output
    assert digests(new) == before == digests(old)
    assert f"person : {before['person'].rows}\u00a0lignes, empreinte {before['person'].digest[:16]}" in done.output  # type: ignore[attr-defined]
    with new.app_context():
        assert migrations.schema_state(db.session.connection()) is migrations.SchemaState.OK
        assert NAME in db.session.scalars(select(Person.name)).all()
        create_person(db.session, name="Après", email="apres@croisee.example", now=NOW)  # its number is the next one
        db.session.commit()
    again = copy(new, file)
    assert (again.exit_code, "n’est pas vide" in again.output) == (1, True)
    with new.app_context():
        assert "Après" in db.session.scalars(select(Person.name)).all()


def test_only_to_postgresql(make: Maker, tmp_path: Path) -> None:
    refused = copy(make("new", ready=False), tmp_path / "x")
    assert (refused.exit_code, "postgresql://" in refused.output) == (1, True)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("content", "said"), [(None, "n’existe pas"), (b"", "n’est pas une base de Croisée"), (b"not a database at all" * 100, "DatabaseError")]
)
def test_what_is_no_site_is_refused(make: Maker, tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "x.sqlite"
    if content is not None:
        file.write_bytes(content)
    refused = copy(make("new", "postgres", ready=False), file)
    assert (refused.exit_code, said in refused.output) == (1, True), refused.output
