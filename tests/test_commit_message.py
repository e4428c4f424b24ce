"""The hook that checks what a commit says of itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.platform.settings import ROOT


@pytest.mark.parametrize(
    ("message", "accepted"),
    [
        ("reports: reuse the prepared statement for exports\n", True),
        ("operations, reporting: mend the small wrongs of operators\n\nWhy.\n", True),
        ("Merge branch 'imports'\n", True),
        ("A file's people are asked of a statement that is kept\n", False),
        ("reports: done\n", False),
        (f"reports: reuse {'x' * 70}\n", False),
        ("reports: reuse the statement\nwithout an empty line\n", False),
    ],
)
def test_a_subject_names_its_area_and_says_what_it_does(message: str, accepted: bool, tmp_path: Path) -> None:
    (tmp_path / "message").write_text(message, encoding="utf-8")
    done = subprocess.run([sys.executable, str(ROOT / ".githooks/commit-msg"), str(tmp_path / "message")], capture_output=True, check=False)
    assert (done.returncode == 0) is accepted
