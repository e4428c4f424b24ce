"""The tree follows `reseau.md`, repeats without effect, and keeps the past."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.identity import services
from app.identity.models import Membership, Scope, Territory
from app.identity.territories import TerritorySync
from app.platform.errors import DomainError
from tests.identity.builders import LENS, LILLE, SMALL, TODAY, cite, create_person, network

DAY = timedelta(days=1)


def ids(session: Session) -> set[str]:
    return set(session.scalars(select(Territory.id)))


def test_the_tree_is_built_once(session: Session) -> None:
    assert services.sync_territories(session, SMALL) == TerritorySync(added=7)
    assert services.sync_territories(session, SMALL) == TerritorySync()
    tree = services.territory_tree(session)
    assert [node.name for node in tree.nodes.values()] == [
        "Hauts-de-France", "Nord", "Pas-de-Calais", "Lens", "Lille Nord Est", "Lille Sud", "Valenciennes / Anzin",
    ]  # fmt: skip
    assert tree.path_name("cite-lille-sud") == "Lille Sud (Nord)"


def test_the_tree_is_made_once_as_long_as_nothing_of_it_changes(session: Session) -> None:
    services.sync_territories(session, SMALL)
    tree = services.territory_tree(session)
    assert services.territory_tree(session) is tree
    session.get_one(Territory, "cite-lens").name = "Lens et Liévin"
    session.flush()
    assert services.territory_tree(session).nodes["cite-lens"].name == "Lens et Liévin"
    assert tree.nodes["cite-lens"].name == "Lens"


def test_a_cite_has_its_communes_wave_and_date(session: Session) -> None:
    services.sync_territories(session, SMALL)
    row = session.get_one(Territory, "cite-valenciennes-anzin")
    assert [(commune.insee, commune.name) for commune in row.communes] == [("59014", "Anzin"), ("59606", "Valenciennes")]
    assert (session.get_one(Territory, "cite-lille-nord-est").wave, session.get_one(Territory, "cite-lille-nord-est").labelled_on) == (3, "2022-01-29")
    assert session.get_one(Territory, "departement-nord").wave is None


def test_what_changes_in_the_file_changes_here(session: Session) -> None:
    services.sync_territories(session, SMALL)
    session.expire_all()
    moved = network(*SMALL.cites[:2], cite("Lens", "Pas-de-Calais", wave=2, communes=(("Lens", "62498"), ("Loos-en-Gohelle", "62528"))), SMALL.cites[3])
    assert services.sync_territories(session, moved) == TerritorySync(changed=1)
    session.expire_all()
    assert [commune.name for commune in session.get_one(Territory, "cite-lens").communes] == ["Lens", "Loos-en-Gohelle"]
    assert services.sync_territories(session, SMALL) == TerritorySync(changed=1)


def test_a_cite_may_move_below_a_departement_that_is_new(session: Session) -> None:
    services.sync_territories(session, SMALL)
    session.expire_all()
    services.sync_territories(session, network(cite("Lens", "Artois", communes=LENS), cite("Lille Sud", communes=LILLE)))
    assert session.get_one(Territory, "cite-lens").parent_id == "departement-artois"


def test_an_unused_territory_goes_with_its_departement(session: Session) -> None:
    services.sync_territories(session, SMALL)
    session.expire_all()
    assert services.sync_territories(session, network(cite("Lille Sud", communes=LILLE))) == TerritorySync(removed=4)
    assert ids(session) == {"region-hauts-de-france", "departement-nord", "cite-lille-sud"}


def test_a_used_one_is_kept_with_all_above_it_and_comes_back(session: Session) -> None:
    services.sync_territories(session, SMALL)
    person = create_person(session)
    services.join_territory(session, person, "cite-lens", TODAY)
    session.expire_all()
    without = network(*(one for one in SMALL.cites if one.name != "Lens"))
    assert services.sync_territories(session, without) == TerritorySync(withdrawn=2)
    assert services.sync_territories(session, without) == TerritorySync()
    assert session.get_one(Territory, "cite-lens").withdrawn
    assert services.territory_tree(session).path_name("cite-lens") == "Lens (Pas-de-Calais)"
    assert services.sync_territories(session, SMALL) == TerritorySync(changed=2)
    assert not session.get_one(Territory, "cite-lens").withdrawn


def test_an_unreadable_network_removes_nothing(session: Session) -> None:
    services.sync_territories(session, SMALL)
    assert services.sync_territories(session, network()) == TerritorySync()
    assert len(ids(session)) == 7


def test_scopes_are_replaced_and_reach_below(session: Session) -> None:
    services.sync_territories(session, SMALL)
    person = create_person(session)
    services.set_scope(session, person, ["departement-nord", "cite-lens"])
    services.set_scope(session, person, ["departement-nord"])
    assert services.scope_of(session, person.id) == {"departement-nord"}
    reached = services.territory_tree(session).under(services.scope_of(session, person.id))
    assert reached == {"departement-nord", "cite-lille-sud", "cite-lille-nord-est", "cite-valenciennes-anzin"}
    services.set_scope(session, person, [])
    assert session.scalars(select(Scope)).all() == []


def test_memberships_keep_their_history(session: Session) -> None:
    services.sync_territories(session, SMALL)
    person = create_person(session)
    services.join_territory(session, person, "cite-lens", TODAY - 100 * DAY)
    assert services.join_territory(session, person, "cite-lens", TODAY).started_on == TODAY - 100 * DAY
    services.leave_territory(session, person, "cite-lens", TODAY - 10 * DAY)
    services.join_territory(session, person, "cite-lille-sud", TODAY - 10 * DAY)
    at = lambda day: services.territories_of(session, person.id, day)  # noqa: E731
    assert [at(TODAY - days * DAY) for days in (101, 100, 11, 10, 0)] == [set(), {"cite-lens"}, {"cite-lens"}, {"cite-lille-sud"}, {"cite-lille-sud"}]
    services.join_territory(session, person, "cite-lens", TODAY)
    assert len(services.belongings(session, person.id)) == 3


def test_leaving_before_arriving_leaves_on_arrival(session: Session) -> None:
    services.sync_territories(session, SMALL)
    person = create_person(session)
    services.join_territory(session, person, "cite-lens", TODAY)
    services.leave_territory(session, person, "cite-lens", TODAY - DAY)
    assert services.territories_of(session, person.id, TODAY) == set()


def test_the_database_refuses_to_belong_twice_at_once(session: Session) -> None:
    services.sync_territories(session, network(cite("Lens", "Pas-de-Calais", communes=LENS)))
    person = create_person(session)
    for _ in range(2):
        session.add(Membership(person_id=person.id, territory_id="cite-lens", started_on=TODAY))
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_unknown_territory_is_named(session: Session) -> None:
    person = create_person(session)
    with pytest.raises(DomainError, match="cite-atlantide"):
        services.join_territory(session, person, "cite-atlantide", TODAY)
    with pytest.raises(DomainError, match="cite-atlantide"):
        services.set_scope(session, person, ["cite-atlantide"])
