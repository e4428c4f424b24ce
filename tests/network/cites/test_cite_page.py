"""`/reseau/<id>`, and the map whose words are those of the list."""

from __future__ import annotations

import re

import pytest

from app.identity.rules import Role
from tests.network.meetings.meeting import announced
from tests.network.network import NETWORK, network
from tests.record.conftest import clock, empty, world
from tests.record.world import World, words_of
from tests.strict import Page, StrictClient

__all__ = ["clock", "empty", "network", "world"]

WIDE = """| Nom | Communes | Département | Vague | Label | Quartiers | Troïka | Position |
|---|---|---|---|---|---|---|---|
| Amiens Nord | Amiens (80021) | Somme | 1 | 2019-09-05 | Nord | sous-préfète ; principal du collège ; maire | |
| Amiens Étouvie | Amiens (80021) | Somme | 3 | 2022 | | | |
| Le bourg | Le bourg (80999) | Somme | 2 | 2021 | | | 49,85 ; 2,60 |
| Nulle part | Nulle part (80998) | Somme | 2 | 2021 | | | |

## Territoires

- Hauts-de-France (région)
  - Somme (département)
"""
SHELF = """## Un diagnostic {#diagnostic}

type : rapport
éditeur : Ville
publié : 2021
territoires : Amiens
lien : https://example.org/diagnostic

Un résumé.

## Ailleurs {#ailleurs}

type : rapport
éditeur : Ville
publié : 2021
territoires : Lens
lien : https://example.org/ailleurs

Un résumé.

## La région {#region}

type : rapport
éditeur : Région
publié : 2022
territoires : Hauts-de-France
lien : https://example.org/region

Un résumé.
"""
SVG = "{http://www.w3.org/2000/svg}"


def marks(page: Page) -> dict[int, str]:
    """Number → name, as the drawing says them."""
    found = {}
    for link in page.tree.iter(f"{SVG}a"):
        found[int(page.text_of(next(link.iter(f"{SVG}text"))))] = page.text_of(next(link.iter(f"{SVG}title")))
    return found


def rows(page: Page) -> dict[int, str]:
    """The same of the list."""
    found = {}
    for row in page.all("tr"):
        cells = [cell for cell in row.iter("td") if cell.get("class") == "cite-number"]
        if cells:
            found[int(page.text_of(cells[0]))] = page.text_of(next(row.iter("a")))
    return found


@pytest.fixture
def wide(network: World) -> World:
    network.publish(("modules/reseau.md", WIDE), ("modules/bibliotheque.md", SHELF))
    return network


@pytest.mark.parametrize("query", ["", "?departement=Somme", "?vague=1", "?vague=2", "?departement=Nord&vague=1"])
def test_the_map_says_what_the_list_says(wide: World, query: str) -> None:
    page = wide.client().see(f"/reseau{query}")
    listed = rows(page)
    unplaced = {"Nulle part"} & set(listed.values())
    assert {name for number, name in listed.items() if number not in marks(page)} == unplaced
    assert marks(page).items() <= listed.items()
    assert ("Hors de la carte" in page.text) == bool(unplaced)
    counts = [int(found) for found in re.findall(r"vague, (\d+)", " ".join(words_of(page).split()))]
    assert sum(counts) == len(listed)


def test_a_network_of_unknown_places_is_a_list(network: World) -> None:
    network.publish(("modules/reseau.md", NETWORK.replace("Nord", "Utopie").replace("Pas-de-Calais", "Utopie")))
    page = network.client().see("/reseau")
    assert (marks(page), rows(page), page.link("Lens")) == ({}, {}, "/reseau/lens")


def test_the_page_of_a_cite(wide: World) -> None:
    page = wide.client().see("/reseau/amiens-nord")
    seen = words_of(page)
    for words in ("1re vague, 5 septembre 2019", "Somme", "QuartierNord", "sous-préfète", "principal du collège", "Amiens Nord porte le numéro 1"):
        assert words in seen, words
    assert (page.link("Un diagnostic"), page.link("La région")) == ("/bibliotheque/diagnostic", "/bibliotheque/region")
    assert "Ailleurs" not in seen
    assert page.link("Étouvie") == "/reseau/amiens-etouvie"
    assert "même commune" in seen
    assert re.search(r"Le bourg à 2\d km", seen)


def test_a_cite_that_nothing_places_has_a_page_without_a_map(wide: World) -> None:
    page = wide.client().see("/reseau/nulle-part")
    assert marks(page) == {}
    assert "Préfecture" in page.text
    assert page.link("Amiens Nord") == "/reseau/amiens-nord"


@pytest.mark.parametrize("identifier", ["inconnue", "Amiens-Nord", "cite-amiens-nord"])
def test_no_other_address_has_a_page(wide: World, identifier: str) -> None:
    assert wide.client().get(f"/reseau/{identifier}").status_code == 404
    visitor = wide.app.test_client()
    assert visitor.get(f"/reseau/{identifier}").status_code == 302


def test_a_link_of_the_course_leads_to_the_page(wide: World) -> None:
    found = wide.client().see("/recherche?q=etouvie")
    assert found.link("Étouvie") == "/reseau/amiens-etouvie"


def test_visitors_read_it_without_what_needs_an_account(wide: World) -> None:
    visitor = wide.app.test_client()
    assert isinstance(visitor, StrictClient)
    page = visitor.see("/reseau/amiens-nord")
    assert "Un diagnostic" not in page.text


def test_its_meetings_are_those_that_name_it_or_what_is_above_it_and_that_one_may_see(wide: World) -> None:
    trainer = wide.person("Farid Trainer", role=Role.TRAINER)
    for title, territories in (("Pour la Somme", ["departement-somme"]), ("Pour Amiens", ["cite-amiens-nord"]), ("Pour tous", [])):
        announced(wide, trainer, title=title, territories=territories)
    page = wide.signed_in(trainer).see("/reseau/amiens-nord")
    assert {title for title in ("Pour la Somme", "Pour Amiens", "Pour tous") if title in page.text} == {"Pour la Somme", "Pour Amiens"}
    assert page.link("Pour Amiens").startswith("/rencontres/")
    assert "Pour Amiens" not in wide.client().see("/reseau/amiens-nord").text, "a learner of nowhere is not of its audience"
    visitor = wide.app.test_client()
    assert isinstance(visitor, StrictClient)
    assert "Pour Amiens" not in visitor.see("/reseau/amiens-nord").text
