"""A small world for reminders: territories, their manager, learners who do as told, and the timer that runs each morning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from msgspec.structs import replace
from sqlalchemy import select

from app.content.store.queries import course
from app.identity import email_preferences, territories
from app.identity.models import Membership, Person, Scope
from app.identity.rules import Role
from app.platform import clock as app_clock
from app.platform.mail.outbox import OutgoingMail
from app.record.progress.models import Cohort, CohortMember
from app.reporting.reminders import services as reminders
from app.reporting.reminders.models import ReminderRule
from app.reporting.reminders.plan import Mailing, plan
from tests.identity.builders import SMALL as NETWORK
from tests.identity.builders import create_person
from tests.record import courses
from tests.record.world import Clock, World

LENS, LILLE, NORD, PAS_DE_CALAIS = "cite-lens", "cite-lille-sud", "departement-nord", "departement-pas-de-calais"
SITE = "https://croisee.example"
RULE = {"territory_id": PAS_DE_CALAIS, "cohort_id": None, "trigger": "inactif", "days": 14, "pause": 7, "most": 3, "zone": "B", "words": ""}


def with_mail(app: Flask) -> Flask:
    """A mail server is set (nothing is listening there: the outbox keeps all), and a public address."""
    app.config["CROISEE"] = replace(app.config["CROISEE"], smtp_host="127.0.0.1", smtp_port=9, site_url=SITE, contact="equipe@croisee.example")
    return app


class Network(World):
    """A world with territories."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        super().__init__(with_mail(app), clock)
        self.write(lambda session: territories.sync_territories(session, NETWORK))

    def learner(self, name: str, territory: str = LENS, roles: Sequence[Role] = (Role.LEARNER,), **changes: Any) -> int:
        """Somebody who belongs to a territory, their account opened now."""

        def work(session: Any) -> int:
            person = create_person(session, name=name, password=None, roles=roles, **changes)
            person.created_at = self.clock.now()
            session.add(Membership(person_id=person.id, territory_id=territory, started_on=self.today))
            session.flush()
            return int(person.id)

        return self.write(work)

    def manager(self, *scope: str, name: str = "Nadia Lefebvre", role: Role = Role.MANAGER, password: str | None = None, monday: bool = False) -> int:
        """Somebody who looks after territories. `monday`: do they get Monday's email, as most do? Tests of other emails are rid of it."""

        def work(session: Any) -> int:
            person = create_person(session, name=name, password=password, roles=[role])
            session.add_all(Scope(person_id=person.id, territory_id=node) for node in scope)
            session.flush()
            if not monday:
                email_preferences.refuse(session, person.id, "bilan", self.clock.now())
            return int(person.id)

        return self.write(work)

    def rule(self, author: int, running: bool = True, **changes: Any) -> int:
        def work(session: Any) -> int:
            row = reminders.save(session, None, author, {**RULE, **changes}, self.clock.now())
            row.running = running
            return int(row.id)

        return self.write(work)

    def change(self, rule_id: int, **values: Any) -> None:
        def work(session: Any) -> None:
            row = session.get_one(ReminderRule, rule_id)
            for name, value in values.items():
                setattr(row, name, value)

        self.write(work)

    def leave(self, person: int) -> None:
        def work(session: Any) -> None:
            for row in session.scalars(select(Membership).where(Membership.person_id == person)):
                row.ended_on = self.today

        self.write(work)

    def leave_scope(self, manager: int, *kept: str) -> None:
        """The manager looks after these territories alone."""

        def work(session: Any) -> None:
            for row in session.scalars(select(Scope).where(Scope.person_id == manager)):
                session.delete(row)
            session.flush()
            session.add_all(Scope(person_id=manager, territory_id=node) for node in kept)

        self.write(work)

    def group(self, name: str, trainer: int, due_on: date | None = None) -> int:
        """A cohort and its trainer."""

        def work(session: Any) -> int:
            row = Cohort(name=name, path_id="acculturation", starts_on=self.today, due_on=due_on)
            session.add(row)
            session.flush()
            session.add(CohortMember(cohort_id=row.id, person_id=trainer, trainer=True))
            return int(row.id)

        return self.write(work)

    @property
    def today(self) -> date:
        return self.clock.now().date()

    def at(self, day: date, hour: int = 8) -> None:
        self.clock.moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

    # --- The timer and the outbox ---

    def send(self, *options: str, room: str = "reminders") -> str:
        """`flask reminders send`, or the same of `letters`."""
        runner: FlaskCliRunner = self.app.test_cli_runner()
        result = runner.invoke(args=[room, "send", *options])
        assert result.exit_code == 0, (result.output, result.exception)
        return str(result.output)

    def mailings(self) -> list[Mailing]:
        """Those of the day, as they stand now."""
        return self.read(lambda session: list(plan(session, course(session), self.clock.now()).mailings()))

    def outbox(self) -> list[OutgoingMail]:
        return self.read(lambda session: list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))))

    def collect(self) -> list[tuple[str, str]]:
        """(name, subject) of the letters that wait, which are then gone, as if they had been delivered."""

        def work(session: Any) -> list[tuple[str, str]]:
            rows = session.execute(select(OutgoingMail, Person.name).join(Person, Person.email == OutgoingMail.recipient).order_by(Person.name)).all()
            for row, _name in rows:
                session.delete(row)
            return [(name, row.subject.removeprefix("Croisée : ")) for row, name in rows]

        return self.write(work)

    def morning(self, day: date) -> list[tuple[str, str]]:
        """The timer runs at eight (UTC) on that day."""
        self.at(day)
        self.send()
        self.send(room="letters")
        return self.collect()

    def days(self, first: date, last: date) -> list[date]:
        return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def told_clock(patch: pytest.MonkeyPatch) -> Clock:
    """The clock that the application reads from now on."""
    clock = Clock()
    patch.setattr(app_clock, "now", clock.now)
    return clock


def ticking(network: Network, patch: pytest.MonkeyPatch) -> None:
    """From now on time passes, as it does: each look at the clock reads a millisecond later."""

    def now() -> datetime:
        return network.clock.pass_by(milliseconds=1)

    patch.setattr(app_clock, "now", now)


def small_network(app: Flask, patch: pytest.MonkeyPatch, day: date) -> Network:
    """The small course, published on that day."""
    network = Network(app, told_clock(patch))
    network.at(day)
    network.publish_together(*courses.small())
    return network
