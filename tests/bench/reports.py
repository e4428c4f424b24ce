"""« Le pilotage » on generated people, in a process of its own: pages in server time without a network, statements, files and their memory.

`python -m tests.bench.reports fill|measure <folder> <people> <database>`; `measure` prints one JSON object.
"""

from __future__ import annotations

import json
import logging
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import ColumnElement, update

from app import create_app
from app.platform import clock
from app.platform.db import db, refresh_statistics, writing
from app.platform.web import migrations
from app.record.figures import store as stored_figures
from app.record.progress.models import STALE, PersonFigures
from app.reporting import report_files
from tests.bench import people, saving
from tests.bench.serving import ROOT
from tests.identity.builders import sign_in, statements
from tests.making import make_settings
from tests.strict import StrictClient

ROUNDS = 5
WARM = 6
"""Times that a page is fetched before: a worker serves for days, and PostgreSQL's driver prepares a statement at its fifth use."""
GRID = "/pilotage/personnes"
QUERIES = (
    "",
    "tri=-nom&apres=karim 0500000~50000",
    "tri=avancement",
    "tri=-avancement&etat=a-commencer",
    "tri=-activite&etat=a-l-arret",
    "tri=inscription&etat=en-cours&cote=education",
    "etat=termine&tri=activite",
    "territoire=cite-lille-sud&tri=-activite",
    "vague=2&tri=-inscription",
    "module=cites-educatives",
    "module=metier-cpo&etat=a-l-arret&tri=-avancement",
    "echeance=en-retard&tri=echeance",
    "module=cites-educatives&dans=a-finir&tri=avancement",
    "nom=karim&tri=-nom",
    "du=2026-01-01&au=2026-06-30&tri=avancement",
)
"""Filters, orders and places of pages that are tried for each reader who may."""

PEOPLE = "/administration/personnes"
PEOPLE_QUERIES = ("", "page=469", "page=1000", "page=99999", "q=karim", "etat=actif", "etat=à inviter", "role=apprenant", "territoire=departement-nord")

Open = Callable[[str], int]


def run(what: str, folder: Path, count: int, database: str) -> str:
    """One of the two commands, in a process that holds nothing else. Gives what it printed."""
    command = [sys.executable, "-m", "tests.bench.reports", what, str(folder), str(count), database]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def application(folder: Path, database: str) -> Flask:
    logging.disable(logging.INFO)
    app = create_app(make_settings(folder, **({"database_url": database} if database else {})))
    app.test_client_class = StrictClient
    return app


def fill(app: Flask, count: int) -> None:
    """On the real course, without the demonstration."""
    with app.app_context():
        migrations.upgrade()
    result = app.test_cli_runner().invoke(args=["content", "sync"])
    assert result.exit_code == 0, result.output
    with app.app_context(), writing() as session:
        people.fill(session, count)
    with app.app_context():
        settle_down()


def settle_down() -> None:
    """What a site's night does, and what PostgreSQL does by itself in the minutes after: an index is not read alone before."""
    refresh_statistics()
    if db.engine.dialect.name != "sqlite":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE)")


@contextmanager
def reader(app: Flask, name: str) -> Iterator[Open]:
    """A client that fetches a page and gives its length. Checking the page is no part of making it."""
    client = app.test_client()
    assert isinstance(client, StrictClient)
    sign_in(client, people.READERS[name][0], people.PASSWORD)
    raw = super(StrictClient, client).open

    def fetch(path: str) -> int:
        answer = raw(path, buffered=False)
        size = sum(len(piece) for piece in answer.iter_encoded())
        answer.close()
        assert answer.status_code in (200, 404), path
        return size

    yield fetch


def median(act: Callable[[], object]) -> float:
    """Milliseconds."""
    for _ in range(WARM):
        act()
    found = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        act()
        found.append((time.perf_counter() - begin) * 1000)
    return statistics.median(found)


def memory() -> float:
    """The most that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(app: Flask, count: int) -> dict[str, float | str]:
    found: dict[str, float | str] = {}
    with reader(app, "administrator") as fetch:
        found["grid"] = median(lambda: fetch(GRID))
        found["overview"] = median(lambda: fetch("/pilotage/bilan"))
        found["week"] = median(lambda: fetch("/pilotage"))
        found |= _worst_page(app) | _people_pages(app) | _quality(app, fetch)
        before = memory()
        fetch(f"{GRID}.csv")
        found["csv_grew"] = memory() - before
        found["csv"] = 1000 * count / median(lambda: fetch(f"{GRID}.csv"))
        report_files.MOST_IN_WORKBOOK = count  # the writing is what is measured
        begin = time.perf_counter()
        fetch(f"{GRID}.xlsx")
        found["xlsx"] = time.perf_counter() - begin
        found["xlsx_memory"] = memory()
    found["settled"] = settled(app)
    return found | saving.ratios(app)


def _worst_page(app: Flask) -> dict[str, float | str]:
    """Over every reader, filter and order: the slowest page, and the most statements."""
    times: dict[str, float] = {}
    most = 0
    for name in people.READERS:
        with reader(app, name) as fetch:
            for query in QUERIES:
                times[f"{name} ?{query}"] = median(lambda path=f"{GRID}?{query}", get=fetch: get(path))  # type: ignore[misc]
                with statements(app) as sent:
                    fetch(f"{GRID}?{query}")
                most = max(most, len(sent))
    slowest = max(times, key=lambda query: times[query])
    return {"grid_worst": times[slowest], "worst": slowest, "statements": most}


def _people_pages(app: Flask) -> dict[str, float | str]:
    """The list of accounts, over every reader: its first page, and the slowest of all."""
    times: dict[str, float] = {}
    for name in people.READERS:
        with reader(app, name) as fetch:
            times |= {f"{name} ?{query}": median(lambda path=f"{PEOPLE}?{query}", get=fetch: get(path)) for query in PEOPLE_QUERIES}  # type: ignore[misc]
    slowest = max(times, key=lambda query: times[query])
    return {"people": max(times[f"{name} ?"] for name in people.READERS), "people_worst": times[slowest], "people_slowest": slowest}


def _quality(app: Flask, fetch: Open) -> dict[str, float | str]:
    """The slower of the two pages, and the seconds that a night takes to count for them."""
    begin = time.perf_counter()
    assert app.test_cli_runner().invoke(args=["quality", "settle"]).exit_code == 0
    night = time.perf_counter() - begin
    return {"quality": max(median(lambda path=path: fetch(path)) for path in ("/pilotage/qualite", "/resultats")), "quality_night": night}  # type: ignore[misc]


def settled(app: Flask, *whose: ColumnElement[bool]) -> float:
    """People a second whose figures are worked out again, as after a publication that moves lessons; everybody's, or these."""
    with app.app_context():
        with writing() as session:
            session.execute(update(PersonFigures).where(*whose).values(basis=STALE))
        begin = time.perf_counter()
        count = stored_figures.settle_everybody(clock.now())
        return count / (time.perf_counter() - begin)


def main(what: str, folder: str, count: str, database: str) -> None:
    app = application(Path(folder), database)
    if what == "fill":
        fill(app, int(count))
    else:
        print(json.dumps(measure(app, int(count))))


if __name__ == "__main__":
    main(*sys.argv[1:])
