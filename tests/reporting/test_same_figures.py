"""One figure for each person of the demonstration: their own page, the grid, their page in the reports, CSV, XLSX, PDF and attestation."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from app.identity.models import Person
from app.operations.demonstration.accounts import PEOPLE, Stage
from app.platform.french import french_date
from app.reporting.grid.exports import SHEET
from tests.record.world import Clock, World, words_of
from tests.reporting.conftest import all_pages, rows_of
from tests.reporting.pdf.printed import plain
from tests.strict import Page, StrictClient
from tests.words import PATH_ATTESTATION, PATH_FINISHED_ON, STEPS_ASKED, STEPS_DONE

pytestmark = pytest.mark.proof

FOLLOWING = [person.name for person in PEOPLE if person.stage != Stage.STAFF]
WAIVED = r"(?:,dont\d+dispensées?)?"
PAIR = re.compile(r"(\d+)(?: étapes?)? sur (\d+)")


@dataclass
class Figures:
    """Of one person, as one place says them. `modules`: title → (done, asked)."""

    path: tuple[int, int]
    modules: dict[str, tuple[int, int]] = field(default_factory=dict)


def pair(text: str) -> tuple[int, int]:
    found = PAIR.search(text.replace("\u00a0", " "))
    assert found, text
    return int(found[1]), int(found[2])


def own_or_reported(page: Page) -> Figures:
    """The learner's page and the reports' page of a person are made alike: a figure at the top, then one a module."""
    head = next(each for each in page.all("p") if each.get("class") == "lead")
    found = Figures(pair(page.text_of(head)))
    for section in (*page.all("section"), *page.all("details")):
        title = next(section.iter("h2"), None)
        if title is None:
            continue
        note = next((each for each in section.iter() if each.tag in ("p", "span") and each.get("class") == "soft"), None)
        if str(title.get("id")).startswith("module-") and note is not None and PAIR.search(page.text_of(note).replace("\u00a0", " ")):
            found.modules[page.text_of(title)] = pair(page.text_of(note))
    return found


def in_the_grid(client: StrictClient) -> dict[str, Figures]:
    found = {}
    for page in all_pages(client, "/pilotage/personnes"):
        titles = [page.text_of(head) for head in page.all("thead")[0].iter("th")][5:]
        for row in rows_of(page):
            cells = [page.text_of(cell) for cell in row.iter("td")]
            modules = {title: pair(words) for title, words in zip(titles, cells[4:], strict=True) if "sur" in words}
            found[page.text_of(next(row.iter("a")))] = Figures(pair(cells[1]), modules)
    return found


def in_a_file(head: list[Any], rows: list[list[Any]]) -> dict[str, Figures]:
    """What is waived is among what is done: its columns say how much of it."""
    titles = [title.removesuffix(" : faites") for title in head if title.endswith(" : faites")]
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    return {
        str(line["Nom"]): Figures(
            (int(line[STEPS_DONE]), int(line[STEPS_ASKED])),
            {title: (int(line[f"{title} : faites"]), asked) for title in titles if (asked := int(line[f"{title} : demandées"]))},
        )
        for line in lines
    }


def row_in_the_pdf(figures: Figures, name: str, titles: list[str]) -> str:
    """What follows a name there, as a pattern: territories, situation, the whole in brackets, two dates, the modules in the grid's order."""
    modules = [figures.modules.get(title) for title in titles]
    words = "".join(f"{each[0]}sur{each[1]}{WAIVED}" if each else "rienn’estdemandé" for each in modules)
    day = r"(?:–|\d+(?:er)?[a-zéû]+\d{4})"
    done, asked = figures.path
    due = r"(?:enretard|àl’heure|sanséchéance|terminé)(?:,\d+(?:er)?[a-zéû]+\d{4})?"
    return rf"{re.escape(plain(name))}(?:(?!sur\d).){{0,160}}?%\({done}sur{asked}{WAIVED}\){due}{day}{day}{words}"


@pytest.fixture
def world(app: Flask) -> World:
    return World(app, Clock())


def number_of(world: World, name: str) -> int:
    return world.read(lambda session: session.scalars(select(Person.id).where(Person.name == name)).one())


def test_every_place_says_the_same_of_everybody(world: World) -> None:
    reader = world.signed_in(number_of(world, "Aurélie Dussart"))
    grid = in_the_grid(reader)
    head, *rows = csv.reader(io.StringIO(reader.get("/pilotage/personnes.csv").get_data().decode("utf-8-sig")), delimiter=";")
    lines = load_workbook(io.BytesIO(reader.get("/pilotage/personnes.xlsx", buffered=True).get_data()))[SHEET].iter_rows(values_only=True)
    text_file, (titles, *cells) = in_a_file(head, rows), [list(line) for line in lines]
    workbook = in_a_file(titles, cells)
    printed = plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(reader.get("/pilotage/rapport.pdf").get_data())).pages))
    modules = [title.removesuffix(" : faites") for title in head if title.endswith(" : faites")]
    assert grid.keys() == text_file.keys() == workbook.keys() >= set(FOLLOWING)
    for name in FOLLOWING:
        number = number_of(world, name)
        own = own_or_reported(world.signed_in(number).see("/progression"))
        assert len(own.modules) == len(modules) == 7, "six of the course, and that of the path that a meeting completes"
        everywhere = {
            "grid": grid[name],
            "CSV": text_file[name],
            "XLSX": workbook[name],
            "person": own_or_reported(reader.see(f"/pilotage/personnes/{number}")),
        }
        assert {place: figures for place, figures in everywhere.items() if figures != own} == {}, name
        assert re.search(row_in_the_pdf(own, name, modules), printed), (name, own)


def test_an_attestation_is_of_what_every_place_says_is_finished_on_the_same_day(world: World) -> None:
    reader = world.signed_in(number_of(world, "Aurélie Dussart"))
    head, *rows = csv.reader(io.StringIO(reader.get("/pilotage/personnes.csv").get_data().decode("utf-8-sig")), delimiter=";")
    finished = {row[1]: row[head.index(PATH_FINISHED_ON)] for row in rows}
    attested = 0
    for name in FOLLOWING:
        page = reader.see(f"/pilotage/personnes/{number_of(world, name)}")
        links = {page.text_of(link): str(link.get("href")) for link in page.all("a") if "/attestations/" in str(link.get("href"))}
        whole, parts = own_or_reported(page), {words: address for words, address in links.items() if "ttestation" in words}
        done, asked = whole.path
        assert (PATH_ATTESTATION in parts) == (done == asked) == bool(finished[name]), name
        for words, address in parts.items():
            seen = words_of(world.app.test_client().see(address))  # type: ignore[attr-defined]
            title = words.removeprefix("attestation du module ")
            if words == PATH_ATTESTATION:
                day, month, year = finished[name].split("/")
                assert french_date(date(int(year), int(month), int(day))).replace("\u00a0", " ") in seen
            else:
                assert whole.modules[title][0] == whole.modules[title][1]
                assert title in seen
            assert name in seen
            attested += 1
    assert attested > 40
