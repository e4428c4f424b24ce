"""The tree as a value: order, names, and what a scope reaches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.rules import Level, Node, TerritoryTree, grow, territory_id

REGION = Node("r", Level.REGION, "Hauts-de-France", None)
NORD, OISE = Node("n", Level.DEPARTEMENT, "Nord", "r"), Node("o", Level.DEPARTEMENT, "Oise", "r")
LILLE, ROUBAIX, CREIL = Node("l", Level.CITE, "Lille Sud", "n"), Node("x", Level.CITE, "Roubaix", "n"), Node("c", Level.CITE, "Creil", "o")
TREE = grow([ROUBAIX, CREIL, OISE, LILLE, REGION, NORD])


def test_parents_come_first_then_names() -> None:
    assert list(TREE.nodes) == ["r", "n", "o", "c", "l", "x"]


def test_accents_do_not_disturb_the_order() -> None:
    names = ["Étaples", "Denain", "Fourmies"]
    assert [node.name for node in grow([Node(name, Level.CITE, name, None) for name in names]).nodes.values()] == ["Denain", "Étaples", "Fourmies"]


@pytest.mark.parametrize(
    ("scopes", "reached"),
    [({"r"}, {"r", "n", "o", "c", "l", "x"}), ({"n"}, {"n", "l", "x"}), ({"l"}, {"l"}), ({"l", "o"}, {"l", "o", "c"}), (set(), set()), ({"gone"}, set())],
)
def test_a_scope_reaches_all_that_lies_below(scopes: set[str], reached: set[str]) -> None:
    assert TREE.under(scopes) == reached


def test_names_tell_the_departement_of_a_cite() -> None:
    assert [TREE.path_name(number) for number in ("l", "n", "r", "gone")] == ["Lille Sud (Nord)", "Nord", "Hauts-de-France", ""]


def test_children() -> None:
    assert TREE.children("n") == (LILLE, ROUBAIX)


def test_a_loop_ends() -> None:
    looped = TerritoryTree({"a": Node("a", Level.CITE, "A", "b"), "b": Node("b", Level.CITE, "B", "a")})
    assert looped.under({"b"}) == {"a", "b"}


@pytest.mark.parametrize(
    ("level", "name", "expected"),
    [
        (Level.CITE, "Amiens Étouvie", "cite-amiens-etouvie"),
        (Level.CITE, "Beuvrages / Bruay-sur-l’Escaut / Escautpont / Raismes", "cite-beuvrages-bruay-sur-l-escaut-escautpont-raismes"),
        (Level.DEPARTEMENT, "Pas-de-Calais", "departement-pas-de-calais"),
    ],
)
def test_ids_are_made_of_names(level: Level, name: str, expected: str) -> None:
    assert territory_id(level, name) == expected


@given(st.dictionaries(st.integers(1, 30), st.integers(0, 30), max_size=30), st.sets(st.integers(0, 30)))
def test_under_is_the_reverse_of_ancestors(parents: dict[int, int], scopes: set[int]) -> None:
    tree = grow(Node(str(child), Level.CITE, str(child), str(parent)) for child, parent in parents.items())
    names = {str(scope) for scope in scopes}
    for number in tree.nodes:
        assert (number in tree.under(names)) == any(above.id in names for above in tree.ancestors(number))
    assert tree.under(names) >= names & tree.nodes.keys()
