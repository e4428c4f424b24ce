"""A change of fact in a real browser: told, answered by keyboard, gone; nothing that axe finds, on a small screen too."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browsers import arrive
from tests.platform.web.axe import complaints
from tests.record.thresholds import begin, threshold
from tests.record.world import World
from tests.words import ANSWER_AGAIN

pytestmark = pytest.mark.browser


def test_a_change_is_read_answered_and_gone(world: World, context: BrowserContext, live: str) -> None:
    begin(world, 0)
    reader = world.person()
    world.finish(reader, "un-b")
    world.publish(threshold("60 euros"))
    tab = arrive(context, f"{live}/connexion")
    heading = tab.get_by_role("heading", name="Depuis que vous l’avez lu")
    expect(heading).to_be_visible()
    assert complaints(tab) == []
    tab.set_viewport_size({"width": 320, "height": 700})
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.locator("summary", has_text="Une question pour le retenir").focus()
    tab.keyboard.press("Enter")
    tab.get_by_label("Celui d'aujourd'hui").or_(tab.get_by_label("Celui d’aujourd’hui")).check()
    tab.get_by_role("button", name="Vérifier").press("Enter")
    expect(tab.locator("#a-vous-1")).to_contain_text(ANSWER_AGAIN)
    tab.goto(f"{live}/")
    expect(heading).to_have_count(0)
