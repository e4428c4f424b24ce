"""`/reseau`: the cités as the course's own file lists them, three filters, meetings, sources that have aged."""

from __future__ import annotations

import pytest

from tests.learning.conftest import clock, empty, world
from tests.learning.world import World

__all__ = ["clock", "empty", "world"]

NETWORK = """Des cités.[^a]

| Nom | Communes | Département | Vague | Label |
|---|---|---|---|---|
| Douai | Douai (59178) | Nord | 2 | 2021 |
| Lens | Lens (62498) | Pas-de-Calais | 1 | 2019 |
| Loos | Loos (59360) | Nord | 3 | 2022 |

## 9 juin 2022 : une rencontre

On y a parlé de trois histoires.[^a]

[^a]: Une liste, éditeur, 2022, <https://example.org/liste> (vérifié : 2022-11 ; à revoir : 2023-11)
"""


@pytest.fixture
def network(world: World) -> World:
    world.publish(("modules/reseau.md", NETWORK))
    world.person()
    return world


def names(world: World, query: str) -> list[str]:
    page = world.client().see(f"/reseau{query}")
    return [page.text_of(head) for head in page.all("th") if head.get("scope") == "row" and page.text_of(head) in ("Douai", "Lens", "Loos")]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ["Douai", "Loos", "Lens"]),
        ("?departement=Nord", ["Douai", "Loos"]),
        ("?vague=1", ["Lens"]),
        ("?annee=2022", ["Loos"]),
        ("?departement=Nord&vague=1", []),
        ("?vague=9", []),
    ],
)
def test_filters_keep_what_they_name(network: World, query: str, kept: list[str]) -> None:
    assert names(network, query) == kept


def test_the_page_gives_its_meetings_and_says_which_source_has_aged(network: World) -> None:
    page = network.client().see("/reseau")
    assert "une rencontre" in page.text
    assert "Source à revérifier depuis novembre 2023" in page.text
