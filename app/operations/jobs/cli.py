"""`flask jobs run | once | list`: the timers, from a shell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime

import click
from flask.cli import AppGroup

from app.operations.jobs import runner
from app.operations.jobs.queries import TIMERS, JobsPage, TimerRow, jobs_page, timer
from app.operations.jobs.runner import Runner
from app.operations.jobs.services import Queue, queues
from app.operations.shell import own_command
from app.platform import clock
from app.platform.db import db
from app.platform.french import french_datetime, plural
from app.platform.settings import current_settings
from app.platform.shell_json import print_json

jobs = AppGroup("jobs", help="Ce qui se fait sans que personne le demande : courriels, rappels, publications, purge.")


@jobs.command("run")
@click.option("--beside-parent", is_flag=True, help="S'arrêter avec le processus qui a lancé celui-ci.")
def run(beside_parent: bool) -> None:
    """Reste en marche et lance chaque travail à son heure ; un par machine, à côté du site."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    runner.serve(_runner(), stop, os.getppid() if beside_parent else None)


@jobs.command()
@click.argument("nom", required=False, type=click.Choice([each.name for each in TIMERS]))
def once(nom: str | None) -> None:
    """Lance ce qui est dû maintenant, ou le seul travail NOM, puis s'arrête : pour une machine sans processus à demeure, toutes les cinq minutes."""
    if named := timer(nom or ""):
        sys.exit(subprocess.run(own_command(*named.command), check=False).returncode)  # noqa: S603 — our own command
    done = runner.until_nothing_is_due(_runner(), threading.Event().wait)
    click.echo(f"{plural(done, 'travail lancé', 'travaux lancés')}.")


def _runner() -> Runner:
    return Runner(current_settings(), runner.this_process(), clock.now)


@jobs.command("list")
@click.option("--json", "as_json", is_flag=True, help="Pour une machine.")
def list_jobs(as_json: bool) -> None:
    """Dit où en est chaque travail."""
    page, waiting = jobs_page(db.session, current_settings(), clock.now()), queues(db.session, current_settings(), clock.now())
    if as_json:
        print_json({"processes": page.processes, "jobs": [_fields(row) for row in page.rows], "queues": [_queue(each) for each in waiting]})
        return
    for row in page.rows:
        last = f"dernier passage le {french_datetime(row.started_at)}" if row.started_at else "jamais lancé"
        click.echo(f"{row.timer.name:14} {row.state.value:10} {row.timer.schedule.words} ; {last}. {row.needs or row.said}".rstrip())
    for each in waiting:
        click.echo(f"{each.label} : {each.depth}" + (f", depuis le {french_datetime(each.oldest)}." if each.oldest else "."))
    click.echo(_processes(page))


def _processes(page: JobsPage) -> str:
    return f"En marche sur : {', '.join(page.processes)}." if page.processes else "Rien ne les lance : flask jobs run ne tourne pas."


def _fields(row: TimerRow) -> dict[str, object]:
    return {
        "name": row.timer.name,
        "command": " ".join(row.timer.command),
        "schedule": row.timer.schedule.words,
        "state": row.state.name.lower(),
        "needs": row.needs,
        "started_at": _iso(row.started_at),
        "seconds": row.seconds,
        "said": row.said,
        "next_at": _iso(row.next_at),
        "claimed_by": row.claimed_by,
    }


def _queue(each: Queue) -> dict[str, object]:
    return {"name": each.name, "label": each.label, "depth": each.depth, "oldest": _iso(each.oldest)}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
