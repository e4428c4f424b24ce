"""Ten plain questions of whoever looks after a region, in a real browser: each is answered within three clicks of « Pilotage », on one screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.browsers import arrive, clean_profile, follow, served

pytestmark = [pytest.mark.proof, pytest.mark.browser, pytest.mark.xdist_group("ten questions")]

MANAGER = "marguerite.fauquembergue@croisee.example"


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

    def jump(self, words: str) -> None:
        """To a part of the page, which then stands in the window."""
        self.clicks += 1
        self.tab.get_by_role("navigation", name="Sur cette page").get_by_role("link", name=words).click()
        expect(self.tab.get_by_role("heading", level=2, name=words)).to_be_in_viewport()

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

    def answered(self) -> str:
        assert self.clicks <= 3
        return self.tab.locator("main").inner_text().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def desk(browser: Browser, demonstration: Flask, passwords: dict[str, str]) -> Iterator[Desk]:
    with served(demonstration) as address, clean_profile(browser) as context:
        yield Desk(arrive(context, f"{address}/pilotage/bilan", MANAGER, passwords[MANAGER]), f"{address}/pilotage/bilan")


@pytest.fixture(autouse=True)
def begin(desk: Desk) -> None:
    desk.begin()


def test_whom_to_call_today(desk: Desk) -> None:
    desk.press("Cette semaine")
    assert desk.tab.locator(".calls > li").count() > 5
    assert "attend la réponse" in desk.answered()


def test_who_has_not_finished_priority_education_in_lille_sud(desk: Desk) -> None:
    desk.press("Personnes")
    desk.fold("Filtre")
    desk.choose(territoire="Lille Sud (Nord)", module="L’éducation prioritaire", dans="pas terminé")
    desk.press("Filtrer")
    assert "Lille Sud (Nord), « L’éducation prioritaire » pas terminé" in desk.answered()
    assert desk.tab.locator(".grid tbody tr").count() > 3


def test_who_finished_this_quarter(desk: Desk) -> None:
    desk.choose(depuis="2026-10-01")
    desk.press("Montrer")
    desk.press("ont terminé", place=-1)  # of the drawing: those of the period
    assert "période depuis le 01/10/2026" in desk.answered()


def test_a_departement_since_september(desk: Desk) -> None:
    desk.choose(territoire="Nord", depuis="2026-09-01")
    desk.press("Montrer")
    words = desk.answered()
    assert "1er septembre 2026" in words
    assert "Semaine après semaine" in words


def test_who_is_late_in_a_cohort(desk: Desk) -> None:
    desk.choose(cohorte="CPO arrivés au printemps")
    desk.press("Montrer")
    desk.press("en retard")
    assert re.search(r"cohorte « CPO arrivés au printemps », .*en retard", desk.answered())
    assert desk.tab.locator(".grid tbody tr").count() > 3


def test_where_people_stop(desk: Desk) -> None:
    desk.jump("Où l’on s’arrête")
    assert "On s’arrête" in desk.answered()


def test_cites_with_nobody_and_whom_to_write_to(desk: Desk) -> None:
    desk.jump("cités sans personne")
    assert "sans personne" in desk.answered().lower() or "n’ont personne" in desk.answered()


def test_two_departements_side_by_side(desk: Desk) -> None:
    desk.choose(territoire="Nord", avec="Pas-de-Calais")
    desk.press("Montrer")
    words = desk.answered()
    assert words.count("Pas-de-Calais") > 1


def test_a_page_for_a_committee(desk: Desk) -> None:
    assert desk.download("Une page pour un comité").read_bytes().startswith(b"%PDF-")
    assert desk.answered()


def test_a_file_for_a_funder(desk: Desk) -> None:
    sheet = load_workbook(BytesIO(desk.download("Le fichier d’un financeur").read_bytes())).worksheets[0]
    assert sheet.max_row > 10
    assert desk.answered()
