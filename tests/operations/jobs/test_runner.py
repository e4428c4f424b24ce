"""The process beside the site: each timer once, whatever dies, on either database."""

from __future__ import annotations

import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import click
import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.operations.jobs import runner as cli
from app.operations.jobs import runner as module
from app.operations.jobs import services
from app.operations.jobs.queries import TIMERS, At, JobProcess, JobTimer, Timer, TimerState, jobs_page, timer
from app.operations.jobs.runner import CommandRun, Runner, outcome_of_command, serve, until_nothing_is_due
from app.operations.jobs.services import JobOutcome
from app.platform.clock import now as clock_of_now
from app.platform.db import db, writing
from app.platform.settings import Settings
from tests.making import make_settings
from tests.record.conftest import clock
from tests.record.world import Clock

__all__ = ["clock"]

PURGE = timer("purge")
WEEKLY = ("images", "drill")
assert PURGE


@dataclass
class Pretended:
    """A run that lasts until it is told its end."""

    end: JobOutcome | None = None
    stopped: bool = False

    def outcome(self) -> JobOutcome | None:
        return self.end

    def stop(self) -> None:
        self.stopped = True


@dataclass
class House:
    """Pretended runs, in the order in which they began."""

    app: Flask
    clock: Clock
    runs: list[tuple[Timer, Pretended]] = field(default_factory=list)
    held: str = ""
    """The one whose runs go on until a test ends them."""

    def runner(self, name: str = "un:1") -> Runner:
        settings = replace(self.app.config["CROISEE"], smtp_host="mail.example", site_url="https://croisee.example", backups="/sauvegardes", bounces="/retours")
        made = Runner(settings, name, self.clock.now, self.begin)
        made.start()
        return made

    def begin(self, of: Timer) -> Pretended:
        self.runs.append((of, Pretended(None if of.name == self.held else JobOutcome(True, "Fait."))))
        return self.runs[-1][1]

    def names(self) -> list[str]:
        return [each.name for each, _run in self.runs]

    def row(self, name: str = "purge") -> JobTimer:
        with db.sessionmaker() as session:
            return session.get_one(JobTimer, name)


@pytest.fixture
def house(any_app: Flask, clock: Clock) -> Any:
    with any_app.app_context():
        yield House(any_app, clock)


def a_day(house: House, *runners: Runner, days: int = 1, minutes: int = 30) -> None:
    until = house.clock.now() + timedelta(days=days)
    while house.clock.now() < until:
        for one in runners:
            one.turn()
        house.clock.pass_by(minutes=minutes)


def test_a_day_of_two_machines(house: House) -> None:
    """Each daily timer once, those that run when there is something never."""
    a_day(house, house.runner("un:1"), house.runner("deux:1"), days=7)
    daily = [each.name for each in TIMERS if "jour" in each.schedule.words]
    assert Counter(house.names()) == Counter({**dict.fromkeys(daily, 7), "images": 1, "drill": 1})


def test_two_ask_at_once(house: House) -> None:
    """The second reads before the first has written, and is refused."""
    house.runner()
    now = house.row().next_at
    with db.sessionmaker() as session, session.begin():
        assert services.claim(session, "purge", "un:1", now)
    with db.sessionmaker() as session, session.begin():
        services.note_alive(session, "un:1", now)
        assert not services.claim(session, "purge", "deux:1", now)


def at_the_purge(house: House, runner: Runner) -> Pretended:
    house.held = "purge"
    house.clock.moment = house.row().next_at
    runner.turn()
    runner.turn()  # two at once: what was due before in that night went first
    return next(run for each, run in house.runs if each == PURGE)


def test_what_a_killed_process_had_is_taken_up_by_another(house: House) -> None:
    first = at_the_purge(house, house.runner("un:1"))
    second = house.runner("deux:1")
    house.clock.pass_by(minutes=1)
    second.turn()
    assert house.names().count("purge") == 1  # the first may only be slow
    house.clock.pass_by(minutes=2)
    second.turn()
    assert house.names().count("purge") == 2
    assert not first.stopped


def test_one_that_begins_again_under_its_name_takes_up_its_own(house: House) -> None:
    at_the_purge(house, house.runner("un:1"))
    house.runner("un:1").turn()
    assert house.names().count("purge") == 2


def test_what_fails_is_tried_again_soon_and_said(house: House) -> None:
    runner = house.runner()
    run = at_the_purge(house, runner)
    run.end = JobOutcome(False, "Le disque est plein.")
    runner.turn()
    assert (house.row().well, house.row().said, house.row().next_at) == (False, "Le disque est plein.", house.clock.now() + timedelta(minutes=15))
    with db.sessionmaker() as session:
        assert TimerState.FAILED in [row.state for row in jobs_page(session, runner.settings, house.clock.now()).rows if row.timer == PURGE]


def test_a_command_that_cannot_begin_is_a_failure(house: House) -> None:
    runner = house.runner()

    def refused(_timer: Timer) -> Pretended:
        raise BlockingIOError

    runner.begin = refused
    house.clock.moment = house.row().next_at
    for _ in range(3):
        runner.turn()
    assert "pas pu démarrer" in house.row().said


def test_a_run_of_more_than_an_hour_is_stopped(house: House) -> None:
    runner = house.runner()
    run = at_the_purge(house, runner)
    for _ in range(121):
        house.clock.pass_by(seconds=30)
        runner.turn()
    assert run.stopped
    assert "plus d’une heure" in house.row().said


def test_a_clock_set_back_by_a_day_delays_nothing(house: House) -> None:
    runner = house.runner()
    house.clock.pass_by(days=1)
    a_day(house, runner, days=1)
    house.clock.pass_by(days=-2)
    house.runs.clear()
    a_day(house, runner, days=1)
    assert house.names().count("purge") == 1


def test_a_database_that_is_away_is_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of a run that fell into that time is written down when it is back."""
    runner = house.runner()
    run = at_the_purge(house, runner)
    run.end = JobOutcome(True, "Trois lignes.")
    with monkeypatch.context() as away:
        away.setattr(module, "writing", _raises)
        with pytest.raises(OperationalError):
            runner.turn()
    runner.turn()
    assert house.row().said == "Trois lignes."


def _raises() -> Any:
    raise OperationalError("", {}, Exception())


def test_it_serves_until_told_and_survives_a_breakdown(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, waits = threading.Event(), list[float]()
    turns = iter([_raises, lambda: 0, stop.set])
    runner = house.runner()
    monkeypatch.setattr(Runner, "turn", lambda _self: next(turns)())
    monkeypatch.setattr(stop, "wait", waits.append)
    serve(runner, stop, None)
    assert waits == [module.POLL_SECONDS, module.BREAKDOWN_SECONDS, module.POLL_SECONDS, module.POLL_SECONDS]
    with db.sessionmaker() as session:
        assert jobs_page(session, runner.settings, house.clock.now()).processes == ()


def test_it_ends_with_the_process_that_began_it(house: House) -> None:
    serve(house.runner(), threading.Event(), beside=-1)
    assert house.names() == []


def test_once_runs_what_is_due_and_no_more(house: House) -> None:
    house.runner()
    house.clock.moment = max(row.next_at for row in map(house.row, (each.name for each in TIMERS if each.name not in WEEKLY)))
    due = [each.name for each in TIMERS if each.name not in ("mail", "statements", "publications", "figures", "syntheses", "slots", "git", *WEEKLY)]
    assert until_nothing_is_due(house.runner(), lambda _seconds: None) == len(due)
    assert sorted(house.names()) == sorted(due)


# --- Commands of their own processes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "written", "expected"),
    [
        (0, "3 lignes effacées\nx INFO event=mail_sent mail=4\n", JobOutcome(True, "3 lignes effacées")),
        (1, "début\nError: Aucun dossier.\n", JobOutcome(False, "Aucun dossier.")),
        (1, "Traceback\nValueError: ce que quelqu’un a écrit\n", None),
        (-9, "", None),
    ],
)
def test_what_a_command_said(code: int, written: str, expected: JobOutcome | None) -> None:
    said = outcome_of_command(code, written)
    assert said == expected or (expected is None and not said.well and "écrit" not in said.said)


def begin_run(app: Flask, act: Callable[[], object]) -> CommandRun:
    """A command that does this, begun by a process whose outlets are its own and not those of a test."""
    app.cli.add_command(click.Command("essai", callback=act))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("stdout", "stderr"):
            patch.setattr(sys, name, getattr(sys, f"__{name}__"))
        return CommandRun.begin(Timer("essai", "Essai", ("essai",), At(0)))


def speak() -> None:
    click.echo("4 lignes")
    click.echo("x event=purged rows=4", err=True)


def refuse() -> None:
    raise click.ClickException("Aucun dossier.")


def wait_without_end() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    click.echo("ready")
    sys.stdout.flush()
    threading.Event().wait(60)


def test_a_command_is_heard(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    """What it logs is told by the process that began it."""
    with app.app_context():
        run = begin_run(app, speak)
        run.child.join()
        assert run.outcome() == JobOutcome(True, "4 lignes")
        assert run.written.closed
        assert "event=purged rows=4" in capfd.readouterr().err


def test_a_command_that_refuses_says_why(app: Flask) -> None:
    with app.app_context():
        run = begin_run(app, refuse)
        run.child.join()
        assert run.outcome() == JobOutcome(False, "Aucun dossier.")


def test_a_command_shares_no_connection_with_the_process_that_began_it(app: Flask) -> None:
    """It writes, and so does that process, which had a transaction open."""

    def write() -> None:
        with writing() as session:
            services.note_alive(session, "essai:1", clock_of_now())

    with app.app_context():
        db.session.scalars(select(JobProcess)).all()
        run = begin_run(app, write)
        with writing() as session:
            services.note_alive(session, "essai:2", clock_of_now())
        run.child.join()
        assert run.outcome() == JobOutcome(True, "")
        assert set(db.session.scalars(select(JobProcess.name))) == {"essai:1", "essai:2"}


def test_a_command_that_does_not_stop_is_killed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.1)
    with app.app_context():
        run = begin_run(app, wait_without_end)
        while not run.written.seek(0, 2):
            assert run.child.is_alive()
        run.stop()
        assert run.child.exitcode == -9


def test_every_timer_is_a_command(app: Flask) -> None:
    with app.app_context():
        for each in TIMERS:
            assert app.test_cli_runner().invoke(args=[*each.command, "--help"]).exit_code == 0


@pytest.mark.parametrize("name", ["mail", "bounces", "reminders", "letters", "backup", "drill"])
def test_what_is_not_set_up_does_not_run(name: str, tmp_path: Any) -> None:
    found, settings = timer(name), make_settings(tmp_path)
    assert found
    assert found.needs(settings)
    assert not found.needs(replace(settings, smtp_host="mail.example", site_url="https://croisee.example", backups="/sauvegardes", bounces="/retours"))
    assert isinstance(settings, Settings)


def test_one_job_is_run_by_its_name(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, whether or not it is due, and with its own outcome."""
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(cli.subprocess, "run", lambda command, check: ran.append(tuple(command)) or SimpleNamespace(returncode=3))
    result = app.test_cli_runner().invoke(args=["jobs", "once", "purge"])
    assert (result.exit_code, ran[0][-2:]) == (3, ("privacy", "purge"))
    refused = app.test_cli_runner().invoke(args=["jobs", "once", "inconnu"])
    assert (refused.exit_code, "backup" in refused.output, len(ran)) == (2, True, 1)
