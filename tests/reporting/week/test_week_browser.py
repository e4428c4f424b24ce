"""In a real browser: the first screen measured at three sizes, the three acts by keyboard without a script, Monday's email as a mail reader shows it; axe silent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from app.assessment.models import AttemptRequest
from app.identity import emails
from app.identity.models import Person
from app.platform.db import db
from app.reporting.week.calls import CallRow
from tests.browsers import arrive, follow, in_each_size
from tests.identity.builders import PASSWORD
from tests.making import make_app, make_settings
from tests.platform.web.axe import RULES, axe, complaints
from tests.record.courses import SMALL
from tests.reporting.reminders.reminding import PAS_DE_CALAIS, Network, small_network

pytestmark = [pytest.mark.proof, pytest.mark.browser]

SILENT = ("Anna", "Bilal", "Chloé", "David-Alexandre de La Tour du Pin", "Emma", "Farid", "Gwen")
SIZES = ((1280, 800), (1440, 900), (390, 844))
NADIA = "nadia.lefebvre@croisee.example"


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    network = small_network(make_app(make_settings(tmp_path / "instance")), monkeypatch, date(2026, 11, 2))
    people = [network.learner(name) for name in SILENT]
    asks, answers, finishes = (network.learner(name) for name in ("Hugo", "Inès", "Jeanne"))
    for person in (*people, asks, answers):
        network.look(person, "un-a")
    network.at(date(2026, 11, 25))
    for element in SMALL:
        network.finish(finishes, element)
    network.look(network.learner("Karim"), "un-a")
    network.at(date(2026, 11, 30))

    def work(session: object) -> None:
        db.session.get_one(Person, people[2]).phone = "03 21 00 00 00"
        db.session.add(AttemptRequest(person_id=asks, quiz_id="un-a-quiz", message="Puis-je réessayer ?", asked_at=network.clock.now()))
        emails.record_answer(db.session, answers, "poste", True, network.clock.now())
        db.session.commit()

    network.read(work)
    network.manager(PAS_DE_CALAIS, password=PASSWORD, monday=True)
    return network


@pytest.fixture
def app(network: Network) -> Flask:
    return network.app


@pytest.fixture
def page(context: BrowserContext, live: str) -> Page:
    return arrive(context, f"{live}/connexion", NADIA)


def boxes(page: Page, selector: str) -> list[tuple[float, float]]:
    """(top, bottom) of each, in the window."""
    found = page.locator(selector).evaluate_all("all => all.map((one) => [one.getBoundingClientRect().top, one.getBoundingClientRect().bottom])")
    return [(top, bottom) for top, bottom in found]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_answer_is_on_the_first_screen(page: Page, live: str, size: tuple[int, int]) -> None:
    """First figure by 260 pixels, four whole figures and five whole names above the fold, at most seven links before them besides the header's own."""
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{live}/")
    assert page.url == f"{live}/pilotage", "the first page of whoever follows people"
    figures, names = boxes(page, ".week-counts dd"), boxes(page, ".call-name > a")
    assert figures[0][0] <= 260
    assert len([bottom for _top, bottom in figures if bottom <= height]) == 4
    assert len([bottom for _top, bottom in names if bottom <= height]) == 5
    before = page.evaluate(
        """() => { const first = document.querySelector('.week-counts dd');
        return [...document.querySelectorAll('a, button, input, select, summary')].filter((one) =>
          one.checkVisibility() && !one.closest('.site-header > .frame') && !one.classList.contains('skip-link')
          && one.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING && !one.closest('.week-counts')).length }"""
    )
    assert before <= 7
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_three_acts_by_keyboard_and_an_attempt_by_one_button(page: Page, live: str, network: Network) -> None:
    page.goto(f"{live}/pilotage")
    first = page.locator(".calls > li").first
    name = first.locator(".call-name > a").inner_text()
    with page.expect_navigation():
        first.get_by_role("button", name="Rappeler jeudi").press("Enter")
    assert page.get_by_role("status").inner_text().replace("\u202f", " ").startswith(f"C’est noté : {name} revient dans la liste le jeudi")
    assert name not in page.locator(".calls").inner_text()
    assert page.locator(".calls > li").count() == 5, "the next one takes the place"
    with page.expect_navigation():
        page.locator(".week-waiting").get_by_role("button", name="Accorder").press("Enter")
    assert "Hugo" not in page.locator("main .week-waiting").inner_text()
    follow(page.locator(".call-name > a").first, by="Enter")
    page.get_by_label("Ce qui a été dit").fill("Reprend lundi.")
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer l’appel").press("Enter")
    assert page.get_by_role("status").inner_text().startswith("Appel noté.")
    assert network.count(CallRow) == 2


def test_every_page_wide_and_narrow(page: Page, live: str, network: Network) -> None:
    found: list[str] = []
    paths = ("/pilotage", "/pilotage/personnes/1/appels", "/compte/lundi", "/administration/reponses", "/pilotage/bilan")
    for _size in in_each_size(page, ((1280, "light"), (390, "dark"), (320, "light"))):
        for path in paths:
            page.goto(live + path)
            page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            found += complaints(page)
    assert found == []


def test_mondays_email_in_a_mail_reader(context: BrowserContext, network: Network) -> None:
    """As HTML in a narrow and a wide window, and as text: nothing wider than the window, each person one line that leads to them."""
    network.at(date(2026, 11, 30))
    network.send()
    (row,) = [one for one in network.outbox() if one.recipient == NADIA]
    assert row.subject.replace("\u202f", " ") == "Croisée : 1 a terminé, 2 ont commencé et 7 à appeler"
    page = context.new_page()
    for width in (320, 900):
        page.set_viewport_size({"width": width, "height": 800})
        page.set_content(row.html)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.get_by_role("link", name="Chloé").count() == 1
        assert page.get_by_role("listitem").count() >= 2 + 1 + 5 + 2
        assert axe(page, {"runOnly": RULES["runOnly"][:-1]}) == [], "a letter has no landmarks"
    lines = row.text.replace("\u00a0", " ").replace("\u202f", " ").split("\n")
    assert "- 1 personne a terminé : Jeanne" in lines
    assert any(line.startswith("- Chloé, Lens (Pas-de-Calais) : à l’arrêt") and "Téléphone : 03 21 00 00 00" in line for line in lines)
    assert any("Hugo demande une tentative de plus" in line for line in lines)
    assert any("Inès a répondu à un rappel" in line for line in lines)
