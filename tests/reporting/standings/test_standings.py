"""How many of a scope know what changed: a count, never a name, never of fewer than five."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.identity.models import Membership, Scope
from app.identity.rules import Role
from app.identity.services import sync_territories
from app.platform import clock as app_clock
from app.platform.db import db
from app.record import facts
from tests.identity.builders import SMALL
from tests.making import make_app, make_settings
from tests.record.conftest import with_the_small_course
from tests.record.thresholds import begin, threshold
from tests.record.world import Clock, World, words_of


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = make_app(make_settings(tmp_path / "instance"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    told = Clock()
    monkeypatch.setattr(app_clock, "now", told.now)
    return with_the_small_course(World(app, told))


def test_who_administers_reads_how_many_know(world: World) -> None:
    readers = begin(world, 7)
    reader = world.signed_in(world.person("Ada Ministre", enrolled=False, role=Role.ADMINISTRATOR))
    assert "Rien de ce que le cours enseigne n’a changé" in words_of(reader.go("fact_standings.index"))
    world.publish(threshold("60 euros"))
    for person in readers[:2]:
        world.do(facts.see, person, ["seuil"])
    words = words_of(reader.go("fact_standings.index"))
    assert "2 sur 7 savent" in words
    assert "Lectrice" not in words


def test_of_fewer_than_five_people_of_ones_scope_nothing_is_counted(world: World) -> None:
    readers = begin(world, 7)
    world.publish(threshold("60 euros"))
    manager = world.person("Karim Responsable", enrolled=False, role=Role.MANAGER)

    def belong(*people: int) -> None:
        rows = [Membership(person_id=person, territory_id="cite-lens", started_on=world.clock.now().date()) for person in people]
        world.write(lambda session: session.add_all(rows))

    world.write(lambda session: sync_territories(session, SMALL))
    world.write(lambda session: session.add(Scope(person_id=manager, territory_id="cite-lens")))
    belong(*readers[:4])
    words = words_of(world.signed_in(manager).go("fact_standings.index"))
    assert "moins de cinq personnes" in words
    assert "sur 4" not in words
    belong(readers[4])
    assert "0 sur 5" in words_of(world.signed_in(manager).go("fact_standings.index"))
