"""`make small`: ten minutes and 10,000 people, or as many as said; and, as `day`, what that machine runs of a told clock."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import datetime, timedelta
from datetime import time as hour
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app import create_app
from app.operations.jobs.runner import CommandRun, Runner, this_process
from app.operations.jobs.services import JobOutcome
from app.platform import clock
from tests.proofs.hosts.timers import InThisThread
from tests.proofs.small.machine import missing_means
from tests.proofs.small.region import region

STEP = timedelta(minutes=10)
PARIS = ZoneInfo("Europe/Paris")
LEFT_OUT = InThisThread(JobOutcome(True, "Sans exercice."))


def pass_a_day(app: Flask) -> int:
    """From the next Sunday at nine to Monday at nine, when most is due: how many runs there were. Prints those that failed.

    Without the drill of Sunday, which rightly refuses people whose ledger was invented.
    """
    real = clock.now()
    sunday = (real.astimezone(PARIS) + timedelta(days=7 - real.astimezone(PARIS).weekday() - 1 or 7)).date()
    now, runs, wrong = datetime.combine(sunday, hour(9), PARIS).astimezone(real.tzinfo), 0, list[str]()
    end = now + timedelta(days=1)
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: now)
        runner = Runner(app.config["CROISEE"], this_process(), clock.now, lambda timer: LEFT_OUT if timer.name == "drill" else CommandRun.begin(timer))
        runner.start()
        while now < end:
            runs += runner.turn()
            while runner.going:
                time.sleep(0.05)
                runs += runner.turn()
                wrong += [f"{timer.name}: {outcome.said}" for timer, outcome in runner.ended.items() if not outcome.well]
            now += STEP
        runner.stop()
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return runs


def main() -> int:
    if sys.argv[1:] == ["day"]:
        print(pass_a_day(create_app()))
        return 0
    if lack := missing_means():
        print(lack)
        return 1
    minutes, people = (float(word) for word in (*sys.argv[1:], 10, 10_000)[:2])
    with tempfile.TemporaryDirectory(prefix="croisee-small-") as folder:
        found = region(Path(folder), int(people), 60 * minutes, day=True)
    print(found, flush=True)
    return 1 if found.wrong or found.killed or found.crowd.tally.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
