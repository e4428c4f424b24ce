"""Import of people: each line its verdict, twice changes nothing, traps refused in a sentence."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.administration.imports import spreadsheet
from app.administration.imports.rules import MODEL, LineWish, judge
from app.administration.imports.spreadsheet import SpreadsheetUnreadable, read_spreadsheet
from app.identity.rules import Role
from app.platform import sandbox
from app.platform.db import db
from tests.administration.imports.imports import HEADER, KNOWN, MAIN, headcount, people_file, refusals, upload, with_parts, with_strings, workbook
from tests.administration.people_pages import acts, administrator, person, person_id, stays
from tests.words import NEITHER_CSV_NOR_WORKBOOK, NOTHING_TO_IMPORT, WHAT_FILE_WOULD_DO


def test_one_bad_line_of_two_hundred(app: Flask) -> None:
    client = administrator(app)
    page = upload(client, people_file(200, bad=57))
    assert page.h1 == WHAT_FILE_WOULD_DO
    assert headcount(app) == 1
    client.submit("Importer 199")
    assert headcount(app) == 200
    assert "57, Personne 56 Nulle part Ce territoire n’est pas dans le réseau." in client.page.text
    assert stays(app, person_id(app, "p1@ville.example")) == [("cite-lens", True)]
    assert acts(app).count(("imported", None)) == 1


def test_a_refused_line_says_whose_it_is_and_what_was_meant(app: Flask) -> None:
    client = administrator(app)
    page = upload(client, (HEADER + "Zoé Petit;z@v.example;Google;;\r\nÉric Grand;e@v.example;;;Lille  sude").encode())
    assert "2 Zoé Petit refusée" in page.text_of(page.all("table")[1])
    assert "Vouliez-vous dire « Lille Sud (Nord) » ?" in page.text


def test_the_same_file_twice_changes_nothing(app: Flask) -> None:
    client = administrator(app)
    upload(client, people_file(5))
    client.submit("Importer 5")
    before = acts(app)
    assert NOTHING_TO_IMPORT in upload(client, people_file(5)).text
    assert acts(app) == before
    assert headcount(app) == 6


def test_an_applied_import_keeps_no_name_of_a_good_line_and_is_nobody_elses(app: Flask) -> None:
    client = administrator(app)
    upload(client, people_file(3, bad=2))
    action = client.page.form("Importer")["action"]
    client.submit("Importer 2")
    client.see(action)
    assert "Personne 2" not in client.page.text
    with app.app_context():
        from tests.identity.builders import create_person

        create_person(db.session, "Autre Admin", roles=[Role.ADMINISTRATOR])
        db.session.commit()
    other = app.test_client()
    from tests.identity.builders import sign_in

    sign_in(other, "autre.admin@croisee.example")
    other.see(action, 404)


@pytest.mark.parametrize("data", [
    HEADER.encode() + "Éloïse;e@v.example;;;Lens".encode(),
    "\ufeff".encode() + HEADER.encode() + "Éloïse;e@v.example;;;Lens".encode(),
    HEADER.encode("cp1252") + "Éloïse;e@v.example;;;Lens".encode("cp1252"),
    (HEADER + "Éloïse;e@v.example;;;Lens").replace(";", ",").encode(),
    (HEADER + "Éloïse;e@v.example;;;Lens").replace(";", "\t").encode("utf-16"),
    workbook(("Nom", "Courriel", None, None, "Territoire"), ("Éloïse", "e@v.example", None, None, "Lens")),
])  # fmt: skip
def test_every_spreadsheets_way_of_saving(data: bytes, app: Flask) -> None:
    client = administrator(app)
    upload(client, data)
    client.submit("Importer 1")
    number = person_id(app, "e@v.example")
    with person(app, number) as row:
        assert row.name == "Éloïse"
    assert stays(app, number) == [("cite-lens", True)]


def test_the_models_are_read_back(app: Flask, tmp_path: Path) -> None:
    client = administrator(app)
    for kind in ("csv", "xlsx"):
        lines = read_spreadsheet(tmp_path, client.get(f"/administration/import/modele.{kind}").data).lines
        assert lines[0].cells[:3] == MODEL[0][:3]


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (spreadsheet.LARGEST_UNPACKED + 1))
    return data.getvalue()


def entities() -> bytes:
    """A workbook whose sheet is a « billion laughs »."""
    data = io.BytesIO()
    plain = workbook(("Nom",), ("A",))
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(data, "w") as archive:
        for part in source.infolist():
            archive.writestr(part.filename, laughs if "sheet1" in part.filename else source.read(part))
    return data.getvalue()


def many_strings(count: int) -> bytes:
    """Shared strings that no cell asks for: 47 kB of them took ten seconds."""
    return with_strings("<si/>" * count)


def many_styles(count: int) -> bytes:
    return with_parts({"xl/styles.xml": f"<styleSheet {MAIN}><cellXfs>{'<xf/>' * count}</cellXfs></styleSheet>"})


@pytest.mark.parametrize("data", [many_strings(500_000), many_styles(500_000)])
def test_a_workbook_that_is_dear_to_read_is_given_up(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of little weight, even unpacked: the process that reads it has a bounded time."""
    assert len(data) < 20_000
    monkeypatch.setattr(spreadsheet, "LIMITS", sandbox.SandboxLimits(500, 1, 20))
    with pytest.raises(SpreadsheetUnreadable, match="démesuré"):
        read_spreadsheet(tmp_path, data)


def test_a_workbook_that_fills_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "LIMITS", sandbox.SandboxLimits(30, 5, 20))
    with pytest.raises(SpreadsheetUnreadable, match=NEITHER_CSV_NOR_WORKBOOK):
        read_spreadsheet(tmp_path, workbook(("Nom",), ("A",)))


def test_the_largest_workbook_that_is_accepted_is_read(tmp_path: Path) -> None:
    rows = [tuple(f"{column} de la personne {number}" for column in MODEL[0]) for number in range(spreadsheet.MOST_LINES)]
    lines = read_spreadsheet(tmp_path, workbook(MODEL[0], *rows)).lines
    assert [line.cells for line in lines] == [MODEL[0], *rows]
    with pytest.raises(SpreadsheetUnreadable, match="plus de 2000 lignes"):
        read_spreadsheet(tmp_path, workbook(MODEL[0], *rows, ("une", "de trop")))


def test_cells_are_read_as_text(tmp_path: Path) -> None:
    cells = ("Nom", 3.0, 2.5, True, None, " deux\n lignes ", "x" * 600, date(2026, 11, 25), datetime(2026, 11, 25, 14, 30))  # noqa: DTZ001 — a cell has no zone
    (line,) = read_spreadsheet(tmp_path, workbook(cells)).lines
    assert line.cells == ("Nom", "3", "2.5", "oui", "", "deux lignes", "x" * 500, "25/11/2026", "25/11/2026 14:30")


@pytest.mark.parametrize(("data", "words"), [
    (b"", "vide"),
    (bomb(), "démesuré"),
    (many_strings(1_100_000), "démesuré"),
    (entities(), NEITHER_CSV_NOR_WORKBOOK),
    (b"PK\x03\x04 not a zip", NEITHER_CSV_NOR_WORKBOOK),
    (b"\x89PNG\r\n\x1a\n\x00\x00", NEITHER_CSV_NOR_WORKBOOK),
    (b'Nom;Courriel\n"A;b@c.example', "guillemet"),
    (b"Nom\n", "que sa premi"),
    (b"Nom\n" + b"A\n" * (spreadsheet.MOST_LINES + 1), "plus de 2000 lignes"),
])  # fmt: skip
def test_what_is_no_file_of_people_is_refused_in_a_sentence(data: bytes, words: str, app: Flask) -> None:
    assert words in upload(administrator(app), data, status=422).text


@pytest.mark.parametrize(("cells", "column"), [
    ({"nom": '=HYPERLINK("http://x","y")'}, "nom"),
    ({"nom": "A", "courriel": "@SUM(A1)"}, "courriel"),
    ({"nom": "A", "territoire": "+cmd|' /C calc'!A0"}, "territoire"),
    ({"nom": "\uff1d1+1"}, "nom"),
    ({"nom": "A", "courriel": "\ufe6bSUM(A1)"}, "courriel"),
    ({}, "nom"),
    ({"nom": "x" * 121}, "nom"),
    ({"nom": "A", "employeur": "Google"}, "employeur"),
    ({"prénom": "A"}, "nom"),
    ({"nom": "A", "prénom": "x" * 119}, "nom"),
    ({"nom": "A", "rôles": "administrateur"}, "rôles"),
    ({"nom": "A", "rôles": "apprenant, dieu"}, "rôles"),
    ({"nom": "A", "territoire": "Lans"}, "territoire"),
    ({"nom": "A", "cohorte": "hiver"}, "cohorte"),
])  # fmt: skip
def test_refused_lines(cells: dict[str, str], column: str) -> None:
    (refusal,) = refusals(cells)
    assert refusal.column == column
    assert refusal.remedy


def test_a_good_line() -> None:
    wish = judge({"nom": "Karim Benali", "rôles": "Formateur, apprenant", "territoire": "LENS", "cohorte": "Automne"}, KNOWN)
    assert wish == LineWish("Karim Benali", "karim.benali@sans-adresse.invalid", None, (Role.TRAINER, Role.LEARNER), "cite-lens", 3)


def test_a_formula_in_a_workbook_is_refused_line_by_line(app: Flask) -> None:
    client = administrator(app)
    page = upload(client, workbook(("Nom", "Courriel"), ('=CONCAT("A","B")', "a@v.example"), ("Bon", "b@v.example")), "x.xlsx")
    assert "C’est une formule" in page.text
    client.submit("Importer 1")
    assert headcount(app) == 2


def test_a_line_repeated_in_the_file_and_an_invalid_address(app: Flask) -> None:
    client = administrator(app)
    page = upload(client, b"nom;courriel\nZoe A;a@v.example\nA Zoe;A@V.example\nC;pas une adresse\nB;a@v.example\n")
    assert "3, A Zoe A@V.example C’est déjà la personne de la ligne 2" in page.text
    assert "4, C pas une adresse" in page.text
    assert "5, B a@v.example La ligne 2 donne cette adresse à « Zoe A »" in page.text, "two people, of whom one has the other's address"


def test_an_oversized_file(tmp_path: Path) -> None:
    with pytest.raises(SpreadsheetUnreadable, match="trop lourd"):
        read_spreadsheet(tmp_path, b"a" * (spreadsheet.LARGEST_FILE + 1))
