"""What several tests share: the directory: who agreed appears to whoever has an account, and nowhere from the moment that they take it back."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.identity import services as accounts
from app.identity.models import Person
from app.platform.french import day_of
from tests.network.network import NETWORK
from tests.record.world import Clock, World
from tests.reporting.reminders.reminding import with_mail
from tests.strict import StrictClient

INES, KARIM = "Inès Carpentier", "Karim Haddouche"


def made(app: Flask, clock: Clock) -> World:
    world = World(with_mail(app), clock)
    world.publish(("modules/reseau.md", NETWORK))
    app.config["WTF_CSRF_ENABLED"] = False
    for name in (INES, KARIM):
        settle(world, world.person(name, enrolled=False), "cite-lens", day_of(clock.now()))
    return world


def settle(world: World, person: int, cite: str, on: date) -> None:
    world.write(lambda session: accounts.join_territory(session, session.get_one(Person, person), cite, on))


def number(world: World, name: str = INES) -> int:
    return world.read(lambda session: session.query(Person.id).filter_by(name=name).scalar())


def reader_of(world: World, name: str = KARIM) -> StrictClient:
    return world.signed_in(number(world, name))


@pytest.fixture
def world(app: Flask, clock: Clock) -> World:
    return made(app, clock)
