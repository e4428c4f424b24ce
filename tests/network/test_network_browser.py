"""The map, the page of a cité and the directory in a real browser: on a telephone, in the dark, by axe."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browsers import arrive
from tests.network.network import network
from tests.platform.web.axe import complaints_in_each_size
from tests.record.conftest import clock, empty, world
from tests.record.world import World

__all__ = ["clock", "empty", "network", "world"]

SIZES = ((1280, "light"), (360, "light"), (360, "dark"))
FAR = """() => {
  const marks = [...document.querySelectorAll(".atlas-mark")].map((mark) => mark.getBoundingClientRect());
  return marks.every((mark) => mark.left >= 0 && mark.right <= innerWidth && mark.width >= 12);
}"""


@pytest.mark.browser
@pytest.mark.proof
def test_the_map_on_a_telephone_and_a_card_that_is_taken_back(network: World, live: str, context: BrowserContext) -> None:
    network.publish(("modules/reseau.md", (Path(__file__).parents[2] / "modules" / "reseau.md").read_text(encoding="utf-8")))
    tab = arrive(context, f"{live}/connexion?next=/reseau")
    assert complaints_in_each_size(tab, SIZES) == []
    tab.set_viewport_size({"width": 360, "height": 800})
    assert tab.evaluate(FAR), "each mark is on the screen, and large enough to read its number"
    tab.get_by_label("Département", exact=True).select_option("Somme")
    expect(tab.locator(".atlas-mark")).to_have_count(3)
    with tab.expect_navigation():
        tab.locator(".atlas-mark").first.click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Amiens")
    assert complaints_in_each_size(tab, SIZES) == []
    tab.goto(f"{live}/compte/annuaire")
    tab.get_by_label("Votre fonction", exact=True).fill("Cheffe de projet")
    tab.get_by_label("J’accepte de paraître").check()
    with tab.expect_navigation():
        tab.get_by_role("button", name="Paraître dans l’annuaire").click()
    assert complaints_in_each_size(tab, SIZES) == []
    with tab.expect_navigation():
        tab.get_by_role("button", name="Retirer mon accord").click()
    expect(tab.get_by_role("button", name="Paraître dans l’annuaire")).to_be_visible()
