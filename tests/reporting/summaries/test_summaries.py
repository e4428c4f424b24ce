"""What leaves by scope and period: one page that names nobody; a file of who was active, with what was recorded of them and nothing more."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import func, select

from app.identity.audit import SEEN
from app.operations.demonstration.accounts import PEOPLE
from app.platform.db import db
from app.platform.printing import pdf_of
from app.record.progress.models import Attestation, PersonFigures
from app.reporting.pdf import COMMITTEE_TEMPLATE
from app.reporting.summaries import FUNDER_COLUMNS
from tests.reporting.conftest import SignIn
from tests.reporting.pdf.printed import plain
from tests.words import ANNOUNCED_HOURS, PATH_FINISHED_ON, READ_THIS_FILE, STEPS_ASKED

NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "chosen"),
    [("aurelie.dussart", ""), ("aurelie.dussart", "territoire=departement-nord&depuis=2025-01-01"), ("karim.haddouche", "module=education-prioritaire")],
)
def test_one_page_for_a_committee(as_: SignIn, name: str, chosen: str) -> None:
    response = as_(name).get(f"/pilotage/comite.pdf?{chosen}")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    document = PdfReader(io.BytesIO(response.get_data()))
    (page,) = document.pages
    assert page.mediabox.width > page.mediabox.height
    text = plain(page.extract_text())
    assert "Personnesinscrites" in text
    assert "Période" in text
    assert not {one.name for one in PEOPLE if plain(one.name) in text}
    metadata = document.xmp_metadata
    assert metadata
    assert "pdfuaid" in str(metadata.rdf_root.toxml() if hasattr(metadata.rdf_root, "toxml") else "")


def test_it_stays_one_page_however_long_its_words_are(app: Flask) -> None:
    picture = {
        "kind": "bars",
        "title": "Un titre bien long " * 4,
        "sentence": "Une phrase. " * 30,
        "alt": "Dessin",
        "full": 100,
        "columns": ["A", "B"],
        "more": 3,
    }
    rows = [{"label": "Un territoire au nom interminable " * 2, "values": [50.0], "texts": ["50 %"], "mark": ""}] * 7
    line = "Cohorte « Printemps des coordonnateurs » : 12 personnes ont terminé sur 40 visées pour le 30 juin 2027, et 200 jours. "
    told = {
        "title": "Titre",
        "description": "Texte",
        "scope": "Tout",
        "period": "Période",
        "filter": "Choix " * 60,
        "computed": "Calculé",
        "note": "",
        "conclusion": "Une conclusion. " * 20,
        "author": "Croisée",
    }
    values = told | {"counts": [["Personnes", "3", "+1 (+2 avant)"]] * 7, "lines": [line] * 5, "pictures": [picture | {"rows": rows}] * 4}
    data = pdf_of(app.config["CROISEE"].instance_path, COMMITTEE_TEMPLATE, values, NOW)
    assert len(PdfReader(io.BytesIO(data)).pages) == 1


def sheets(data: bytes) -> dict[str, list[tuple[object, ...]]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(io.BytesIO(data)).worksheets}


def test_the_file_of_a_funder(as_: SignIn, app: Flask) -> None:
    client = as_("aurelie.dussart")
    response = client.get("/pilotage/financeur.xlsx?depuis=2025-01-01", buffered=True)
    assert response.headers["Cache-Control"] == "no-store"
    book = sheets(response.get_data())
    heads, *lines = book["Personnes"]
    people = [dict(zip(heads, line, strict=True)) for line in lines]
    assert heads == tuple(column.name for column in FUNDER_COLUMNS)
    with app.app_context():
        on_path = PersonFigures.counted, PersonFigures.path_id == "acculturation"
        begun = db.session.scalar(select(func.count()).select_from(PersonFigures).where(*on_path, PersonFigures.first_at.is_not(None)))
        holders = select(PersonFigures.person_id).where(*on_path)
        held = db.session.scalar(select(func.count()).select_from(Attestation).where(Attestation.revoked_at.is_(None), Attestation.person_id.in_(holders)))
        seen = db.session.scalar(select(func.count()).select_from(SEEN).where(SEEN.c.what == "summaries.funder"))
    assert len(people) == begun
    assert sum(int(str(row["Attestations"])) for row in people) == len(book["Attestations"]) - 1 == held
    assert seen in (begun, begun - 1), "each person it names reads so, but the reader"
    assert len({row[STEPS_ASKED] for row in people}) < 3, "all are asked the same, but for what came since"
    assert "parcours : " in str(book[READ_THIS_FILE])
    finished = [row for row in people if row["Situation"] == "Terminé"]
    assert finished
    assert all(row[PATH_FINISHED_ON] and float(str(row[ANNOUNCED_HOURS])) > 0 for row in finished if not row["Dont dispensées"])
    assert "aucune ligne de personne n’en dit rien" in str(book[READ_THIS_FILE])
    heads, *opinions = book["Satisfaction"]
    assert opinions
    for opinion in (dict(zip(heads, line, strict=True)) for line in opinions):
        assert int(str(opinion["Réponses"])) >= 5
        assert 0 <= float(str(opinion["Satisfaction (part favorable, %)"])) <= 100


def test_only_who_was_active_in_the_period(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    before = sheets(client.get("/pilotage/financeur.xlsx?depuis=2001-01-01&jusque=2001-12-31", buffered=True).get_data())
    assert len(before["Personnes"]) == 1
    whole, narrow = (
        sheets(client.get(f"/pilotage/financeur.xlsx?{chosen}", buffered=True).get_data())["Personnes"]
        for chosen in ("depuis=2025-01-01", "territoire=departement-nord&depuis=2025-01-01")
    )
    assert {row[0] for row in narrow[1:]} < {row[0] for row in whole[1:]}


def test_a_day_that_is_none_gives_no_file(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    for path in ("/pilotage/financeur.xlsx", "/pilotage/comite.pdf"):
        assert client.get(f"{path}?depuis=demain").status_code == 422
    for path in ("/pilotage/financeur.xlsx", "/pilotage/comite.pdf"):
        assert as_("ines.carpentier").get(path).status_code == 404
