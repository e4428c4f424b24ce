"""The version before, served by its own code, comes to this one: whoever was reading or answering goes on, and nothing that was learned is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, create_engine, select

from app.platform.settings import ROOT
from tests.bench.journeys import ANSWERS, LESSON, QUIZ, Person
from tests.bench.load import Connection
from tests.bench.serving import serving
from tests.previous import NAMED, SERVES_BESIDE, unpacked_in

pytestmark = [pytest.mark.proof, pytest.mark.long]


class Site:
    """One database and one instance folder, on which the code of either version runs, as an operator runs it."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self.environ = {"CROISEE_INSTANCE": str(folder), "DATABASE_URL": address}

    def command(self, code: Path, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *words], cwd=code, env={**os.environ, **self.environ}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def accounts(self, role: str) -> list[dict[str, str]]:
        listed: list[dict[str, str]] = json.loads((self.folder / "demonstration.json").read_text(encoding="utf-8"))["accounts"]
        return [account for account in listed if account["role"] == role]

    def rows(self, name: str, columns: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Of a table, in their order: all columns, or those."""
        engine = create_engine(self.address)
        table = Table(name, MetaData(), autoload_with=engine)
        with engine.connect() as connection:
            read = connection.execute(select(*(table.c[column] for column in columns or table.c.keys())).order_by(*table.primary_key.columns)).mappings()
            found = [dict(row) for row in read]
        engine.dispose()
        return found


KEPT = ("learning_event", "response", "attestation")
"""Tables of what was learned, answered and attested."""
ROLES = {
    "apprenant": ("/", "/progression"),
    "formateur": ("/atelier",),
    "responsable": ("/pilotage", "/pilotage/personnes"),
    "administrateur": ("/administration",),
}
"""A page or two of each."""


def begin(site: Site, code: Path, account: dict[str, str]) -> tuple[Person, str]:
    """By the code of one version, a learner opens a lesson and answers the first question of its quiz: their browser, and the attempt's address."""
    with serving("app:create_app()", site.environ, folder=code) as (port, _):
        person = Person(port, account)
        person.get(LESSON)
        token = person.get("/compte").form("/compte")["fields"]["csrf_token"]
        attempt = person.post(f"/quiz/{QUIZ}/tentatives", {"csrf_token": token}).partition("/questions/")[0]
        answer(person, attempt, 1)
        person.connection.close()
    return person, attempt


def answer(person: Person, attempt: str, position: int) -> None:
    address = f"{attempt}/questions/{position}"
    fields = person.get(address).form(address)["fields"]
    person.post(address, {**fields, **ANSWERS, "then": "next"})
    assert person.status == 303, address


def go_on(site: Site, people: Sequence[tuple[Person, str]]) -> None:
    """By this version, each browser, still signed in, answers what was left and sends it; each role opens its pages."""
    with serving("app:create_app()", site.environ) as (port, _):
        for person, attempt in people:
            person.connection = Connection(port)
            recap = person.get(f"{attempt}/recapitulatif")
            assert person.status == 200
            positions = sorted({int(link.get("href").rsplit("/", 1)[1]) for link in recap.all("a") if f"{attempt}/questions/" in (link.get("href") or "")})
            for position in positions[1:]:
                answer(person, attempt, position)
            sending = person.get(f"{attempt}/recapitulatif").form(f"{attempt}/envoi")
            person.post(sending["action"], sending["fields"])
            assert (person.status, person.location) == (303, attempt)
            person.get(attempt)
            assert person.status == 200
            person.connection.close()
        for role, pages in ROLES.items():
            somebody = Person(port, site.accounts(role)[0])
            assert [page for page in pages if not somebody.get(page) or somebody.status != 200] == [], role
            somebody.connection.close()


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_its_database_comes_to_this_version(
    database: str, request: pytest.FixtureRequest, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Where a clone has no history and nobody to ask for it, this says that nothing was shown."""
    before = tmp_path / "before"
    if not unpacked_in(before):
        record_property("shown", f"the version before ({NAMED['commit'][:8]}) is not in this clone: its database was not brought to this version")
        return
    address = request.getfixturevalue("postgres_url") if database == "postgres" else f"sqlite:///{tmp_path / 'site.sqlite'}"
    site = Site(tmp_path / "instance", address)
    site.command(before, "prepare")
    learners = site.accounts("apprenant")
    people = [begin(site, before, learners[0])]
    kept = {table: site.rows(table) for table in KEPT}
    site.command(ROOT, "prepare")
    assert all(kept.values())
    for table, rows in kept.items():
        assert site.rows(table, list(rows[0])) == rows, table
    if SERVES_BESIDE:  # machines are upgraded one after the other: the version before still answers on this database
        people.append(begin(site, before, learners[1]))
    go_on(site, people)
    assert json.loads(site.command(ROOT, "learning", "verify", "--json"))["differences"] == []
