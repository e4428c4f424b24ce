"""The tree by hand: names and places change, memberships and scopes stay; what hangs on something is refused with what to do; nothing is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import services, territories
from app.identity.models import Membership, Scope, Territory, TerritoryChange
from app.identity.rules import Level
from app.identity.territories import TerritoryRefused, TerritorySync, TypedTerritory
from tests.identity.builders import NOW, SMALL, TODAY, create_person


@pytest.fixture
def author(session: Session) -> int:
    services.sync_territories(session, SMALL)
    return create_person(session, name="Une Administratrice").id


def test_a_name_and_a_place_change_and_who_hangs_there_stays(session: Session, author: int) -> None:
    learner, manager = create_person(session, name="Inès A"), create_person(session, name="Bruno B")
    services.join_territory(session, learner, "cite-lens", TODAY)
    session.add(Scope(person_id=manager.id, territory_id="departement-pas-de-calais"))
    academy = territories.add(session, TypedTerritory(Level.ACADEMIE, "Académie de Lille", "region-hauts-de-france", "B"), author, NOW)
    territories.change(session, "departement-pas-de-calais", 0, TypedTerritory(Level.DEPARTEMENT, "Le Pas-de-Calais", academy.id, ""), author, NOW)
    tree = services.territory_tree(session)
    assert [node.name for node in tree.ancestors("cite-lens")] == ["Lens", "Le Pas-de-Calais", "Académie de Lille", "Hauts-de-France"]
    assert tree.zone_of("cite-lens") == "B"
    assert "cite-lens" in tree.under(services.scope_of(session, manager.id))
    assert session.scalars(select(Membership.territory_id)).all() == ["cite-lens"]
    change = session.scalars(select(TerritoryChange).where(TerritoryChange.territory_id == "departement-pas-de-calais")).one()
    assert (change.author_id, change.before["name"], change.after["name"]) == (author, "Pas-de-Calais", "Le Pas-de-Calais")


def test_the_file_leaves_alone_what_was_changed_by_hand(session: Session, author: int) -> None:
    territories.add(session, TypedTerritory(Level.CITE, "Creil", "departement-nord", ""), author, NOW)
    territories.change(session, "departement-nord", 0, TypedTerritory(Level.DEPARTEMENT, "Nord, autrement", "region-hauts-de-france", "A"), author, NOW)
    session.expire_all()
    assert services.sync_territories(session, SMALL) == TerritorySync()
    assert session.get_one(Territory, "departement-nord").name == "Nord, autrement"
    assert not session.get_one(Territory, "cite-creil").withdrawn


def test_the_second_of_two_is_told(session: Session, author: int) -> None:
    wanted = TypedTerritory(Level.DEPARTEMENT, "Nord", "region-hauts-de-france", "B")
    territories.change(session, "departement-nord", 0, wanted, author, NOW)
    with pytest.raises(TerritoryRefused, match="Quelqu’un d’autre"):
        territories.change(session, "departement-nord", 0, TypedTerritory(Level.DEPARTEMENT, "Autre", None, ""), author, NOW)
    assert session.get_one(Territory, "departement-nord").name == "Nord"


@pytest.mark.parametrize(
    ("number", "wanted", "said"),
    [
        ("departement-nord", TypedTerritory(Level.DEPARTEMENT, "Nord", "cite-lens", ""), "Une cité éducative ne contient pas"),
        ("region-hauts-de-france", TypedTerritory(Level.REGION, "Hauts-de-France", "departement-nord", ""), "ne peut pas dépendre de lui-même"),
        ("departement-nord", TypedTerritory(Level.DEPARTEMENT, "Nord", "nulle-part", ""), "n’existe plus"),
    ],
)
def test_a_place_that_cannot_be(session: Session, author: int, number: str, wanted: TypedTerritory, said: str) -> None:
    with pytest.raises(TerritoryRefused, match=said):
        territories.change(session, number, 0, wanted, author, NOW)


def test_a_withdrawn_place_is_kept_and_never_chosen(session: Session, author: int) -> None:
    region = session.get_one(Territory, "region-hauts-de-france")
    region.withdrawn = True
    session.flush()
    territories.change(session, "departement-nord", 0, TypedTerritory(Level.DEPARTEMENT, "Le Nord", region.id, ""), author, NOW)
    assert session.get_one(Territory, "departement-nord").name == "Le Nord"
    territories.change(session, "departement-nord", 1, TypedTerritory(Level.DEPARTEMENT, "Le Nord", None, ""), author, NOW)
    with pytest.raises(TerritoryRefused, match="« Hauts-de-France » est retiré"):
        territories.change(session, "departement-nord", 2, TypedTerritory(Level.DEPARTEMENT, "Le Nord", region.id, ""), author, NOW)
    with pytest.raises(TerritoryRefused, match="est retiré"):
        territories.add(session, TypedTerritory(Level.DEPARTEMENT, "Oise", region.id, ""), author, NOW)


def test_what_holds_people_or_territories_is_not_withdrawn(session: Session, author: int) -> None:
    learner = create_person(session, name="Inès A")
    services.join_territory(session, learner, "cite-lens", TODAY)
    with pytest.raises(TerritoryRefused, match="contient 1\u00a0territoire"):
        territories.withdraw(session, "departement-pas-de-calais", 0, author, NOW)
    with pytest.raises(TerritoryRefused, match="1\u00a0personne y est rattachée"):
        territories.withdraw(session, "cite-lens", 0, author, NOW)


def test_one_that_was_withdrawn_comes_back(session: Session, author: int) -> None:
    territories.withdraw(session, "cite-lens", 0, author, NOW)
    assert session.get_one(Territory, "cite-lens").withdrawn
    territories.add(session, TypedTerritory(Level.CITE, "Lens", "departement-pas-de-calais", ""), author, NOW)
    assert not session.get_one(Territory, "cite-lens").withdrawn
    with pytest.raises(TerritoryRefused, match="existe déjà"):
        territories.add(session, TypedTerritory(Level.CITE, "Lens", "departement-pas-de-calais", ""), author, NOW)
