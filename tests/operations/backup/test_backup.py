"""Backup and restore: the same archive on both databases, whole or refused."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.administration.acts import REQUEST, Erasure
from app.administration.privacy import erasure
from app.identity.models import Person
from app.identity.services import create_person
from app.operations.backup import restore
from app.operations.backup import write as backup
from app.operations.backup.write import BackupRefused
from app.platform.db import db, writing
from app.platform.storage import places
from app.platform.web import migrations
from app.record.ledger import ledger_digest
from app.record.progress.models import LearningEvent
from tests.administration.conftest import Maker
from tests.administration.filled import NAME
from tests.identity.builders import NOW
from tests.operations.backup.backup import PICTURE, PICTURE_NAME, altered, lived_in, put_back, save
from tests.words import ERASED_PERSON, NO_BACKUP


def test_there_and_back(make: Maker, tmp_path: Path) -> None:
    old, new, path = make("old"), make("new", ready=False), tmp_path / "a.zip"
    lived_in(old)
    saved = save(old, path)
    restored, again = put_back(new, path)
    assert (restored, again) == (saved, 0)
    assert path.stat().st_mode & 0o077 == 0
    assert (new.config["CROISEE"].instance_path / "media" / PICTURE_NAME).read_bytes() == PICTURE
    with old.app_context():
        before = ledger_digest(db.session)
    with new.app_context():
        assert ledger_digest(db.session) == before == restored.ledger
        assert db.session.scalars(select(Person.name).where(Person.name == NAME)).all() == [NAME]
        assert migrations.schema_state(db.session.connection()) is migrations.SchemaState.OK
        create_person(db.session, name="Après", email="apres@croisee.example", now=NOW)


def test_a_target_that_is_not_empty(make: Maker, tmp_path: Path) -> None:
    old, new, path = make("old"), make("new"), tmp_path / "a.zip"
    lived_in(old)
    save(old, path)
    with new.app_context():
        create_person(db.session, name="Déjà Là", email="deja@croisee.example", now=NOW)
        db.session.commit()
    with pytest.raises(BackupRefused, match="--replace"):
        put_back(new, path)
    with new.app_context():
        assert db.session.scalars(select(Person.name)).all() == ["Déjà Là"]
    put_back(new, path, replace=True)
    with new.app_context():
        assert NAME in db.session.scalars(select(Person.name)).all()
        assert "Déjà Là" not in db.session.scalars(select(Person.name)).all()


def test_a_backup_replaces_no_other(make: Maker, tmp_path: Path) -> None:
    old, path = make("old"), tmp_path / "a.zip"
    path.write_bytes(b"precious")
    with pytest.raises(BackupRefused, match="existe déjà"):
        save(old, path)
    assert path.read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("name", "change", "extra", "words"),
    [
        ("tables/person.jsonl", lambda data: data.replace(b"Bruno", b"Bruna"), "", "person"),
        ("tables/person.jsonl", lambda data: data[: len(data) // 2], "", "abîmée"),
        ("tables/learning_event.jsonl", lambda data: b"", "", "learning_event"),
        ("tables/person.jsonl", lambda data: None, "", "manquent"),
        (f"media/{PICTURE_NAME}", lambda data: b"another picture", "", "image"),
        ("", lambda data: data, "../../evil.py", "en trop"),
        ("manifest.json", lambda data: b"{}", "", NO_BACKUP),
        ("manifest.json", lambda data: data.replace(b'"0003"', b'"9999"').replace(b'"revision": "00', b'"revision": "90'), "", "plus récente"),
    ],
)
def test_what_is_altered_is_refused_and_writes_nothing(
    make: Maker, tmp_path: Path, name: str, change: Callable[[bytes], bytes | None], extra: str, words: str
) -> None:
    old, new, path = make("old"), make("new"), tmp_path / "a.zip"
    lived_in(old)
    save(old, path)
    with pytest.raises(BackupRefused, match=words):
        put_back(new, altered(path, name, change, extra))
    with new.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == 0
    assert not (new.config["CROISEE"].instance_path / "media").exists()


def test_no_archive_at_all(make: Maker, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"hello")
    with pytest.raises(BackupRefused, match=NO_BACKUP):
        put_back(make("new"), tmp_path / "a.zip")


def test_a_failure_leaves_the_target_as_it_was(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new, path = make("old"), make("new"), tmp_path / "a.zip"
    lived_in(old)
    save(old, path)
    with new.app_context():
        create_person(db.session, name="Déjà Là", email="deja@croisee.example", now=NOW)
        db.session.commit()

    def wrong(*_arguments: Any) -> backup.TableMark:
        return backup.TableMark((), 0, "")

    monkeypatch.setattr(restore, "mark_of", wrong)
    with pytest.raises(BackupRefused, match="rien n’a été gardé"):
        put_back(new, path, replace=True)
    with new.app_context():
        assert db.session.scalars(select(Person.name)).all() == ["Déjà Là"]


def test_who_was_erased_stays_erased(make: Maker, tmp_path: Path) -> None:
    """In the same place, and from the notes on another machine; another site's people are left alone."""
    old, path = make("old"), tmp_path / "a.zip"
    number = lived_in(old)
    save(old, path)
    with old.app_context():
        person = db.session.get_one(Person, number)
        erasure.erase(db.session, old.config["CROISEE"], person, actor_id=None, ground=REQUEST, now=NOW)
        db.session.commit()
    assert put_back(old, path, replace=True)[1] == 1
    new = make("new", ready=False)
    notes = list((old.config["CROISEE"].instance_path / places.ERASURES).iterdir())
    assert NAME not in "".join(note.read_text() for note in notes)
    shutil.copytree(old.config["CROISEE"].instance_path / places.ERASURES, new.config["CROISEE"].instance_path / places.ERASURES)
    assert put_back(new, path)[1] == 1
    stranger = make("stranger", ready=False)
    (stranger.config["CROISEE"].instance_path / erasure.OLDER).write_text(
        json.dumps({"personne": number, "compte ouvert": "2020-01-01T00:00:00+00:00", "motif": "demande"})
    )
    assert put_back(stranger, path)[1] == 0
    for app, name in ((old, ERASED_PERSON), (new, ERASED_PERSON), (stranger, NAME)):
        with app.app_context():
            assert db.session.get_one(Person, number).name == name
            assert (db.session.get(Erasure, number) is not None) == (name != NAME)


def test_the_commands(make: Maker, tmp_path: Path) -> None:
    old, new, path = make("old"), make("new", ready=False), tmp_path / "a.zip"
    lived_in(old)
    first = old.test_cli_runner().invoke(args=["backup", str(path)])
    second = new.test_cli_runner().invoke(args=["restore", str(path)])
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert first.output.splitlines()[-2:] == second.output.splitlines()[-2:]
    again = new.test_cli_runner().invoke(args=["restore", str(path)])
    assert again.exit_code == 1
    assert "--replace" in again.output


@contextmanager
def writer(app: Flask, number: int) -> Iterator[list[str]]:
    """Pairs of rows of the ledger, one transaction after the other, in a thread; yields the keys of those that are committed."""
    stop, begun, written = threading.Event(), threading.Event(), list[str]()

    def write() -> None:
        with app.app_context():
            while not stop.is_set():
                key = f"drill:{len(written)}"
                with writing() as session:
                    session.add_all(
                        LearningEvent(person_id=number, element_id="lecon", event="read", at=NOW, idempotency_key=key + end) for end in ("", ":pair")
                    )
                written.append(key)
                if len(written) == 20:
                    begun.set()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert begun.wait(30)
        yield written
    finally:
        stop.set()
        thread.join()


@pytest.mark.proof
@pytest.mark.postgres
@pytest.mark.parametrize(("kind", "other"), [("sqlite", "postgres"), ("postgres", "sqlite"), ("sqlite", "sqlite")])
def test_drill_while_a_writer_writes(make: Maker, tmp_path: Path, kind: str, other: str) -> None:
    """Each copy is one moment of the ledger: its rows are the first ones, without a hole, and restore equal on the other database."""
    old, new, path = make("old", kind), make("new", other, ready=False), tmp_path / "a.zip"
    number = lived_in(old)
    with writer(old, number) as written:
        saved = save(old, path)
        during = len(written)
    assert put_back(new, path) == (saved, 0)
    with new.app_context():
        assert ledger_digest(db.session) == saved.ledger
        keys = set(db.session.scalars(select(LearningEvent.idempotency_key).where(LearningEvent.idempotency_key.startswith("drill:"))))
        count = len(keys) // 2
        assert 20 <= count <= during + 1
        assert keys == {f"drill:{place}{end}" for place in range(count) for end in ("", ":pair")}
        db.session.add(LearningEvent(person_id=number, element_id="lecon", event="read", at=NOW, idempotency_key="after"))
        create_person(db.session, name="Après", email="apres@croisee.example", now=NOW)
