"""What opens in a page is opened, reached and closed without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browsers import arrive
from tests.proofs.every_page import LEARNER

pytestmark = [pytest.mark.proof, pytest.mark.browser]


@pytest.fixture
def tab(context: BrowserContext, live: str, passwords: dict[str, str]) -> Page:
    return arrive(context, f"{live}/lecons/ep-refondation", LEARNER, passwords[LEARNER])


def test_what_opens_is_reached_and_closed_by_keyboard(tab: Page) -> None:
    sigle = tab.locator("main .sigle").first
    bubble = tab.locator(f"[id='{sigle.get_attribute('popovertarget')}']")
    sigle.focus()
    tab.keyboard.press("Enter")
    expect(bubble).to_be_visible()
    tab.keyboard.press("Tab")
    expect(bubble.get_by_role("link", name="Glossaire")).to_be_focused()
    tab.keyboard.press("Escape")
    expect(bubble).to_be_hidden()
    expect(sigle).to_be_focused()
    menu = tab.locator("details.account")
    menu.locator("summary").focus()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    expect(menu.get_by_role("link").first).to_be_focused()
    menu.locator("summary").focus()
    tab.keyboard.press("Space")
    expect(menu.get_by_role("link").first).to_be_hidden()
