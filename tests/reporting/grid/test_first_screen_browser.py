"""Measured in a real browser: how many people « Personnes » shows before anything is scrolled, and what stands before them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page as Tab

from app.operations.demonstration.accounts import stored_accounts
from tests.browsers import arrive
from tests.words import ADD_TO_A_COHORT

pytestmark = [pytest.mark.proof, pytest.mark.browser]

MANAGER = "marguerite.fauquembergue@croisee.example"
PATHS = (
    "/pilotage/personnes",
    "/pilotage/personnes?etat=en-retard&cohorte=1",
    "/pilotage/personnes?module=education-prioritaire&dans=a-finir&territoire=departement-nord",
)
SIZES = {(1280, 800): 10, (1440, 900): 12, (390, 844): 3}
"""Window → whole rows, or whole cards, that it shows at least: eight were asked for at 1280 × 800."""
LINKS = 7
"""At most, before the first person, besides the header."""
SEEN = """() => {
  const rows = [...document.querySelectorAll("main tbody > tr")];
  const whole = rows.filter((row) => { const box = row.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; });
  const first = rows[0];
  const before = [...document.querySelectorAll("main a")].filter((link) => link.checkVisibility() && first.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_PRECEDING);
  return { whole: whole.length, before: before.length, wide: document.documentElement.scrollWidth - innerWidth };
}"""


@pytest.fixture
def tab(app: Flask, live: str, context: BrowserContext) -> Tab:
    passwords = {account.email: account.password for account in stored_accounts(app.config["CROISEE"])}
    return arrive(context, f"{live}/connexion", MANAGER, passwords[MANAGER])


@pytest.mark.parametrize("path", PATHS)
def test_people_are_on_the_first_screen(tab: Tab, live: str, path: str) -> None:
    tab.goto(live + path)
    for (width, height), least in SIZES.items():
        tab.set_viewport_size({"width": width, "height": height})
        seen: dict[str, Any] = tab.evaluate(SEEN)
        assert seen["whole"] >= (8 if least == 10 and "module" in path else least), (width, seen)
        assert seen["before"] <= LINKS, seen
        assert seen["wide"] <= 0


def test_headings_and_names_stay_in_sight(tab: Tab, live: str) -> None:
    """Wherever there are columns: a wide window, a short one; and the acts come to the foot of the window with the first tick."""
    for width, height in ((1280, 800), (844, 390)):
        tab.set_viewport_size({"width": width, "height": height})
        tab.goto(f"{live}/pilotage/personnes")
        grid = tab.locator(".grid")
        grid.scroll_into_view_if_needed()
        grid.evaluate("grid => grid.scrollTo(400, 900)")
        top, left = grid.evaluate("grid => [grid.getBoundingClientRect().top, grid.getBoundingClientRect().left]")
        head = grid.locator("thead th").nth(3).bounding_box()
        name = grid.locator("tbody th").last.bounding_box()
        assert head is not None
        assert name is not None
        assert abs(head["y"] - top) <= 1
        assert abs(name["x"] - left) <= 1
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.goto(f"{live}/pilotage/personnes")
    acts = tab.locator(".ticked-acts")
    assert acts.bounding_box()["y"] > 800  # type: ignore[index]
    tab.locator(".grid input[name=p]").nth(1).check()
    box = acts.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 801
    with tab.expect_navigation():
        acts.get_by_role("button", name="Les ajouter à une cohorte").click()
    assert tab.get_by_role("heading", level=1).inner_text() == ADD_TO_A_COHORT
    assert "1 personne" in tab.locator(".lead").inner_text().replace("\u00a0", " ")
