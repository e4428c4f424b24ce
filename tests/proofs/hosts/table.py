"""All that two hosts bear, as a table; what the other targets print is named below it."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import Flask

from app import create_app
from app.platform.db import db
from tests.making import make_settings
from tests.proofs.hosts.acts import ACTS, NEW_KEY, UNDER_LOAD, Line, Site
from tests.proofs.hosts.bucket import bucket
from tests.proofs.hosts.database import Base, base
from tests.proofs.hosts.host import KEY, PROXY, A, B, hosts, proxy
from tests.proofs.hosts.network import HERE, network
from tests.proofs.hosts.timers import letters
from tests.record import courses
from tests.reporting.reminders.remind_year import LAST as END


@contextmanager
def observed(base: Base, folder: Path) -> Iterator[Flask]:
    app = create_app(make_settings(folder / "observer", database_url=base.direct(), secret_key=KEY))
    yield app
    with app.app_context():
        db.engine.dispose()


def lines(size: int, at_once: int, last: date = END, *, whole: bool = True) -> Iterator[Line]:
    """Each as soon as it is known. So many learners; letters until that day. Whole: a host killed, PostgreSQL restarted, letters of two hundred people too."""
    began = time.monotonic()
    for line in _lines(size, at_once, last, whole=whole):
        yield replace(line, seconds=time.monotonic() - began)
        began = time.monotonic()


def _lines(size: int, at_once: int, last: date, *, whole: bool) -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="croisee-hosts-") as name, network(PROXY, A, B) as made, base(made.address(HERE)) as database:
        folder = Path(name)
        course = courses.written(folder / "course")
        with bucket(made.address(HERE)) as images:
            settings = {"CROISEE_COURSE": str(course), "CROISEE_SECRET_KEY_FALLBACKS": NEW_KEY, **images.settings}
            with hosts(made, folder, database, settings) as (first, second, seconds), proxy(made, folder) as before, observed(database, folder) as app:
                site = Site(app, database, images, first, second, before, course, size, at_once, seconds)
                with closing(site.tally):
                    for act in (act for act in ACTS if whole or act not in UNDER_LOAD):
                        yield explained(act(site), site)
        yield timers(database, folder, last, crowded=whole)


def explained(line: Line, site: Site) -> Line:
    """Of what fell short, what both hosts' logs say."""
    if not line.well:
        print(*site.first.tracebacks(), *site.second.tracebacks(), sep="\n", file=sys.stderr)
    return line


def timers(database: Base, folder: Path, last: date, *, crowded: bool) -> Line:
    wrong, sent, begun = letters(database, folder, last, crowded=crowded)
    hosts_of = {number: sum(count for (host, _), count in begun.items() if host == number) for number in ("0", "1")}
    figure = f"until {last}: {sent} letters, runs by host {hosts_of['0']} and {hosts_of['1']}; " + ("; ".join(wrong[:3]) or "each once, as one host sends them")
    return Line("4. the timers on both hosts, a told year", figure, not wrong and sent > 0 and min(hosts_of.values()) > 0)


ELSEWHERE = "Elsewhere: 100,000 people × 30 elements, `make scale`; the same tests on both databases, `make test` (`any_app`)."
