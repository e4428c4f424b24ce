"""axe finds nothing on the pages of reports, for each kind of reader, for somebody of each stage, tables open, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from app.identity.models import Person
from app.operations.demonstration.accounts import PEOPLE, Stage, stored_accounts
from app.platform.db import db
from tests.platform.web.axe import complaints
from tests.proofs.learners import InBrowser, sign_in

pytestmark = [pytest.mark.proof, pytest.mark.browser]

SHOWN = ((1280, "light"), (360, "dark"))
"""`tests/proofs/test_pages.py` looks at the other two for a responsable of a département and an administrator."""
PAGES = (
    "/pilotage/bilan",
    "/pilotage/personnes",
    "/pilotage/personnes?module=cites-educatives&tri=-activite",
    "/pilotage/personnes?etat=a-l-arret&au=2000-01-01",
    "/pilotage",
    "/compte/lundi",
)
"""The fourth finds nobody."""
READERS = {
    "formateur": "thomas.delvigne",
    "formateur sans cohorte": "bastien.lorthiois",
    "responsable de cité": "solene.wattiez",
    "responsable de région": "marguerite.fauquembergue",
}
STAGES = {person.stage: person for person in PEOPLE}


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def look(tab: Page, address: str) -> list[str]:
    """The complaints, with everything that opens open."""
    assert (answer := tab.goto(address))
    assert answer.status == 200, address
    tab.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
    found: list[str] = []
    for width, scheme in SHOWN:
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [f"{width} {scheme} {complaint}" for complaint in complaints(tab)]
    return found


def enter(app: Flask, tab: Page, live: str, name: str) -> None:
    email = f"{name}@croisee.example"
    sign_in(InBrowser(tab, live), email, next(one.password for one in stored_accounts(app.config["CROISEE"]) if one.email == email))


@pytest.mark.parametrize("reader", READERS)
def test_axe_finds_nothing_whoever_reads(app: Flask, live: str, tab: Page, reader: str) -> None:
    enter(app, tab, live, READERS[reader])
    assert [complaint for path in PAGES for complaint in look(tab, live + path)] == []


def test_axe_finds_nothing_on_the_page_of_somebody_of_each_stage(app: Flask, live: str, tab: Page) -> None:
    enter(app, tab, live, "aurelie.dussart")
    with app.app_context():
        numbers = {row.name: row.id for row in db.session.scalars(select(Person))}
    assert set(STAGES) == set(Stage)
    found = [complaint for person in STAGES.values() for complaint in look(tab, f"{live}/pilotage/personnes/{numbers[person.name]}")]
    assert found == []
