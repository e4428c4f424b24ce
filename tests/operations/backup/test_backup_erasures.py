"""A restore brings nobody back, whoever was erased, wherever it was noted, and wherever the restore stopped."""

from __future__ import annotations

import fcntl
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from app.administration.privacy import erasure
from app.identity.models import Person
from app.identity.rules import Role
from app.operations.backup import restore
from app.platform.db import db
from tests.administration.conftest import Maker
from tests.identity.builders import stored_person
from tests.operations.backup.backup import save
from tests.operations.backup.backup_machines import erase, name_of, run
from tests.words import ERASED_PERSON


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_the_only_administrator_of_a_backup_stays_erased(make: Maker, tmp_path: Path, kind: str) -> None:
    """Somebody else administered when A was erased; the backup does not know them."""
    site, path = make("site", kind), tmp_path / "a.zip"
    a, c = (stored_person(site, name=name, roles=[role]) for name, role in (("A Dministre", Role.ADMINISTRATOR), ("C Apprend", Role.LEARNER)))
    save(site, path)
    stored_person(site, name="B Administre", roles=[Role.ADMINISTRATOR])
    erase(site, a)
    erase(site, c)
    done = run(site, "restore", str(path), "--replace")
    assert done.exit_code == 0, done.output
    assert [name_of(site, number) for number in (a, c)] == [ERASED_PERSON] * 2
    assert "Personne n’administre Croisée" in done.output
    assert "flask accounts roles ADRESSE administrateur" in done.output


def test_a_restore_that_stopped_half_way_is_run_again_and_brings_nobody_back(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The erasure was made on another machine: the replaced base alone knew of it."""
    site, path = make("site"), tmp_path / "a.zip"
    number = stored_person(site)
    save(site, path)
    erase(site, number)
    folder = site.config["CROISEE"].instance_path / "effacements"
    for file in folder.iterdir():
        file.unlink()

    def stopped(*_arguments: Any) -> None:
        raise OperationalError("", {}, Exception("the machine goes off"))

    with monkeypatch.context() as patched:
        patched.setattr(restore.migrations, "upgrade", stopped)
        assert run(site, "restore", str(path), "--replace").exit_code == 1
    done = run(site, "restore", str(path), "--replace")
    assert "depuis cette sauvegarde : 1." in done.output
    with site.app_context():
        assert db.session.get_one(Person, number).name == ERASED_PERSON


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("effacements.jsonl", '{"personne": 3, "com'),
        ("effacements/3-20261124.json", "{}"),
        ("effacements/3-20261124.json", "[3]"),
        ("effacements.jsonl", "\udcff"),
    ],
)
def test_a_note_that_is_cut_short_is_said_with_its_file_and_line(make: Maker, tmp_path: Path, file: str, line: str) -> None:
    site, path = make("site"), tmp_path / "a.zip"
    stored_person(site, roles=[Role.ADMINISTRATOR])
    note = site.config["CROISEE"].instance_path / file
    note.parent.mkdir(exist_ok=True)
    note.write_bytes(b"\n" + line.encode(errors="surrogateescape"))
    for arguments in (["backup", str(path)], ["restore", str(path), "--replace"], ["doctor"]):
        done = run(site, *arguments)
        assert (done.exit_code, type(done.exception)) == (1, SystemExit)
        assert f"La ligne 2 de {note} est illisible : corrigez ou retirez cette ligne." in done.output
    note.unlink()
    assert run(site, "restore", str(path), "--replace").exit_code == 0


def test_a_backup_is_said_to_be_written_before_anything_else_fails(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, path = make("site"), tmp_path / "a.zip"
    stored_person(site)

    def full(*_arguments: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(erasure, "note_missing", full)
    done = run(site, "backup", str(path))
    assert done.exit_code == 1
    assert done.output.index("Sauvegarde écrite") < done.output.index("Empreinte du contenu") < done.output.index("Le disque est plein")
    assert path.exists()


def test_a_disk_without_hard_links_keeps_the_notes(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT, and some network shares."""
    site = make("site")
    number = stored_person(site)

    def refused(*_arguments: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    erase(site, number)
    with site.app_context():
        assert erasure.not_noted(db.session, site.config["CROISEE"]) == frozenset()
        assert len(erasure.erased_accounts(site.config["CROISEE"])) == 1


def test_one_process_at_a_time_restores_or_prepares(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, path, seen = make("site"), tmp_path / "a.zip", list[bool]()
    stored_person(site, roles=[Role.ADMINISTRATOR])
    save(site, path)

    def another(*_arguments: Any) -> frozenset[erasure.ErasedAccount]:
        with (site.config["CROISEE"].instance_path / "prepare.lock").open("w") as file, suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            seen.append(True)
        return frozenset()

    monkeypatch.setattr(erasure, "erased_accounts", another)
    assert run(site, "restore", str(path), "--replace").exit_code == 0
    assert seen == []
    another()
    assert seen == [True]
