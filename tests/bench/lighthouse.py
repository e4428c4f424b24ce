"""Lighthouse, as on a telephone with a slow connection: twelve pages of the demonstration, under gunicorn. The proofs judge what does not hang on the
machine, `make bench` how fast the pages are."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from app.settings import ROOT
from tests.bench.journeys import Person
from tests.browsers import FLAGS, chromium
from tests.npm_tools import program, tool

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
"""Who opens which."""

TRIES = 3
"""Of a page, for its speed: the median counts."""


def scores(port: int, accounts: Mapping[str, dict[str, str]], folder: Path, *categories: str) -> Iterator[tuple[str, dict[str, int]]]:
    """Each page with its score in each category, of 100. `accounts`: by address of mail."""
    for email, paths in PAGES.items():
        cookie = _signed_in(port, accounts[email]) if email else ""
        for path in paths:
            yield path, _measured(f"http://127.0.0.1:{port}{path}", cookie, folder / "report.json", categories)


def _signed_in(port: int, account: dict[str, str]) -> str:
    person = Person(port, account)
    person.connection.socket.close()
    return person.cookie


def _measured(address: str, cookie: str, report: Path, categories: tuple[str, ...]) -> dict[str, int]:
    command = [program("node", "nodejs"), str(tool("lighthouse") / "cli/index.js"), address, "--quiet", "--disable-full-page-screenshot", "--output=json"]
    command += [f"--output-path={report}", f"--only-categories={','.join(categories)}", f"--extra-headers={json.dumps({'Cookie': cookie})}"]
    command += [f"--chrome-flags=--headless=new {' '.join(FLAGS)}"]
    for tries_left in (1, 0):  # a browser that did not start in time says nothing of the page
        done = subprocess.run(command, env={**os.environ, "CHROME_PATH": chromium()}, cwd=ROOT, check=not tries_left, capture_output=True, timeout=240)
        if done.returncode == 0:
            break
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["finalDisplayedUrl"] == address, found["finalDisplayedUrl"]
    return {name: round(100 * found["categories"][name]["score"]) for name in categories}


def measure(port: int, accounts: Mapping[str, dict[str, str]], folder: Path, say: Callable[..., Any]) -> None:
    """The slowest of the twelve pages."""
    tries: dict[str, list[int]] = {}
    for _ in range(TRIES):
        for path, found in scores(port, accounts, folder, "performance"):
            tries.setdefault(path, []).append(found["performance"])
    middle = {path: statistics.median(of) for path, of in tries.items()}
    slowest = min(middle, key=lambda path: middle[path])
    say("lighthouse_performance_of_the_slowest_page", middle[slowest], 97, digits=0, note=f"page={slowest}")
