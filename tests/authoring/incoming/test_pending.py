"""Archives that wait for their « Importer », and what is left of them."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest

from app.authoring.incoming import uploads
from app.platform.errors import NotYours
from app.platform.files import UNFINISHED
from app.platform.storage.folder import FolderStore
from tests.content.course_folder import NOON

DIGEST = hashlib.sha256(b"PK").hexdigest()


def old(folder: Path, name: str, days: int) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(b"PK")
    moment = (NOON - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_what_nobody_imported_is_forgotten_whole_or_not(tmp_path: Path) -> None:
    folder = tmp_path / "imports"
    uploads.forget(FolderStore(tmp_path / "imports"), NOON)
    kept = [old(folder, name, 1) for name in (f"{DIGEST}-1.zip", f".abc{UNFINISHED}")]
    for name in (f"{DIGEST}-2.zip", f".def{UNFINISHED}"):
        old(folder, name, 3)
    assert uploads.keep(FolderStore(folder), 3, b"PK", NOON) == DIGEST
    assert sorted(folder.iterdir()) == sorted([*kept, folder / f"{DIGEST}-3.zip"])


def test_two_workers_may_forget_and_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the list and the look at each, another worker took them away."""
    for number in range(3):
        old(tmp_path / "imports", f"{DIGEST}-{number}.zip", 3)
    stat = Path.stat

    def gone(path: Path, **options: bool) -> os.stat_result:
        if path.suffix == ".zip":
            path.unlink(missing_ok=True)
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", gone)
    uploads.forget(FolderStore(tmp_path / "imports"), NOON)
    assert list((tmp_path / "imports").iterdir()) == []
    with pytest.raises(NotYours):
        uploads.read_pending(FolderStore(tmp_path / "imports"), DIGEST, 1)
