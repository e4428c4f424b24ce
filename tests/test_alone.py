"""What a process of our own may do: nothing but answer, within its limits."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app import alone


def answered(folder: Path, code: str, *arguments: str, **limits: Any) -> bytes:
    file = folder / "code.py"
    file.write_text(code, encoding="utf-8")
    return alone.output(file, *arguments, **{"data": b"", "mebibytes": 500, "seconds": 5, "patience": 20, **limits})


def test_it_is_given_its_arguments_and_its_data_and_may_import_what_is_ours(tmp_path: Path) -> None:
    code = "import sys; from app import alone; print(sys.argv[1:], sys.stdin.read(), alone.HERE.name)"
    assert answered(tmp_path, code, "docx", "2", data=b"words") == b"['docx', '2'] words alone.py\n"


def test_it_writes_no_file(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        answered(tmp_path, f"import pathlib; pathlib.Path({str(tmp_path / 'written')!r}).write_bytes(b'x')")
    assert b"File too large" in failed.value.stderr
    assert (tmp_path / "written").read_bytes() == b""


def test_it_is_stopped_when_it_works_too_long(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        answered(tmp_path, "while True: pass", seconds=1)


def test_a_lower_limit_of_the_machine_stays(tmp_path: Path) -> None:
    """One process bounds itself twice: the second time, it asks for more than it may have."""
    code = "import resource; from app import alone; alone.bound(900, 90); print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    assert answered(tmp_path, code) == f"{500 * 1024 * 1024} 5\n".encode()
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] != 5
