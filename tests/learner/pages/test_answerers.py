"""Who is said to answer a learner, where several look after the territories of one person."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.identity.models import Membership, Scope, Territory
from app.identity.rules import TRAINERS, Level, Role
from app.learner.answerers import who_answers
from app.platform.french import day_of
from app.platform.web.endpoints import Endpoint, gathered
from tests.record.world import World


def test_whoever_manages_one_of_several_territories_is_as_near_as_the_nearest(world: World) -> None:
    """In a cité and in its département: the département's responsable is not one step away, in whatever order territories are read."""
    person, today = world.person(), day_of(world.clock.now())
    near, other = world.person("Ali Nord", role=Role.MANAGER), world.person("Zoé Cité", role=Role.MANAGER)
    cites = [f"cite-{number}" for number in range(6)]

    def work(session: Session) -> None:
        session.add(Territory(id="nord", level=Level.DEPARTEMENT, name="Nord"))
        session.flush()
        session.add_all(Territory(id=cite, level=Level.CITE, name=cite, parent_id="nord") for cite in cites)
        session.flush()
        session.add_all(Membership(person_id=person, territory_id=own, started_on=today) for own in ("nord", *cites))
        session.add_all([Scope(person_id=near, territory_id="nord"), Scope(person_id=other, territory_id="cite-0")])

    world.write(work)
    assert world.read(lambda session: who_answers(session, person, today)) == ("Ali Nord", "Zoé Cité")


def test_a_role_that_only_reads_is_not_said_to_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person, reader = world.person(), world.person("Ali Nord", role=Role.MANAGER)
    today = day_of(world.clock.now())

    def work(session: Session) -> None:
        session.add(Territory(id="nord", level=Level.DEPARTEMENT, name="Nord"))
        session.flush()
        session.add_all([Membership(person_id=person, territory_id="nord", started_on=today), Scope(person_id=reader, territory_id="nord")])

    world.write(work)
    assert world.read(lambda session: who_answers(session, person, today)) == ("Ali Nord",)
    monkeypatch.setitem(gathered.of(world.app), "week.answer", Endpoint(TRAINERS))
    assert world.read(lambda session: who_answers(session, person, today)) == ()
