"""Ten plain questions of whoever looks after a region, in a real browser: each answer is the one that the ledger gives, within three clicks of « Pilotage », and
what says it is in the window without scrolling for nine of them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.identity.models import Territory
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from tests.browsers import arrive, clean_profile, follow, served
from tests.reporting.ledger import STANDING, Learner, learners

pytestmark = [pytest.mark.proof, pytest.mark.browser, pytest.mark.xdist_group("ten questions")]

MANAGER = "marguerite.fauquembergue@croisee.example"
NORD, PAS_DE_CALAIS, LILLE_SUD = "departement-nord", "departement-pas-de-calais", "cite-lille-sud"
SPRING, EDUCATION = 1, "education-prioritaire"


@dataclass
class Desk:
    """Pilotage, and the clicks since it was opened. A choice in a menu is none: it answers nothing by itself."""

    tab: Page
    home: str
    clicks: int = 0

    def begin(self) -> None:
        self.clicks = 0
        self.tab.goto(self.home)

    def press(self, words: str, place: int = 0) -> None:
        self.clicks += 1
        main = self.tab.locator("main, .site-tabs")
        follow(main.get_by_role("link", name=words).or_(main.get_by_role("button", name=words)).nth(place))

    def fold(self, words: str) -> None:
        self.clicks += 1
        self.tab.locator("summary", has_text=words).first.click()

    def choose(self, **asked: str) -> None:
        for name, words in asked.items():
            field = self.tab.locator(f'main [name="{name}"]')
            if field.evaluate("element => element.localName") == "select":
                field.select_option(label=words)
            else:
                field.fill(words)

    def download(self, words: str) -> Path:
        self.clicks += 1
        with self.tab.expect_download() as coming:
            self.tab.locator("main").get_by_role("link", name=words).first.click()
        return Path(coming.value.path())

    def answer(self, place: Locator) -> str:
        """What a place says, which stands whole in the window that nobody scrolled; after three clicks at most."""
        assert self.clicks <= 3
        assert self.tab.evaluate("scrollY") == 0
        expect(place.first).to_be_in_viewport(ratio=1)
        return plain(place.first.inner_text())

    def people(self) -> set[str]:
        """Everybody who is listed; the first of them without scrolling."""
        self.answer(self.tab.locator(".grid tbody th a"))
        return {plain(name) for name in self.tab.locator(".grid tbody th a").all_inner_texts()}

    def figure(self, words: str) -> int:
        return int(self.answer(self.tab.locator(".counts > div", has_text=words).locator("dd")))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def desk(browser: Browser, demonstration: Flask, passwords: dict[str, str]) -> Iterator[Desk]:
    with served(demonstration) as address, clean_profile(browser) as context:
        tab = arrive(context, f"{address}/pilotage/bilan", MANAGER, passwords[MANAGER])
        tab.set_viewport_size({"width": 1280, "height": 800})
        yield Desk(tab, f"{address}/pilotage/bilan")


@pytest.fixture(autouse=True)
def begin(desk: Desk) -> None:
    desk.begin()


@dataclass(frozen=True)
class Truth:
    """What the ledger says of the region."""

    people: list[Learner]
    now: datetime
    module_of: dict[str, str]
    titles: dict[str, str]
    cites: set[str]

    @property
    def today(self) -> date:
        return day_of(self.now)

    def names(self, chosen: Callable[[Learner], bool]) -> set[str]:
        return {one.name for one in self.people if chosen(one)}

    def count(self, chosen: Callable[[Learner], bool]) -> int:
        """Of those on the path of most people: no figure mixes two."""
        return sum(chosen(one) for one in self.people if one.path == STANDING)


@pytest.fixture(scope="module")
def truth(demonstration: Flask) -> Truth:
    now = clock.now()
    with demonstration.app_context():
        session: Session = db.session
        published = course(session)
        modules = {element: module.id for module in published.modules.values() for element in published.elements_of(module)}
        cites = set(session.scalars(select(Territory.id).where(Territory.level == "cite", Territory.parent_id.is_not(None))))
        region = "region-hauts-de-france"
        people = [one for one in learners(session, now) if region in one.places]
        above = dict(session.execute(select(Territory.id, Territory.parent_id)).all())
        mine = {cite for cite in cites if region in {cite, above.get(cite), above.get(above.get(cite) or "")}}
        return Truth(people, now, modules, {one.id: one.title for one in published.modules.values()}, mine)


def test_whom_to_call_this_week(desk: Desk) -> None:
    desk.press("Cette semaine")
    assert desk.tab.locator(".calls > li").count() >= 3


def test_who_has_not_finished_priority_education_in_lille_sud(desk: Desk, truth: Truth) -> None:
    desk.press("Personnes")
    desk.fold("Plus")
    desk.choose(territoire="Lille Sud (Nord)", module="L’éducation prioritaire", dans="pas terminé")
    desk.press("Filtrer")
    assert desk.people() == truth.names(lambda one: LILLE_SUD in one.places and one.lacks(EDUCATION))
    assert "qui n’ont pas terminé « L’éducation prioritaire », Lille Sud" in desk.answer(desk.tab.locator("#personnes"))


def test_who_finished_since_august(desk: Desk, truth: Truth) -> None:
    since = date(2026, 8, 1)
    desk.choose(depuis=since.isoformat())
    desk.press("Montrer")
    desk.press("ont terminé dans la période")
    assert desk.people() == truth.names(lambda one: one.path == STANDING and one.finished_within(since, truth.today))


def test_a_departement_since_september(desk: Desk, truth: Truth) -> None:
    since = date(2026, 9, 1)
    before = since - (truth.today - since) - timedelta(days=1), since - timedelta(days=1)
    desk.choose(territoire="Nord", depuis=since.isoformat())
    desk.press("Montrer")
    for words, happened in (("ont commencé", Learner.began_within), ("ont terminé", Learner.finished_within)):
        told = desk.answer(desk.tab.locator(".counts > div", has_text=words).locator(".moved"))
        now, then = (truth.count(lambda one, days=days, what=happened: NORD in one.places and what(one, *days)) for days in ((since, truth.today), before))
        assert re.findall(r"[+-]\d+", told) == [f"{now:+}", f"{then:+}"], words
    assert desk.figure("personnes inscrites") == truth.count(lambda one: NORD in one.places)


def test_who_is_late_in_a_cohort(desk: Desk, truth: Truth) -> None:
    desk.press("Personnes")
    desk.fold("Plus")
    desk.choose(etat="en retard", cohorte="CPO arrivés au printemps")
    desk.press("Filtrer")
    late = truth.names(lambda one: SPRING in one.cohorts and one.is_late(truth.today))
    assert desk.people() == late
    assert desk.answer(desk.tab.locator("#personnes")) == f"{len(late)} personnes en retard, CPO arrivés au printemps"


def test_which_module_stops_people(desk: Desk, truth: Truth) -> None:
    stuck: dict[str, int] = {}
    for one in truth.people:
        if one.path == STANDING and one.is_stuck(truth.now):
            module = truth.module_of[one.left[0][0]]
            stuck[module] = stuck.get(module, 0) + 1
    most = max(stuck, key=lambda module: stuck[module])
    told = desk.answer(desk.tab.locator('section[aria-labelledby="modules"] > p'))
    assert told.startswith(f"On s’arrête le plus dans « {truth.titles[most]} » ({stuck[most]} personnes).")


def test_cites_with_nobody_and_whom_to_write_to(desk: Desk, truth: Truth) -> None:
    empty = {cite for cite in truth.cites if not any(cite in one.places for one in truth.people)}
    assert desk.figure("cités sans personne") == len(empty) > 0
    desk.clicks += 1
    desk.tab.get_by_role("link", name="cités sans personne").click()
    section = desk.tab.locator('section[aria-labelledby="sans-personne"]')
    expect(section.locator("h2")).to_be_in_viewport()
    lines = [plain(line) for line in section.locator("li").all_inner_texts()]
    assert len(lines) == len(empty)
    assert all(re.search(r" : \S", line) for line in lines)


def test_two_departements_side_by_side(desk: Desk, truth: Truth) -> None:
    desk.choose(territoire="Nord", avec="Pas-de-Calais")
    desk.press("Montrer")
    rows = [[plain(cell) for cell in row.locator("th, td").all_inner_texts()] for row in desk.tab.locator(".beside tr").all()]
    desk.answer(desk.tab.locator(".beside tr").nth(5))
    told = {row[0]: [int(re.match(r"\d+", cell)[0]) for cell in row[1:]] for row in rows[1:7]}  # type: ignore[index]
    for place, territory in enumerate((NORD, PAS_DE_CALAIS)):
        assert told["Personnes inscrites"][place] == truth.count(lambda one, at=territory: at in one.places)
        assert told["Terminé"][place] == truth.count(lambda one, at=territory: at in one.places and one.finished is not None)
        assert told["À l’arrêt"][place] == truth.count(lambda one, at=territory: at in one.places and one.is_stuck(truth.now))
        assert told["En retard"][place] == truth.count(lambda one, at=territory: at in one.places and one.is_late(truth.today))


def test_a_page_for_a_committee(desk: Desk, truth: Truth) -> None:
    desk.fold("Emporter")
    desk.answer(desk.tab.get_by_role("link", name="Une page pour un comité"))
    told = plain(PdfReader(io.BytesIO(desk.download("Une page pour un comité").read_bytes())).pages[0].extract_text())
    finished, everybody = truth.count(lambda one: one.finished is not None), truth.count(lambda one: True)
    assert f"{finished} personnes ont terminé sur {everybody}" in told
    assert desk.clicks <= 3


def test_a_file_for_a_funder(desk: Desk, truth: Truth) -> None:
    desk.fold("Emporter")
    desk.answer(desk.tab.get_by_role("link", name="Le fichier d’un financeur"))
    sheet = load_workbook(BytesIO(desk.download("Le fichier d’un financeur").read_bytes())).worksheets[0]
    names = {str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    monday = truth.today - timedelta(days=truth.today.weekday())
    since = monday - timedelta(weeks=25)
    assert names == truth.names(lambda one: one.path == STANDING and one.last is not None and day_of(one.last) >= since)
    assert desk.clicks <= 3
