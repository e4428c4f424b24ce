"""`flask drill`: the newest backup is restored beside the site, examined, and thrown away."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import update

from app.operations.backup import restore
from app.operations.backup.write import newest
from app.platform.db import db
from app.record.ledger import ledger_digest
from app.record.progress.models import ElementState
from tests.administration.conftest import Maker
from tests.operations.backup.backup import altered, lived_in, save


def with_backup(make: Maker, tmp_path: Path) -> tuple[Flask, Path]:
    app = make("site")
    folder = tmp_path / "sauvegardes"
    folder.mkdir()
    app.config["CROISEE"] = replace(app.config["CROISEE"], backups=str(folder))
    lived_in(app)
    assert app.test_cli_runner().invoke(args=["learning", "rebuild"]).exit_code == 0
    save(app, folder / "croisee-2026-11-23.zip")
    return app, folder / "croisee-2026-11-23.zip"


def said(app: Flask, *more: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["drill", *more])
    assert not (app.config["CROISEE"].instance_path / restore.FOLDER).exists()
    return result.exit_code, result.output


@pytest.mark.proof
def test_the_newest_is_restored_beside_the_site_and_examined(make: Maker, tmp_path: Path) -> None:
    app, path = with_backup(make, tmp_path)
    with app.app_context():
        before = ledger_digest(db.session)
    code, output = said(app)
    assert (code, f"{path.name} : restaurée à part, relue et vérifiée" in output) == (0, True), output
    broken = altered(path, "tables/learning_event.jsonl", lambda _data: b"")
    code, output = said(app, str(broken))
    assert (code, "flask restore s’est arrêté : La sauvegarde est altérée" in output) == (1, True), output
    with app.app_context():
        assert ledger_digest(db.session) == before
        db.session.execute(update(ElementState).values(state="not_started"))
        db.session.commit()
    save(app, path.with_name("croisee-2026-11-24.zip"))
    code, output = said(app)
    assert (code, "flask learning s’est arrêté" in output, "différence" in output) == (1, True, True), output


def test_the_newest_is_the_last_whole_one_of_the_night(make: Maker, tmp_path: Path) -> None:
    app, path = with_backup(make, tmp_path)
    for name in ("croisee-2026-11-22.zip", "croisee-2026-11-24-incomplete.zip", "croisee-2026-11-25.zip.4242", "croisee-avant.zip"):
        shutil.copy(path, path.with_name(name))
    assert newest(app.config["CROISEE"]) == path


def test_without_a_backup_or_without_room_a_sentence_says_so(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app, path = with_backup(make, tmp_path)
    left = app.config["CROISEE"].instance_path / restore.FOLDER / "croisee.sqlite"
    left.parent.mkdir()
    left.touch()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10, 10, 0))
    code, output = said(app)
    assert (code, "faites de la place" in output) == (1, True), output
    holder = os.open(app.config["CROISEE"].instance_path, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    code, output = said(app)
    assert (code, "Un autre exercice de restauration est en cours" in output) == (1, True), output
    os.close(holder)
    path.unlink()
    code, output = said(app)
    assert (code, "Aucune sauvegarde de la nuit n’est là" in output) == (1, True), output


@pytest.mark.proof
def test_a_drill_goes_from_any_folder(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator stands where the backup lies, not where this version is installed."""
    app, path = with_backup(make, tmp_path)
    monkeypatch.chdir(path.parent)
    code, output = said(app, path.name)
    assert (code, f"{path.name} : restaurée à part, relue et vérifiée" in output) == (0, True), output
