"""`make bench`: one line a measure, `BENCH name ours=… floor=… ratio=… goal=… ok|short`. Bad figures are printed as they are.

Floor and ours alternate five times under the very command line of `make serve`; the medians count.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.bench import atelier, contents, journeys, lighthouse, positioning, reports, review, secrecy, starting
from tests.bench.load import Load
from tests.bench.serving import BIN, ROOT, serving, worker_memory
from tests.bench.telling import tell
from tests.databases import fresh_database, running_postgres
from tests.learner.search import speed

ROUNDS = 5
say = partial(tell, "BENCH")


def alternate(ours: Callable[[], Load], floor: Callable[[], Load]) -> tuple[list[Load], list[Load]]:
    mine, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(floor())
        mine.append(ours())
    return mine, theirs


def middle(loads: list[Load], what: str) -> float:
    return statistics.median(getattr(load, what) for load in loads)


REPORT_GOALS = ((1_000, (15, 20), 30, 50), (10_000, (25, 25), 60, 100), (100_000, (150, 150), 600, 800))
"""(people, milliseconds of the grid's first page on SQLite and on PostgreSQL, those of the slowest page of all filters and orders, those of the overview and
of the week)."""


def measure_reports(folder: Path) -> None:
    """Each size on each database; making the people and measuring are two processes."""
    with running_postgres() as server:
        for people, (sqlite, postgres), slowest, overview in REPORT_GOALS:
            measure_report(folder / f"sqlite-{people}", people, "", sqlite, slowest, overview)
            with fresh_database(server) as database:
                measure_report(folder / f"postgres-{people}", people, database, postgres, slowest, overview)


def measure_report(folder: Path, people: int, database: str, grid: float, slowest: float, overview: float) -> None:
    reports.run("fill", folder, people, database)
    found = json.loads(reports.run("measure", folder, people, database))
    name = f"{'postgres' if database else 'sqlite'}_{people}"
    say(f"grid_page_{name}", found["grid"], grid, unit="ms", higher=False)
    say(f"grid_slowest_page_{name}", found["grid_worst"], slowest, unit="ms", higher=False, note=f"page={found['worst'].replace(' ', '')}")
    say(f"grid_statements_{name}", found["statements"], 12, higher=False)
    say(f"overview_{name}", found["overview"], overview, unit="ms", higher=False)
    say(f"week_{name}", found["week"], overview, unit="ms", higher=False)
    say(f"people_page_{name}", found["people"], 60, unit="ms", higher=False)
    say(f"people_slowest_page_{name}", found["people_worst"], 120, unit="ms", higher=False, note=f"page={found['people_slowest'].replace(' ', '')}")
    say(f"quality_page_{name}", found["quality"], 200, unit="ms", higher=False, note=f"night={found['quality_night']:.1f}s")
    say(f"csv_people_a_second_{name}", found["csv"], 20_000, note=f"memory_grew={found['csv_grew']:.0f}MB")
    say(f"xlsx_{name}", found["xlsx"], 60, unit="s", higher=False)
    say(f"xlsx_memory_{name}", found["xlsx_memory"], 300, unit="MB", higher=False)
    say(f"save_answer_with_figures_{name}", found["save_answer"], 1.1, higher=False, note="of the same without", digits=2)
    print(
        f"BENCH figures_worked_out_again_{name} ours={found['settled']:.0f}/s element_finished_with_figures={found['finish_element']:.2f} of without",
        flush=True,
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="croisee-bench-") as folder:
        instance = Path(folder) / "instance"
        environ = {"CROISEE_INSTANCE": str(instance), "CROISEE_LOGIN_LIMIT": "1000000 per minute"}
        subprocess.run([str(BIN / "flask"), "--app", "app", "prepare"], cwd=ROOT, env={**os.environ, **environ}, check=True, capture_output=True)
        accounts = json.loads((instance / "demonstration.json").read_text(encoding="utf-8"))["accounts"]
        starting.measure(instance, say)
        measure_reports(Path(folder))
        review.measure(Path(folder) / "review", say)
        atelier.measure(Path(folder) / "atelier", say)
        secrecy.measure(Path(folder) / "secrecy", say)
        positioning.measure(Path(folder) / "positioning", say)
        speed.measure(Path(folder) / "searching", say)
        floor_environ = {"FLOOR_DATABASE": str(Path(folder) / "floor.sqlite")}
        # Two workers that made the tables at once would get in each other's way.
        subprocess.run(
            [sys.executable, "-c", "from tests.bench import floor_app; floor_app.create_app()"],
            cwd=ROOT,
            env={**os.environ, **floor_environ},
            check=True,
            capture_output=True,
        )
        with serving("tests.bench.floor_app:create_app()", floor_environ) as (floor_port, _), serving("app:create_app()", environ) as (port, master):
            site = journeys.Site(port, [account for account in accounts if account["role"] == "apprenant"])
            measure_lesson(site, floor_port)
            measure_pages(site)  # of people who did not just make a hundred attempts at one quiz
            measure_saving(site, floor_port)
            measure_attempts(site, floor_port)
            measure_first_visit(site)
            lighthouse.measure(port, {account["email"]: account for account in accounts}, say)
            measure_memory(site, master)
    contents.measure(say)


def measure_lesson(site: journeys.Site, floor_port: int) -> None:
    mine, theirs = alternate(lambda: site.lesson(8), lambda: journeys.floor(floor_port, "/lesson", 8))
    bare = journeys.floor(floor_port, "/bare", 8)
    note = f"bytes={site.lesson_bytes} failures={sum(load.failures for load in mine)} bare={bare.per_second:.0f}/s ratio_to_bare={middle(mine, 'per_second') / bare.per_second:.2f}"
    say("lesson_8_clients", middle(mine, "per_second"), 0.8, middle(theirs, "per_second"), "/s", note=note)
    say("lesson_8_clients_p99", middle(mine, "p99"), 40, unit="ms", higher=False)
    say("lesson_1_client_p50", statistics.median(site.lesson(1).p50 for _ in range(ROUNDS)), 6, unit="ms", higher=False)


def measure_saving(site: journeys.Site, floor_port: int) -> None:
    mine, theirs = alternate(lambda: site.saving(8), lambda: journeys.floor(floor_port, "/save", 8, form=True))
    say(
        "save_answer_8_clients",
        middle(mine, "per_second"),
        0.6,
        middle(theirs, "per_second"),
        "/s",
        note=f"failures={sum(load.failures for load in mine)}",
    )
    say("save_answer_8_clients_p99", middle(mine, "p99"), 100, unit="ms", higher=False, note=f"floor={middle(theirs, 'p99'):.0f}ms")
    crowd = site.saving(50, seconds=10)
    say("save_answer_50_clients_longest", crowd.longest / 1000, 2, unit="s", higher=False, note=f"p99={crowd.p99:.0f}ms failures={crowd.failures}")


def measure_attempts(site: journeys.Site, floor_port: int) -> None:
    mine, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(journeys.floor_attempts(floor_port, 8, seconds=8))
        mine.append(site.attempts(8, seconds=8))
    per_minute = statistics.median(mine)
    say("attempts_of_ten_questions_8_clients_of_floor", per_minute, 0.5, statistics.median(theirs), "/min", note=f"failures={site.failures}")
    say("attempts_of_ten_questions_8_clients", per_minute, 1500, unit="/min")


def measure_pages(site: journeys.Site) -> None:
    """As its reader waits for it: the server's time, and some tenths of a millisecond on the way."""
    for name, path in site.pages().items():
        loads = [site.reading(path, seconds=1) for _ in range(ROUNDS)]
        say(f"{name}_1_client_p50", middle(loads, "p50"), 10, unit="ms", higher=False, note=f"failures={sum(load.failures for load in loads)}")


def measure_first_visit(site: journeys.Site) -> None:
    requests, size = site.first_visit()
    say("first_visit_requests", requests, 5, higher=False)
    say("first_visit_weight_besides_the_face", size / 1000, 45, unit="kB", higher=False)


def measure_memory(site: journeys.Site, master: int) -> None:
    before = max(worker_memory(master))
    site.browse(20_000)
    after = max(worker_memory(master))
    say(
        "memory_of_a_worker_after_20000_requests",
        after,
        110,
        unit="MB",
        higher=False,
        note=f"before={before:.0f}MB seen={max(worker_memory(master, 'Rss')):.0f}MB",
    )


if __name__ == "__main__":
    sys.exit(main())
