"""Files are whole or not there, whoever is killed while writing, and are for their owner alone."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.platform.files import write_once, write_whole
from app.platform.settings import ROOT

KILLED = """
import os, signal, sys
from pathlib import Path
from app.platform import files
setattr(*{place}, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
files.{function}(Path(sys.argv[1]), b"x" * 64)
"""


@pytest.mark.parametrize("place", ['(os, "fsync")', '(Path, "hardlink_to")', '(Path, "replace")'])
@pytest.mark.parametrize("function", ["write_once", "write_whole"])
def test_who_is_killed_leaves_nothing_that_could_be_read(tmp_path: Path, function: str, place: str) -> None:
    target = tmp_path / "folder" / "secret_key"
    child = subprocess.run([sys.executable, "-c", KILLED.format(place=place, function=function), str(target)], cwd=ROOT, check=False)
    if child.returncode == 0:  # that function does not come by there
        assert target.read_bytes() == b"x" * 64
        return
    assert child.returncode == -signal.SIGKILL
    assert not target.exists()
    write_once(target, b"whole")
    assert target.read_bytes() == b"whole"


def test_the_first_one_stays_or_the_last_one(tmp_path: Path) -> None:
    target = tmp_path / "a"
    for function, texts, left in ((write_once, (b"1", b"2"), b"1"), (write_whole, (b"3", b"4"), b"4")):
        for text in texts:
            function(target, text)
        assert target.read_bytes() == left
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_disk_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a", b"x")
    assert list(tmp_path.iterdir()) == []
