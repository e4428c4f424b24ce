"""`make faults`: two hundred processes killed, a full disk, a database away for a minute. Ten minutes; a table for each database."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

from tests.bench.faults.away import away
from tests.bench.faults.house import house
from tests.bench.faults.killing import Kills, killing
from tests.bench.faults.room import fill_up, small_disk
from tests.bench.faults.table import Line, said
from tests.databases import fresh_database, running_postgres
from tests.making import hasten

KILLS = Kills(workers=68, first=8, jobs=12, commands=12)
"""On each database."""
SECONDS = 60


def main() -> int:
    hasten()
    logging.getLogger("croisee").setLevel(logging.ERROR)  # of this process: the site's own log stands in its folder
    short = 0

    def tell(name: str, lines: list[Line]) -> None:
        nonlocal short
        short += sum(not line.well for line in lines)
        print(said(name, lines), end="\n\n", flush=True)

    with tempfile.TemporaryDirectory(prefix="croisee-faults-") as place:
        folder = Path(place)
        with house(folder / "sqlite", learners=250) as made:
            tell("SQLite", killing(made, KILLS))
        with small_disk(folder / "disk") as disk, house(disk) as made:
            tell("SQLite, a disk of 24 MB", fill_up(made))
        with running_postgres() as server:
            with fresh_database(server) as database, house(folder / "postgresql", database, learners=250) as made:
                tell("PostgreSQL", killing(made, KILLS))
            with fresh_database(server) as database, house(folder / "away", database) as made:
                tell("PostgreSQL, stopped", away(made, server, SECONDS))
    return int(short > 0)


if __name__ == "__main__":
    sys.exit(main())
