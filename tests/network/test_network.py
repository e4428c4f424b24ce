"""`/reseau`: the cités as the course's own file lists them, two filters, sources that have aged."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browsers import arrive
from tests.network.network import NETWORK, network
from tests.record.conftest import clock, empty, world
from tests.record.world import World

__all__ = ["clock", "empty", "network", "world"]


def test_no_column_repeats_another(network: World) -> None:
    """A commune is named where the cité's name does not say it; the wave and the year of its label stand together."""
    page = network.client().see("/reseau")
    heads = {page.text_of(head) for head in page.all("th") if head.get("scope") == "col"}
    assert "Communes" not in heads
    network.publish(("modules/reseau.md", NETWORK.replace("| Lens | Lens (62498)", "| Le bassin | Lens (62498), Le bassin (62000)")))
    page = network.client().see("/reseau")
    (row,) = [page.text_of(head) for head in page.all("th") if "bassin" in page.text_of(head)]
    assert row == "Le bassinLens"


def names(world: World, query: str) -> list[str]:
    page = world.client().see(f"/reseau{query}")
    return [page.text_of(head) for head in page.all("th") if head.get("scope") == "row" and page.text_of(head) in ("Douai", "Lens", "Loos")]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ["Douai", "Loos", "Lens"]),
        ("?departement=Nord", ["Douai", "Loos"]),
        ("?vague=1", ["Lens"]),
        ("?departement=Nord&vague=1", []),
        ("?vague=9", []),
    ],
)
def test_filters_keep_what_they_name(network: World, query: str, kept: list[str]) -> None:
    assert names(network, query) == kept


@pytest.mark.browser
def test_with_a_script_the_list_follows_the_choice_without_another_page(network: World, live: str, context: BrowserContext) -> None:
    tab = arrive(context, f"{live}/connexion?next=/reseau")
    tab.evaluate("document.body.dataset.same = 'page'")
    tab.get_by_label("Département", exact=True).select_option("Nord")
    expect(tab.get_by_role("status").filter(has_text="sur 3")).to_contain_text("2 cités éducatives sur 3")
    expect(tab.get_by_role("rowheader", name="Lens")).to_have_count(0)
    assert tab.url == f"{live}/reseau?departement=Nord"
    assert tab.evaluate("document.body.dataset.same") == "page"


def test_the_page_leads_to_meetings_and_says_which_source_has_aged(network: World) -> None:
    page = network.client().see("/reseau")
    assert page.link("Rencontres") == "/rencontres"
    assert "Source à revérifier depuis novembre 2023" in page.text
