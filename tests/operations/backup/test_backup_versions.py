"""A backup of an older version of Croisée is restored as it was, then brought up to date; here, elsewhere, and on the other database."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, inspect, select

from app.identity.models import Person, SignIn
from app.operations.backup.write import BackupRefused
from app.platform.db import db, writing
from app.platform.web import migrations
from app.record.badges import FILE, prepare_key
from app.record.ledger import ledger_digest
from tests.administration.conftest import Maker
from tests.administration.filled import NAME
from tests.identity.builders import NOW
from tests.operations.backup.backup import PICTURE, PICTURE_NAME, lived_in, put_back, save

REVISIONS = sorted(path.stem[:4] for path in (Path(migrations.__file__).parents[2] / "migrations" / "versions").glob("*.py"))
FIRST, *BETWEEN, LAST = REVISIONS[2:-1]
"""0003 is the first version that had all that a backup holds. To go back to one is to go through all that came after it: some are enough."""
OLD = [(FIRST, "sqlite"), (LAST, "sqlite"), *(pytest.param(one, "sqlite", marks=pytest.mark.proof) for one in BETWEEN[::4])]
DATABASES = [("sqlite", "sqlite"), *(pytest.param(*pair, marks=pytest.mark.postgres) for pair in (("sqlite", "postgres"), ("postgres", "sqlite")))]


@pytest.mark.parametrize(("revision", "kind"), [*OLD, pytest.param(FIRST, "postgres", marks=pytest.mark.postgres)])
def test_an_older_version_comes_back_and_is_brought_up_to_date(make: Maker, tmp_path: Path, revision: str, kind: str) -> None:
    old, new, path = make("old", kind), make("new", ready=False), tmp_path / "a.zip"
    number = lived_in(old)
    with old.app_context():
        migrations.downgrade(revision)
        before = set(inspect(db.engine).get_table_names())
    saved = save(old, path)
    restored, again = put_back(new, path)
    assert (restored, again) == (saved, 0)
    with new.app_context():
        assert migrations.schema_state(db.session.connection()) is migrations.SchemaState.OK
        assert before - {"error_report", "large_file"} <= set(inspect(db.engine).get_table_names())  # 0034 renames one, 0050 drops the other
        assert ledger_digest(db.session) == saved.ledger
        assert db.session.scalars(select(Person.name).where(Person.id == number)).one() == NAME
    assert (new.config["CROISEE"].instance_path / "media" / PICTURE_NAME).read_bytes() == PICTURE


def test_a_newer_version_is_refused_and_an_other_one_that_is_there_too(make: Maker, tmp_path: Path) -> None:
    old, path = make("old"), tmp_path / "a.zip"
    lived_in(old)
    with old.app_context():
        migrations.downgrade(FIRST)
    save(old, path)
    with pytest.raises(BackupRefused, match="n’est pas à la version"):
        put_back(make("new"), path)


@pytest.mark.proof
@pytest.mark.parametrize(("kind", "other"), DATABASES)
def test_what_is_saved_again_elsewhere_is_the_same(make: Maker, tmp_path: Path, kind: str, other: str) -> None:
    """Another folder, the other database, and back: rows, images and both digests are equal at each step. Sessions alone do not come along."""
    old, new, home = make("old", kind), make("new", other, ready=False), make("home", ready=False)
    lived_in(old)
    with old.app_context(), writing() as session:
        session.execute(delete(SignIn))
        prepare_key(session, old.config["CROISEE"].instance_path, NOW, bits=2048)
    for site in (new, home):
        shutil.copy(old.config["CROISEE"].instance_path / FILE, site.config["CROISEE"].instance_path)
    first = save(old, tmp_path / "first.zip")
    assert put_back(new, tmp_path / "first.zip") == (first, 0)
    assert save(new, tmp_path / "second.zip") == first
    assert put_back(home, tmp_path / "second.zip") == (first, 0)
    with home.app_context():
        assert ledger_digest(db.session) == first.ledger
