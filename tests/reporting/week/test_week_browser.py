"""In a real browser, without a script: from the overview to a call that is noted, by keyboard; each page wide and narrow, axe silent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from app.identity import emails as help_requests
from app.reporting.week.calls import CallRow
from tests.browsers import arrive, in_each_size
from tests.identity.builders import PASSWORD
from tests.making import make_app, make_settings
from tests.platform.web.axe import complaints
from tests.reporting.reminders.reminding import LENS, PAS_DE_CALAIS, Network, small_network

pytestmark = [pytest.mark.proof, pytest.mark.browser]


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    network = small_network(make_app(make_settings(tmp_path / "instance")), monkeypatch, date(2026, 11, 2))
    people = [network.learner(name) for name in ("Anna", "Bilal", "Chloé")]
    for person in people:
        network.look(person, "un-a")
    network.at(date(2026, 11, 30))
    network.write(lambda session: help_requests.record_answer(session, people[1], "poste", True, network.clock.now()))
    network.manager(PAS_DE_CALAIS, password=PASSWORD)
    return network


@pytest.fixture
def app(network: Network) -> Flask:
    return network.app


@pytest.fixture
def page(context: BrowserContext, live: str) -> Page:
    return arrive(context, f"{live}/connexion", "nadia.lefebvre@croisee.example")


def test_from_the_list_to_a_call_that_is_noted(page: Page, live: str, network: Network) -> None:
    page.goto(f"{live}/pilotage/bilan")
    assert page.locator(".calls > li").count() == 3
    page.get_by_role("navigation", name="Pilotage").get_by_role("link", name="Cette semaine", exact=True).click()
    page.get_by_role("link", name="Anna", exact=True).click()
    page.get_by_label("Ce qui a été dit").fill("Reprend lundi.")
    page.get_by_label("Rappeler le").fill("2026-12-07")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer l’appel").press("Enter")
    assert page.get_by_role("status").inner_text().startswith("Appel noté.")
    assert page.locator(".calls > li").count() == 2
    assert network.count(CallRow) == 1


def test_every_page_wide_and_narrow(page: Page, live: str, network: Network) -> None:
    found: list[str] = []
    paths = (
        "/pilotage/bilan",
        f"/pilotage/bilan?territoire={LENS}&avec=t:{PAS_DE_CALAIS}&depuis=2026-11-01",
        "/pilotage",
        "/pilotage/personnes/1/appels",
        "/administration/reponses",
    )
    for _size in in_each_size(page, ((1280, "light"), (390, "dark"))):
        for path in paths:
            page.goto(live + path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            found += complaints(page)
    assert found == []
