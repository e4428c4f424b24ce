"""In a real browser: from an empty list to a rule on its way by keyboard alone; each page at 1280 light and 360 dark, axe silent; in print."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from app.identity import email_preferences
from tests.browsers import arrive, in_each_size
from tests.identity.builders import PASSWORD
from tests.making import make_app, make_settings
from tests.platform.web.axe import complaints
from tests.reporting.reminders.reminding import LENS, Network, small_network
from tests.words import PAUSE_IT, SAVE_RULE, START_RULE, WHO_IS_REMINDED

pytestmark = [pytest.mark.proof, pytest.mark.browser]

RULES = "/pilotage/rappels"


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    network = small_network(make_app(make_settings(tmp_path / "instance")), monkeypatch, date(2026, 11, 2))
    for name in ("Anna", "Bilal", "Chloé"):
        network.look(network.learner(name), "un-a")
    network.learner("David")
    network.manager(LENS, password=PASSWORD)
    network.at(date(2026, 11, 30))
    return network


@pytest.fixture
def app(network: Network) -> Flask:
    return network.app


@pytest.fixture
def page(context: BrowserContext, live: str) -> Page:
    return arrive(context, f"{live}/connexion", "nadia.lefebvre@croisee.example")


def press(page: Page, name: str, role: str = "button") -> None:
    """By keyboard: Tab until it has the focus, then Enter."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            break
    else:
        raise AssertionError(f"« {name} » is not reached by Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_rule_by_keyboard_alone(page: Page, live: str, network: Network) -> None:
    page.goto(live + RULES)
    press(page, "Écrire une règle")
    press(page, SAVE_RULE)
    assert page.get_by_role("status").inner_text().startswith("La règle est créée, en pause.")
    press(page, START_RULE)
    rows = page.get_by_role("table", name=WHO_IS_REMINDED).get_by_role("row").all_inner_texts()
    assert [row.split("\t")[0] for row in rows[1:]] == ["Anna", "Bilal", "Chloé"]
    network.send()
    assert len(network.outbox()) == 3


def test_every_page_wide_and_narrow(page: Page, live: str, network: Network) -> None:
    rule = network.rule(network.manager(LENS, name="Omar"), territory_id=LENS, words="Je reste joignable.\n\nOmar")
    token = email_preferences.make_token(network.app.config["CROISEE"].secret_key, 1)
    paths = (
        RULES,
        f"{RULES}/nouveau",
        f"{RULES}/{rule}",
        f"{RULES}/{rule}/modification",
        "/compte/lundi",
        f"/rappels/{token}?raison=temps",
        f"/courriels/{token}/arret/relance",
    )
    found: list[str] = []
    for _size in in_each_size(page, ((1280, "light"), (360, "dark"))):
        for path in paths:
            page.goto(live + path)
            found += complaints(page)
    assert found == []


def test_on_paper_the_people_and_the_letter_stay(page: Page, live: str, network: Network) -> None:
    rule = network.rule(network.manager(LENS, name="Omar"), territory_id=LENS)
    page.goto(f"{live}{RULES}/{rule}")
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name="Le courriel").is_visible()
    assert page.get_by_text("Bonjour Anna").first.is_visible()
    assert not page.get_by_role("button", name=PAUSE_IT).is_visible()
