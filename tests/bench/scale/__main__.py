"""`make scale`: makes the site, or takes the one that stands in the folder, and measures it.

`python -m tests.bench.scale <people> <postgres or sqlite> <folder to keep it in, or nothing> <parts with commas between, or nothing>`
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from app.platform import clock
from app.platform.db import db
from app.platform.web import migrations
from app.record.figures.store import settle_everybody
from tests.bench import reports
from tests.bench.scale import filling, server
from tests.bench.scale.measuring import MB, PARTS, USUAL, Site, say
from tests.making import DECIDED, SIGN_IN

BYTES = 30_000
"""Of a person, at the most, with the database's own journal: asked of the disk before anything is written."""


@dataclass(frozen=True, slots=True)
class Wanted:
    people: int
    postgres: bool
    keep: Path | None
    parts: tuple[str, ...]

    def key(self) -> dict[str, object]:
        return {"people": self.people, "postgres": self.postgres}


def asked(arguments: list[str]) -> Wanted:
    people, database, keep, parts = (*arguments, *([""] * 4))[:4]
    if database not in ("", "postgres", "sqlite"):
        sys.exit("DATABASE is postgres or sqlite.")
    chosen = tuple(parts.split(",")) if parts else USUAL
    if unknown := set(chosen) - PARTS.keys():
        sys.exit(f"{', '.join(sorted(unknown))}: PARTS are of {', '.join(PARTS)}.")
    return Wanted(int(people or 1_000_000), database != "sqlite", Path(keep).resolve() if keep else None, chosen)


@contextmanager
def place(wanted: Wanted) -> Iterator[Path]:
    """Where the site stands: kept, or gone afterwards. The server of PostgreSQL has an account of its own, which must come through."""
    if wanted.keep:
        wanted.keep.mkdir(parents=True, exist_ok=True)
        yield wanted.keep
        return
    with tempfile.TemporaryDirectory(prefix="croisee-scale-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def make(site: Site, folder: Path, database: str) -> None:
    """`database`: the address of PostgreSQL; empty where it is SQLite, which takes no such care."""
    free = shutil.disk_usage(folder).free
    if free < site.people * BYTES:
        sys.exit(f"{site.people} people may need {site.people * BYTES / MB:.0f} MB, {free / MB:.0f} are free in {folder}.")
    begin = time.perf_counter()
    result = site.app.test_cli_runner().invoke(args=["content", "sync"])
    assert result.exit_code == 0, result.output
    with server.careless(database) if database else nullcontext():
        filling.fill(site.app, site.people, lambda done: print(f"  {done}, {time.perf_counter() - begin:.0f} s", flush=True))
        say("made", time.perf_counter() - begin, unit="s")
        _settle_down(site)
    say("made_and_analysed", time.perf_counter() - begin, unit="s")


def _settle_down(site: Site) -> None:
    """What the database does by itself in the days after."""
    with site.app.app_context():
        reports.settle_down()


def _bring_up_to_date(site: Site) -> None:
    """What a new version, or a day that passed, leaves to be worked out again: its readers would wait for it."""
    begin = time.perf_counter()
    with site.app.app_context():
        count = settle_everybody(clock.now())
        if count > site.people // 2:
            _settle_down(site)
    say("brought_up_to_date", time.perf_counter() - begin, unit="s", note=f"people={count}")


def main() -> None:
    wanted = asked(sys.argv[1:])
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"SCALE machine processors={os.cpu_count()} memory={memory:.0f}GB python={platform.python_version()} load={os.getloadavg()[0]:.1f}", flush=True)
    SIGN_IN["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = DECIDED  # a password costs here what it costs people
    with place(wanted) as folder, server.postgres(folder / "postgres") if wanted.postgres else nullcontext("") as database:
        mark = folder / "made.json"
        site = Site(reports.application(folder / "instance", database), wanted.people)
        with site.app.app_context():
            migrations.upgrade()
        if not mark.exists():
            make(site, folder, database)
            mark.write_text(json.dumps(wanted.key()), encoding="utf-8")
        elif (kept := json.loads(mark.read_text(encoding="utf-8"))) != wanted.key():
            sys.exit(f"{folder} holds another site: {kept}.")
        _bring_up_to_date(site)
        for name in wanted.parts:
            try:
                PARTS[name](site, say)
            except Exception as error:  # what was made is dear: one part that fails keeps no other from being measured
                traceback.print_exc()
                print(f"SCALE {name} failed: {type(error).__name__}", flush=True)
        with site.app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main()
