"""The file of a backup: on the disk before it has its name, and gone when the guide says so."""

from __future__ import annotations

import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from app.operations.backup import write as backup
from app.settings import ROOT
from tests.administration.conftest import Maker
from tests.identity.builders import stored_person
from tests.operations.backup.test_backup import save


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


def test_what_the_guides_cron_line_deletes(tmp_path: Path) -> None:
    """Each backup of long ago, incomplete ones and drafts too; nothing else."""
    guide = (ROOT / "docs" / "exploitants" / "sauvegarde.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^15 3 .*$", guide.replace(r"$(date +\%F)", "2026-10-01"), re.MULTILINE)
    written = re.findall(r"/sauvegardes/(\S+)", line)
    assert len(written) == 2
    old = [*written, *(f"{name}.4242" for name in written)]
    others = ["croisee-secret_key", "croisee-settings.toml", "croisee-avant-2026.zip", "autre.zip", "croisee-2026-10-01-dossier.zip"]
    for name in (*old, *others[:-1]):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / others[-1]).mkdir()
    (tmp_path / others[-1] / written[0]).touch()
    os.utime(tmp_path / others[-1] / written[0], (0, 0))
    os.utime(tmp_path / others[-1], (0, 0))
    subprocess.run(["sh", "-c", line[line.index("find ") :].replace("/sauvegardes", str(tmp_path))], check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(others)
    assert list((tmp_path / others[-1]).iterdir())


def test_many_missing_images_are_counted_in_french() -> None:
    said = [backup.ImagesMissing(["x"] * number).sentence.replace("\u00a0", " ") for number in (20, 21, 22)]
    assert [re.findall(r"… et .*", one) for one in said] == [[], ["… et 1 autre"], ["… et 2 autres"]]
