"""Files: the rows, the filter and the figures of the screen; nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from app.identity.models import Person
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.reporting.grid.exports import NOTES, SHEET, csv_value
from tests.reporting.conftest import LILLE_SUD, SignIn, all_pages, rows_of
from tests.reporting.grid.files import csv_rows
from tests.reporting.pdf.printed import pdf, plain, text_of
from tests.strict import StrictClient
from tests.words import PROGRESS_SHARE, STEPS_ASKED, STEPS_DONE, STEPS_WAIVED

FILTERS = ["", "etat=en-cours&tri=-avancement", "territoire=departement-nord&tri=-activite", "cote=education&tri=inscription"]


def csv_lines(client: StrictClient, address: str) -> list[dict[str, str]]:
    """Title of a column → what a line says under it."""
    head, *rows = csv_rows(client, address)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("address", FILTERS)
def test_the_files_say_what_the_screen_says(as_: SignIn, address: str) -> None:
    client = as_("aurelie.dussart")
    body = [(page, row) for page in all_pages(client, f"/pilotage/personnes?{address}") for row in rows_of(page)]
    people = [page.text_of(next(row.iter("a"))) for page, row in body]
    cells = [[page.text_of(cell) for cell in row.iter("td")] for page, row in body]
    lines = csv_lines(client, address)
    whole = (STEPS_DONE, STEPS_WAIVED, STEPS_ASKED, PROGRESS_SHARE)
    assert [(line["Nom"], line["Situation"], f"{line[whole[3]]} % {told([line[title] for title in whole[:3]])}") for line in lines] == [
        (name, words[0].lower(), words[1]) for name, words in zip(people, cells, strict=True)
    ]
    assert len(lines) > 0
    modules = [[told([line[f"{title} : {what}"] for what in ("faites", "dispensées", "demandées")]) for title in titles_of_modules(line)] for line in lines]
    assert modules == [words[4:] for words in cells]


def titles_of_modules(line: dict[str, str]) -> list[str]:
    return [title.removesuffix(" : faites") for title in line if title.endswith(" : faites")]


def told(figures: list[str]) -> str:
    """Done, waived, asked: as the screen says it."""
    done, waived, asked = figures
    spared = f", dont {waived} dispensée{'s' if int(waived) > 1 else ''}" if int(waived) else ""
    return f"{done} sur {asked}{spared}"


@pytest.mark.parametrize("address", FILTERS)
def test_both_files_hold_the_same_cells(as_: SignIn, address: str) -> None:
    client = as_("aurelie.dussart")
    head, *rows = csv_rows(client, address)
    book = load_workbook(io.BytesIO(client.get(f"/pilotage/personnes.xlsx?{address}", buffered=True).get_data()))
    sheet = book[SHEET]
    titles, *lines = sheet.iter_rows(values_only=True)
    assert list(titles) == head
    assert [[as_csv(value, title) for title, value in zip(titles, line, strict=True)] for line in lines] == rows
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref.startswith("A1:")
    explained = [row[0] for row in book[NOTES].iter_rows(values_only=True)]
    assert set(head) < set(explained)
    assert {"Calculé le", "Filtre"} < set(explained)


def as_csv(value: object, title: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}"
    if title == PROGRESS_SHARE and isinstance(value, int | float):
        return f"{value:.1f}".replace(".", ",")
    return "" if value is None else str(value)


def test_the_detail_of_a_module_is_in_the_files_too(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    address = client.see("/pilotage/personnes?module=cites-educatives").link("texte (CSV)")
    shown = [[one.text_of(cell) for cell in row.iter("td")][4:] for one in all_pages(client, address.replace(".csv", "")) for row in rows_of(one)]
    data = client.get(address).get_data().decode("utf-8-sig")
    assert [row[-len(states) :] for row, states in zip(list(csv.reader(io.StringIO(data), delimiter=";"))[1:], shown, strict=True)] == shown


def test_whoever_is_late_in_a_module_reads_so_on_the_screen_in_files_and_on_paper(as_: SignIn) -> None:
    """The due date of a module stands with its state wherever it stands, from the day after on."""
    client, today = as_("aurelie.dussart"), day_of(clock.now())
    lines = csv_lines(client, "module=cites-educatives")
    late = [line for line in lines if line["Échéance du module"] and datetime.strptime(line["Échéance du module"], "%d/%m/%Y").date() < today]  # noqa: DTZ007
    assert late
    assert [line["Nom"] for line in lines if line["Délai du module"] == "en retard"] == [line["Nom"] for line in late]
    shown = [page.text_of(row) for page in all_pages(client, "/pilotage/personnes?module=cites-educatives") for row in rows_of(page)]
    assert sum("En retard" in words for words in shown) == len(late)
    printed = text_of(pdf(client, "/pilotage/rapport.pdf?module=cites-educatives"))
    assert printed.count(plain("en retard, ")) >= len(late)


@pytest.mark.parametrize("sign", ["=", "\uff1d"])
def test_formulas_are_neutralised(as_: SignIn, app: Flask, sign: str) -> None:
    formula = f'{sign}HYPERLINK("http://x.example";"Cliquez")'
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.name == "Damien Platteau")).one()
        person.name = formula
        db.session.commit()
    client = as_("solene.wattiez")
    assert [line["Nom"] for line in csv_lines(client, "")].count(f"'{formula}") == 1
    sheet = load_workbook(io.BytesIO(client.get("/pilotage/personnes.xlsx", buffered=True).get_data()))[SHEET]
    cell = next(cell for cell in sheet["B"] if cell.value == formula)
    assert cell.data_type == "s"


def test_how_values_are_written() -> None:
    assert [csv_value(value) for value in (None, 4, Decimal("66.6"), date(2026, 11, 4), "Lille = Nord")] == ["", "4", "66,6", "04/11/2026", "Lille = Nord"]
    assert [csv_value(value) for value in ("=1+1", "\uff1d1", "@x")] == ["'=1+1", "'\uff1d1", "'@x"], "nothing that a spreadsheet would run"


def test_a_responsable_takes_only_their_people_along(as_: SignIn) -> None:
    assert {line["Nom"] for line in csv_lines(as_("solene.wattiez"), "")} == set(LILLE_SUD)
