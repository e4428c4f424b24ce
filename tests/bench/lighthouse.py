"""Lighthouse, as on a telephone with a slow connection: twelve pages of the demonstration, under gunicorn. The proofs judge what does not hang on the
machine, `make bench` how fast the pages are."""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.platform.settings import ROOT
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
    "karim.haddouche@croisee.example": ("/pilotage/bilan",),
}
"""Who opens which."""

TRIES = 3
"""Of a page, for its speed: the median counts."""


def scores(port: int, accounts: Mapping[str, dict[str, str]], *categories: str) -> dict[str, dict[str, int]]:
    """Each page's score in each category, of 100. `accounts`: by address of mail."""
    cookies = {email: _signed_in(port, accounts[email]) if email else "" for email in PAGES}
    pages = [(path, {"address": f"http://127.0.0.1:{port}{path}", "cookie": cookies[email]}) for email, paths in PAGES.items() for path in paths]
    found = _measured([page for _, page in pages], categories)
    assert [one["arrived"] for one in found] == [page["address"] for _, page in pages], [one["arrived"] for one in found]
    return {path: {name: round(100 * score) for name, score in one["scores"].items()} for (path, _), one in zip(pages, found, strict=True)}


def _signed_in(port: int, account: dict[str, str]) -> str:
    person = Person(port, account)
    person.connection.socket.close()
    return person.cookie


def _measured(pages: list[dict[str, str]], categories: tuple[str, ...]) -> list[dict[str, Any]]:
    command = [program("node", "nodejs"), str(Path(__file__).with_suffix(".mjs")), str(tool("lighthouse"))]
    asked = json.dumps({"chrome": chromium(), "flags": FLAGS, "categories": categories, "pages": pages})
    for tries_left in (1, 0):  # a browser that did not start in time says nothing of the pages
        done = subprocess.run(command, cwd=ROOT, input=asked, check=not tries_left, capture_output=True, text=True, timeout=900)
        if done.returncode == 0:
            break
    return [json.loads(line) for line in done.stdout.splitlines()]


def measure(port: int, accounts: Mapping[str, dict[str, str]], say: Callable[..., Any]) -> None:
    """The slowest of the twelve pages."""
    tries: dict[str, list[int]] = {}
    for _ in range(TRIES):
        for path, found in scores(port, accounts, "performance").items():
            tries.setdefault(path, []).append(found["performance"])
    middle = {path: statistics.median(of) for path, of in tries.items()}
    slowest = min(middle, key=lambda path: middle[path])
    say("lighthouse_performance_of_the_slowest_page", middle[slowest], 97, digits=0, note=f"page={slowest}")
