"""Ten filters: the screen, the CSV, the workbook, the printed report and the API name the same people in one order with the same figures; what is printed is PDF/UA."""

from __future__ import annotations

import csv
import io
import json
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pdfua import validate
from pypdf import PdfReader
from sqlalchemy import select

from app.exchange.api import queries
from app.identity.models import Person
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.reporting.grid.exports import SHEET
from tests.reporting.conftest import SignIn, all_pages, rows_of
from tests.reporting.pdf.printed import plain
from tests.strict import StrictClient
from tests.words import STEPS_ASKED, STEPS_DONE

pytestmark = pytest.mark.proof

READER, REGION = "marguerite.fauquembergue", "region-hauts-de-france"
FILTERS = (
    "",
    "etat=en-retard&cohorte=1",
    "etat=a-l-arret&tri=activite",
    "etat=termine&tri=-nom",
    "territoire=departement-nord&tri=-avancement",
    "territoire=departement-pas-de-calais&echeance=a-l-heure",
    "fait=termine&depuis=2026-08-01",
    "module=education-prioritaire&dans=a-finir&territoire=cite-lille-sud",
    "cote=education&vague=1&tri=echeance",
    "nom=an&parcours=acculturation&colonnes=situation",
)
Row = tuple[str, str, str]
"""(name, done on asked of the path, situation)."""


def in_file(lines: list[dict[str, Any]]) -> list[Row]:
    return [(str(line["Nom"]), f"{line[STEPS_DONE]} sur {line[STEPS_ASKED]}", str(line["Situation"])) for line in lines]


def in_csv(client: StrictClient, asked: str) -> tuple[list[int], list[Row]]:
    text = client.get(f"/pilotage/personnes.csv?{asked}").get_data().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    return [int(line["Numéro"]) for line in lines], in_file(lines)


def in_workbook(client: StrictClient, asked: str) -> list[Row]:
    book = load_workbook(io.BytesIO(client.get(f"/pilotage/personnes.xlsx?{asked}", buffered=True).get_data()))
    head, *rows = book[SHEET].iter_rows(values_only=True)
    return in_file([dict(zip(map(str, head), row, strict=True)) for row in rows])


def on_screen(client: StrictClient, asked: str) -> tuple[list[str], str]:
    pages = list(all_pages(client, f"/pilotage/personnes?{asked}"))
    result = next(pages[0].text_of(each) for each in pages[0].all("h2") if each.get("id") == "personnes")
    return [page.text_of(next(row.iter("a"))) for page in pages for row in rows_of(page)], result


def by_program(app: Flask) -> dict[int, Row]:
    now = clock.now()
    with app.app_context():
        maker = db.session.scalars(select(Person.id).where(Person.name == "Aurélie Dussart")).one()
        token = queries.make(db.session, "secret", secrets.token_hex(), maker, "SIRH", REGION, day_of(now) + timedelta(30), now)
        names = dict(db.session.execute(select(Person.id, Person.name)).all())
        db.session.commit()
    client = FlaskClient(app, app.response_class, use_cookies=False)
    found, address = {}, "/api/v1/progress?limit=100"
    while address:
        piece = json.loads(client.get(address, headers={"Authorization": f"Bearer {token}"}).get_data())
        for item in piece["items"]:
            number = item["person_id"]
            found[number] = names[number], f"{item['done']} sur {item['required']}", item["situation"]
        address = piece["next"] or ""
    return found


@pytest.mark.parametrize("asked", FILTERS)
def test_every_place_says_the_same(as_: SignIn, app: Flask, asked: str, tmp_path: Path) -> None:
    client = as_(READER)
    numbers, lines = in_csv(client, asked)
    assert lines, asked
    assert in_workbook(client, asked) == lines
    names, result = on_screen(client, asked)
    assert names == [name for name, *_ in lines]
    assert result.replace("\u00a0", " ").startswith(f"{len(lines)} personne")
    program = by_program(app)
    codes = {program[number][2] for number in program}
    assert len(codes) == 4
    for number, (name, counts, situation) in zip(numbers, lines, strict=True):
        assert program[number][:2] == (name, counts)
        assert sum(program[each][2] == program[number][2] for each in numbers) == sum(line[2] == situation for line in lines), "one code for each state"
    if not asked:
        assert program.keys() == set(numbers)
    data = client.get(f"/pilotage/rapport.pdf?{asked}").get_data()
    printed = plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))
    place = printed.index("Lespersonnes")
    for name, counts, situation in lines:
        place = printed.index(plain(name), place)
        assert "module=" in asked or re.search(rf"\({plain(counts)}(?:,dont\d+dispensées?)?\)", printed[place : place + 260]), name
        assert "module=" in asked or plain(situation) in printed[place : place + 160], name
    file = tmp_path / "rapport.pdf"
    file.write_bytes(data)
    assert [(found.rule_id, found.message) for found in validate(file).findings] == []


@pytest.mark.parametrize("path", ["comite.pdf", "comite.pdf?territoire=departement-nord&depuis=2026-09-01", "rapport.pdf?etat=en-retard"])
def test_what_is_printed_of_a_scope_is_pdf_ua(as_: SignIn, path: str, tmp_path: Path) -> None:
    file = tmp_path / "papier.pdf"
    file.write_bytes(as_(READER).get(f"/pilotage/{path}").get_data())
    assert [(found.rule_id, found.message) for found in validate(file).findings] == []
