"""What `make` does on a machine where nothing is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OLD = "import sys; sys.version_info, sys.version = (3, 9, 2), '3.9.2 (main)'"
ALONE = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
"""Not as one that another `make` started, which says more."""
WITHOUT_VENV = "import importlib.util; importlib.util.find_spec = lambda name: None"


@pytest.mark.parametrize(
    ("target", "lists"),
    [("serve", {"app"}), ("check", {"app"}), ("test", {"app", "dev"}), ("proofs", {"app", "dev"})],
    ids=["serve", "check", "test", "proofs"],
)
def test_who_only_serves_installs_what_the_application_needs(target: str, lists: set[str]) -> None:
    planned = subprocess.run(["make", "--dry-run", "--always-make", target], cwd=ROOT, env=ALONE, capture_output=True, text=True, check=True).stdout
    assert {name for name in ("app", "dev") if f"--requirement requirements/{name}.txt" in planned} == lists


@pytest.mark.parametrize(
    ("prepared", "sentence"),
    [(OLD, "Python 3.11 or newer is needed, this is 3.9.2."), (WITHOUT_VENV, "Python cannot make its environment here: install python3-venv.")],
    ids=["old", "without venv"],
)
def test_what_a_machine_lacks_is_one_sentence(tmp_path: Path, prepared: str, sentence: str) -> None:
    (tmp_path / "requirements").mkdir()
    for name in ("Makefile", "requirements/app.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec python3 -c "{prepared}\n$2"\n', encoding="utf-8")
    python.chmod(0o755)
    refused = subprocess.run(["make", "serve", f"PYTHON={python}"], cwd=tmp_path, env=ALONE, capture_output=True, text=True, check=False)
    first, last = refused.stderr.splitlines()
    assert (first, last.startswith("make: ***"), refused.stdout) == (sentence, True, "")
    assert not (tmp_path / ".venv").exists()
