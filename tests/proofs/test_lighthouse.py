"""Lighthouse, as on a telephone with a slow connection: twelve pages of the demonstration, under gunicorn."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.settings import ROOT
from tests.bench.journeys import Person
from tests.bench.serving import serving
from tests.browsers import FLAGS, chromium
from tests.demonstrations import demonstration_in
from tests.npm_tools import program, tool

pytestmark = [pytest.mark.proof, pytest.mark.browser, pytest.mark.xdist_group("lighthouse")]

PAGES = {
    "": ("/connexion", "/aide", "/accessibilite"),
    "celine.vandamme@croisee.example": (
        "/",
        "/modules/education-prioritaire",
        "/lecons/ep-refondation",
        "/quiz/ep-bilan",
        "/glossaire",
        "/frise",
        "/progression",
    ),
    "thomas.delvigne@croisee.example": ("/atelier",),
    "karim.haddouche@croisee.example": ("/pilotage",),
}
GOALS = {"performance": 97, "accessibility": 100, "best-practices": 100}
TRIES = 3
"""Of a page that misses: the machine may have been busy. The median counts."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, dict[str, Any]]]:
    """(port, account of each address)."""
    instance = demonstration_in(tmp_path_factory, tmp_path_factory.mktemp("lighthouse") / "instance")
    accounts = json.loads((instance / "demonstration.json").read_text(encoding="utf-8"))["accounts"]
    with serving("app:create_app()", {"CROISEE_INSTANCE": str(instance)}) as (port, _):
        yield port, {account["email"]: account for account in accounts}


def measured(address: str, cookie: str, report: Path) -> dict[str, float]:
    """Category → score, of 100."""
    command = [
        program("node", "nodejs"),
        str(tool("lighthouse") / "cli/index.js"),
        address,
        "--quiet",
        "--disable-full-page-screenshot",
        "--output=json",
        f"--output-path={report}",
    ]
    command += [f"--chrome-flags=--headless=new {' '.join(FLAGS)}", f"--only-categories={','.join(GOALS)}", f"--extra-headers={json.dumps({'Cookie': cookie})}"]
    subprocess.run(command, env={**os.environ, "CHROME_PATH": chromium()}, cwd=ROOT, check=True, capture_output=True, timeout=240)
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["finalDisplayedUrl"] == address, found["finalDisplayedUrl"]
    return {name: round(100 * found["categories"][name]["score"]) for name in GOALS}


def missed(scores: dict[str, float]) -> dict[str, float]:
    return {name: score for name, score in scores.items() if score < GOALS[name]}


def judged(address: str, cookie: str, folder: Path) -> dict[str, float]:
    """What misses its goal there, after as many tries as that takes."""
    tries = [measured(address, cookie, folder / "report.json")]
    while missed(tries[0]) and len(tries) < TRIES:
        tries.append(measured(address, cookie, folder / "report.json"))
    return missed({name: statistics.median(scores[name] for scores in tries) for name in GOALS})


def test_twelve_pages_are_fast_and_accessible_on_a_telephone(site: tuple[int, dict[str, Any]], tmp_path: Path) -> None:
    port, accounts = site
    assert sum(map(len, PAGES.values())) == 12
    short: dict[str, dict[str, float]] = {}
    for email, paths in PAGES.items():
        cookie = Person(port, accounts[email]).cookie if email else ""
        for path in paths:
            if below := judged(f"http://127.0.0.1:{port}{path}", cookie, tmp_path):
                short[path] = below
    assert not short
