"""The file of a backup: on the disk before it has its name, and gone when the guide says so."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

import pytest

from app.operations.backup import write as backup
from tests.administration.conftest import Maker
from tests.identity.builders import stored_person
from tests.operations.backup.backup import save


def test_a_backup_is_on_the_disk_before_it_takes_its_name(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut leaves a whole one or none."""
    site, path, kept = make("site"), tmp_path / "folder" / "a.zip", list[bool]()
    stored_person(site)
    path.parent.mkdir()

    def sync(handle: int) -> None:
        (draft,) = path.parent.iterdir()
        kept.append(draft != path and os.fstat(handle).st_ino == draft.stat().st_ino and zipfile.ZipFile(draft).testzip() is None)

    monkeypatch.setattr(os, "fsync", sync)
    save(site, path)
    assert kept == [True]
    assert list(path.parent.iterdir()) == [path]


def test_many_missing_images_are_counted_in_french() -> None:
    said = [backup.ImagesMissing(["x"] * number).sentence.replace("\u00a0", " ") for number in (20, 21, 22)]
    assert [re.findall(r"… et .*", one) for one in said] == [[], ["… et 1 autre"], ["… et 2 autres"]]
