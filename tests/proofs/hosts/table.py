"""All that two hosts bear, as a table; what the other targets print is named below it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from tests.proofs.hosts.acts import ACTS, NEW_KEY, Line, Site, observed, written
from tests.proofs.hosts.database import Base, base
from tests.proofs.hosts.host import PROXY, A, B, hosts, nginx
from tests.proofs.hosts.network import HERE, network
from tests.proofs.hosts.timers import letters
from tests.reporting.reminders.test_remind_year import LAST


def lines(size: int, at_once: int, last: date = LAST, *, crowded: bool = True) -> Iterator[Line]:
    """Each as soon as it is known. `size` learners for each of the four runs; letters until that day."""
    with tempfile.TemporaryDirectory(prefix="croisee-hosts-") as name, network(PROXY, A, B) as made, base(made.address(HERE)) as database:
        folder = Path(name)
        course = written(folder / "course")
        settings = {"CROISEE_COURSE": str(course), "CROISEE_SECRET_KEY_FALLBACKS": NEW_KEY}
        with hosts(made, folder, database, settings) as (first, second), nginx(made, folder) as proxy, observed(database, folder) as app:
            site = Site(app, database, first, second, proxy, course, size, at_once)
            with closing(site.tally):
                for act in ACTS:
                    yield act(site)
        yield timers(database, folder, last, crowded=crowded)


def timers(database: Base, folder: Path, last: date, *, crowded: bool) -> Line:
    wrong, sent, begun = letters(database, folder, last, crowded=crowded)
    hosts_of = {number: sum(count for (host, _), count in begun.items() if host == number) for number in ("0", "1")}
    figure = f"until {last}: {sent} letters, runs by host {hosts_of['0']} and {hosts_of['1']}; " + ("; ".join(wrong[:3]) or "each once, as one host sends them")
    return Line("4. the timers on both hosts, a told year", figure, not wrong and sent > 0 and min(hosts_of.values()) > 0)


ELSEWHERE = "Elsewhere: 100,000 people × 30 elements, `make scale`; the same tests on both databases, `make test` (`any_app`)."
