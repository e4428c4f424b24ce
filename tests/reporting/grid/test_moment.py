"""A report is exact at the moment that it states: figures first brought up to date, then one moment to the end, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.content.store.queries import course
from app.identity.models import Person
from app.identity.rules import Role
from app.identity.services import SignedIn
from app.platform import clock
from app.platform.db import db
from app.record import enrolment, services
from app.record.figures import store as stored_figures
from app.record.figures.store import begin_report
from app.record.progress.models import PersonFigures
from app.reporting.grid.rows import PeopleReport
from app.reporting.scope import report_scope
from app.reporting.selection import ReportFilter
from tests.record import courses
from tests.record.world import World

NAMES = ("Ana Un", "Bob Deux", "Chloé Trois", "Dan Quatre")


@pytest.fixture
def world(either: World) -> World:
    return either


def begin() -> PeopleReport:
    now = clock.now()
    published = begin_report(db.session, now)
    reader = SignedIn(0, "A", "a@croisee.example", None, frozenset({Role.ADMINISTRATOR}), "x")
    return PeopleReport(db.session, published, report_scope(db.session, reader, now.date()), ReportFilter(), now)


@pytest.fixture
def people(world: World) -> Iterator[list[int]]:
    numbers = [world.person(name) for name in NAMES]
    with world.app.app_context():
        yield numbers


def in_another_session(world: World, person: int) -> None:
    """Somebody finishes a lesson and is renamed, another one arrives."""
    with db.sessionmaker(info={"writes": True}) as session, session.begin():
        session.connection(execution_options={"croisee_immediate": True})
        services.mark_read(session, course(session), person, "un-a", world.clock.now())
        session.get_one(Person, person).name = "Zoé Dernière"


def test_a_file_goes_on_telling_its_moment(world: World, people: list[int]) -> None:
    lines = begin().everything(size=1)
    told = [next(lines)]
    in_another_session(world, people[2])
    told += lines
    assert [(line.name, line.figures.path.done) for line in told] == [(name, 0) for name in NAMES]
    db.session.rollback()
    after = [(line.name, line.figures.path.done) for line in begin().everything()]
    assert after == [("Ana Un", 0), ("Bob Deux", 0), ("Dan Quatre", 0), ("Zoé Dernière", 1)]


def test_what_is_stale_is_worked_out_before_and_kept(world: World, people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as late:
        late.setattr(enrolment, "AT_ONCE", 0)
        world.publish(courses.module("mod-un", ["un-b", "un-a"]))
    stale = set(db.session.scalars(select(PersonFigures.basis)))
    assert {line.figures.next_id for line in begin().everything()} == {"un-b"}
    db.session.rollback()
    assert stale.isdisjoint(db.session.scalars(select(PersonFigures.basis))), "the next reader has nothing to do"


def test_somebody_publishes_just_before_the_moment(world: World, people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """What became stale since figures were brought up to date, the page works out for itself alone."""
    monkeypatch.setattr(enrolment, "AT_ONCE", 0)
    monkeypatch.setattr(stored_figures, "settle_everybody", lambda _now: 0)
    world.publish(courses.module("mod-un", ["un-b", "un-a"]))
    before = set(db.session.scalars(select(PersonFigures.basis)))
    assert {line.figures.next_id for line in begin().everything()} == {"un-b"}
    db.session.rollback()
    assert set(db.session.scalars(select(PersonFigures.basis))) == before
