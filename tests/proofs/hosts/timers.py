"""A year of a told clock with the jobs of two hosts on one database behind PgBouncer, both at each moment: each letter leaves once, and is one of those
that a single host sends. The story and its letters are those of `tests/reporting/reminders/test_remind_year.py`."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.cli import ScriptInfo
from msgspec.structs import replace
from sqlalchemy import select

from app import create_app
from app.identity.models import Person
from app.operations.jobs.queries import Timer
from app.operations.jobs.runner import Runner
from app.operations.jobs.services import JobOutcome
from app.platform.db import Base, db
from tests.making import make_settings
from tests.platform.mail.server import Server, listening
from tests.proofs.hosts.database import YEAR
from tests.proofs.hosts.database import Base as Databases
from tests.record import courses
from tests.reporting.reminders.remind_year import ANSWERS, COUNTED, EXPECTED, FIRST, GROUPS, LAST, Story, ask_and_answer, crowd, kind_of, news
from tests.reporting.reminders.reminding import SITE, Network, told_clock
from tests.strict import StrictClient

LETTERS = ("mail", "reminders", "letters", "meetings", "holidays")
"""The timers that write or send something. What the others remove and settle belongs to no letter."""

HOURS, PARIS = (time(8, 5), time(8, 20), time(8, 35)), ZoneInfo("Europe/Paris")
"""Of summaries and reminders, of the letters of the week, of meetings: whichever of two letters comes first in a week, the other waits."""

Sent = tuple[date, str, str]
"""Day, name, subject."""


@dataclass
class InThisThread:
    """A run that is over when it has begun."""

    end: JobOutcome

    def outcome(self) -> JobOutcome:
        return self.end

    def stop(self) -> None:
        pass


@dataclass
class Both:
    """The jobs of two hosts: at each moment both look for what is due, and run it, at once."""

    apps: tuple[Flask, Flask]
    network: Network
    runners: list[Runner] = field(default_factory=list)
    begun: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(host, timer) → runs."""
    _gate: Barrier = field(default_factory=lambda: Barrier(2))

    def start(self) -> None:
        for number, app in enumerate(self.apps):
            runner = Runner(
                app.config["CROISEE"], f"machine-{number}:1", self.network.clock.now, lambda timer, app=app, number=number: self._run(app, number, timer)
            )
            with app.app_context():
                runner.start()
            self.runners.append(runner)

    def _run(self, app: Flask, number: int, timer: Timer) -> InThisThread:
        if timer.name in LETTERS:
            self.begun[str(number), timer.name] += 1
            app.cli.main(args=list(timer.command), standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))
        return InThisThread(JobOutcome(True, "Fait."))

    def turn(self, pool: ThreadPoolExecutor) -> int:
        """How many runs both began."""

        def one(number: int) -> int:
            with self.apps[number].app_context():
                self._gate.wait(60)
                return self.runners[number].turn()

        return sum(pool.map(one, range(2)))


@dataclass
class Year:
    both: Both
    server: Server
    seen: int = 0

    def day(self, day: date, pool: ThreadPoolExecutor) -> list[tuple[str, str]]:
        """At each of the day's hours, as long as something is due; (name, subject) of what the mail server took."""
        network = self.both.network
        with redirect_stdout(io.StringIO()):
            for hour in HOURS:
                network.clock.moment = datetime.combine(day, hour, PARIS).astimezone(UTC)
                while self.both.turn(pool):
                    network.clock.pass_by(seconds=61)
        taken, self.seen = self.server.taken[self.seen :], len(self.server.taken)
        with network.app.app_context():
            names = dict(db.session.execute(select(Person.email, Person.name)).all())
        return sorted((names[to[0]], str(message["Subject"]).removeprefix("Croisée : ")) for to, message in taken)


@contextmanager
def _served(base: Databases, folder: Path) -> Iterator[Year]:
    server, patch, apps = Server(), pytest.MonkeyPatch(), list[Flask]()
    with listening(server) as port:
        try:
            for number in ("a", "b"):
                app = create_app(make_settings(folder / number, database_url=base.pooled(YEAR), pooler=True))
                app.test_client_class = StrictClient
                with app.app_context():
                    Base.metadata.create_all(db.engine)
                apps.append(app)
            network = Network(apps[0], told_clock(patch))
            for app in apps:
                app.config["CROISEE"] = replace(app.config["CROISEE"], smtp_host="127.0.0.1", smtp_port=port, smtp_tls=False, site_url=SITE)
            network.at(FIRST - timedelta(days=1))
            network.publish_together(*courses.small())
            network.at(FIRST, 5)  # before the first of them is due
            both = Both((apps[0], apps[1]), network)
            both.start()
            yield Year(both, server)
        finally:
            patch.undo()
            for app in apps:
                with app.app_context():
                    db.engine.dispose()


def letters(base: Databases, folder: Path, last: date = LAST, *, crowded: bool = True) -> tuple[list[str], int, Counter[tuple[str, str]]]:
    """What is wrong with the letters until that day; how many left; the runs by host and timer."""
    with _served(base, folder) as year, ThreadPoolExecutor(2) as pool:
        story, sent = Story(year.both.network), list[Sent]()
        story.begin()
        if crowded:
            crowd(story)
        acts = story.acts()
        for day in story.network.days(FIRST, last):
            sent += [(day, *letter) for letter in year.day(day, pool)]
            story.network.at(day, 10)
            acts.get(day, lambda: None)()
            if crowded and day in (date(2026, 10, 1), date(2027, 3, 4)):
                ask_and_answer(story, day)
            news(story.network, day)
        return [*_differences(sent, last), *(_of_the_crowd(sent) if crowded else [])], len(sent), year.both.begun


def _differences(sent: list[Sent], last: date) -> list[str]:
    """From what one host sends to those of the story."""
    expected = Counter(line for line in EXPECTED.strip().split("\n") if line[:10] <= f"{last}")
    found = Counter(f"{day} {name:18} {subject}" for day, name, subject in sent if name.rpartition(" ")[0] not in GROUPS)
    return [f"missing: {line}" for line in (expected - found).elements()] + [f"too many: {line}" for line in (found - expected).elements()]


def _of_the_crowd(sent: list[Sent]) -> list[str]:
    found = Counter((name.rpartition(" ")[0], kind_of(subject)) for _, name, subject in sent if name.rpartition(" ")[0] in GROUPS)
    twice = [each for each, count in Counter(each for each in sent if each[2] not in ANSWERS).items() if count > 1]
    return [f"{key}: {found[key]} for {COUNTED.get(key, 0)}" for key in found.keys() | COUNTED.keys() if found[key] != COUNTED.get(key, 0)] + [
        f"twice: {each}" for each in twice
    ]
