"""The process that runs the jobs, and its commands."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.context import ForkProcess
from typing import IO, Protocol

import click
from flask import Flask, current_app
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from app.operations.jobs import services
from app.operations.jobs.queries import ALIVE, TIMERS, JobsPage, Timer, TimerRow, due, jobs_page
from app.operations.jobs.queries import timer as timer_of
from app.operations.jobs.services import JobOutcome, Queue, queues
from app.operations.shell import own_command
from app.platform import clock, log
from app.platform.db import db, writing
from app.platform.french import french_datetime, plural
from app.platform.processors import processors
from app.platform.settings import Settings, current_settings
from app.platform.shell_json import AS_JSON, print_json
from app.platform.site import current_site

# --- The process that runs the timers: one a host, beside gunicorn. Each run is a process of its own, so that this one stays small for months; it is forked
# from this one, which has read the code. Measured: a run that began a new Python took 1.8 s of processor and 110 MB before its first act.
#
# Killed anywhere, it loses nothing: the commands commit by small steps and are harmless when repeated, and a timer whose process died is
# free again as soon as that process is no longer seen.

POLL_SECONDS = 2.0
BREAKDOWN_SECONDS = 10.0
"""After the database did not answer."""
PATIENCE_SECONDS = 20.0
"""For a run that is told to stop, before it is killed."""
LONGEST = timedelta(hours=1)
"""One run; then it is stopped."""
AT_ONCE = min(2, processors())
"""Runs that go on together: the site itself needs the machine more."""
ERROR = "Error: "
"""What click begins a refusal with."""


class JobRun(Protocol):
    """A run that has begun."""

    def outcome(self) -> JobOutcome | None:
        """Returns how the run ended; None while it goes on."""

    def stop(self) -> None: ...


@dataclass(slots=True)
class CommandRun:
    """`flask …` in a fork of this process."""

    child: ForkProcess
    written: IO[bytes]

    @classmethod
    def begin(cls, timer: Timer) -> CommandRun:
        db.session.close()
        db.engine.dispose()  # no connection is shared by both
        written = tempfile.TemporaryFile()  # noqa: SIM115 — closed by `outcome`
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        child = multiprocessing.get_context("fork").Process(target=_run_command, args=(app, timer.command, written.fileno()))
        child.start()
        return cls(child, written)

    def outcome(self) -> JobOutcome | None:
        code = self.child.exitcode
        if code is None:
            return None
        with self.written:
            self.written.seek(0)
            said = self.written.read().decode("utf-8", "replace")
        sys.stderr.writelines(f"{line}\n" for line in said.splitlines() if log.tells_an_event(line))  # its log is ours
        return outcome_of_command(code, said)

    def stop(self) -> None:
        self.child.terminate()
        self.child.join(PATIENCE_SECONDS)
        self.child.kill()
        self.child.join()
        self.written.close()


def _run_command(app: Flask, words: tuple[str, ...], written: int) -> None:
    """What the fork does: the command, with what it says written to that file. It stops when it is told, as a command does that was typed."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    for stream in (1, 2):
        os.dup2(written, stream)
    with app.app_context():
        app.cli.main(words, "flask", obj=ScriptInfo(create_app=lambda: app))


def outcome_of_command(code: int, written: str) -> JobOutcome:
    """The last line of what a command said, which sums it up. Of a crash only that it was one: a trace may repeat what somebody typed."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    refusal = next((line.removeprefix(ERROR) for line in reversed(lines) if line.startswith(ERROR)), "")
    if code == 0:
        return JobOutcome(True, next((line for line in reversed(lines) if not log.tells_an_event(line)), ""))
    return JobOutcome(False, refusal or f"La commande s’est arrêtée (code {code}). Lancez-la à la main pour en voir la raison.")


@dataclass(slots=True)
class Runner:
    """One turn of `turn` looks at what has ended and begins what is due."""

    settings: Settings
    process: str
    """Its name: host and number."""
    clock: Callable[[], datetime]
    begin: Callable[[Timer], JobRun] = CommandRun.begin
    going: dict[Timer, tuple[JobRun, datetime]] = field(default_factory=dict)
    ended: dict[Timer, JobOutcome] = field(default_factory=dict)
    """Not written down yet: the database may be away just then."""
    seen_at: datetime = field(init=False)

    def start(self) -> None:
        """Declares the timers and this process. What one of its name had died with it."""
        self.seen_at = self.clock()
        with writing() as session:
            services.declare(session, self.seen_at)
            services.release(session, self.process)
            services.note_alive(session, self.process, self.seen_at)

    def turn(self) -> int:
        """How many runs it began."""
        current_site()  # in whose hours the timers are
        now = self.clock()
        self._collect(now)
        for timer, outcome in list(self.ended.items()):
            with writing() as session:
                services.finish(session, timer, self.process, outcome, now)
            del self.ended[timer]
            log.event("job_ended", job=timer.name, well=outcome.well)
            if not outcome.well:
                log.tell(log.Failure("JobFailed", f"flask {' '.join(timer.command)}"))
        self._say_alive(now)
        return sum(1 for timer in self._claim_timers(now) if self._begin(timer, now))

    def _say_alive(self, now: datetime) -> None:
        if timedelta(0) <= now - self.seen_at < ALIVE / 4:
            return
        with writing() as session:
            services.note_alive(session, self.process, now)
            if now < self.seen_at:
                services.declare(session, now)
        self.seen_at = now

    def _collect(self, now: datetime) -> None:
        for timer, (run, since) in list(self.going.items()):
            outcome = run.outcome()
            if outcome is None and now - since >= LONGEST:
                run.stop()
                outcome = JobOutcome(False, "Arrêté : il durait plus d’une heure.")
            if outcome:
                del self.going[timer]
                self.ended[timer] = outcome

    def _claim_timers(self, now: datetime) -> Iterator[Timer]:
        with db.sessionmaker() as session:
            waiting = list(due(session, self.settings, now))
        for timer in waiting:
            if len(self.going) >= AT_ONCE:
                return
            with writing() as session:
                mine = services.claim(session, timer.name, self.process, now)
            if mine:
                yield timer

    def _begin(self, timer: Timer, now: datetime) -> bool:
        try:
            self.going[timer] = (self.begin(timer), now)
        except OSError as error:  # no process or no file to be had: tried again as any failure is
            self.ended[timer] = JobOutcome(False, f"La commande n’a pas pu démarrer : {type(error).__name__}.")
        return timer in self.going

    def stop(self) -> None:
        """What goes on is told to stop; another process takes it up again, at once where the database can be told."""
        for run, _since in self.going.values():
            run.stop()
        with suppress(SQLAlchemyError), writing() as session:
            services.release(session, self.process)
            services.remove_process(session, self.process)


def this_process() -> str:
    return f"{socket.gethostname()[:100]}:{os.getpid()}"


def serve(runner: Runner, stop: threading.Event, beside: int | None) -> None:
    """Turns until `stop`, or until the process `beside`, which began this one, is gone. A database that is away is waited for."""
    act: Callable[[], object] = runner.start
    while not stop.is_set() and beside in (None, os.getppid()):
        try:
            act()
            act, wait = runner.turn, POLL_SECONDS
        except SQLAlchemyError as error:
            log.event("jobs_database", error=type(error).__name__)
            wait = BREAKDOWN_SECONDS
        stop.wait(wait)
    runner.stop()


def until_nothing_is_due(runner: Runner, wait: Callable[[float], object]) -> int:
    """Runs what is due now, and no more; says how many."""
    runner.start()
    begun = runner.turn()
    while runner.going or runner.ended:
        wait(0.1)
        begun += runner.turn()
    runner.stop()
    return begun


# --- `flask jobs run | once | list`: the timers, from a shell. ---

jobs = AppGroup("jobs", help="Ce qui se fait sans que personne le demande : courriels, rappels, publications, purge.")


@jobs.command("run")
@click.option("--beside-parent", is_flag=True, help="S'arrêter avec le processus qui a lancé celui-ci.")
def run(beside_parent: bool) -> None:
    """Reste en marche et lance chaque travail à son heure ; un par machine, à côté du site."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    serve(_runner(), stop, os.getppid() if beside_parent else None)


@jobs.command()
@click.argument("nom", required=False, type=click.Choice([each.name for each in TIMERS]))
def once(nom: str | None) -> None:
    """Lance ce qui est dû maintenant, ou le seul travail NOM, puis s'arrête : pour une machine sans processus à demeure, toutes les cinq minutes."""
    if named := timer_of(nom or ""):
        sys.exit(subprocess.run(own_command(*named.command), check=False).returncode)  # noqa: S603 — our own command
    done = until_nothing_is_due(_runner(), threading.Event().wait)
    click.echo(f"{plural(done, 'travail lancé', 'travaux lancés')}.")


def _runner() -> Runner:
    return Runner(current_settings(), this_process(), clock.now)


@jobs.command("list")
@AS_JSON
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
