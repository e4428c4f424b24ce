"""The file of an employer: a row a person and path, of whoever the reader may see, with the figures of the grid and the SIRET where one is known."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.content.store.queries import course
from app.content.values.paths import longest_path
from app.identity.audit import SEEN
from app.identity.models import Person
from app.identity.sign_in.institution_accounts import IdentityLink
from app.platform.db import db
from app.record.figures.rows import module_figures
from app.record.progress.models import MODULE, Enrolment, PersonFigures
from app.reporting.summaries import COLUMNS
from tests.reporting.conftest import LILLE_SUD, SignIn
from tests.strict import StrictClient
from tests.words import ANNOUNCED_HOURS, ENROLLED_ON, PATH_FINISHED_ON, READ_THIS_FILE, STEPS_ASKED, STEPS_DONE, STEPS_WAIVED

WHOLE = "depuis=2025-01-01"
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def rows(client: StrictClient, chosen: str = WHOLE, address: str = "/pilotage/rh.csv") -> list[dict[str, str]]:
    response = client.get(f"{address}?{chosen}")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    return list(csv.DictReader(io.StringIO(response.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))


def test_the_two_files_say_the_same_and_each_person_reads_it(as_: SignIn, app: Flask) -> None:
    client = as_("aurelie.dussart")
    written = rows(client)
    book = load_workbook(io.BytesIO(client.get(f"/pilotage/rh.xlsx?{WHOLE}").get_data()))
    heads, *sheet = list(book["Personnes"].iter_rows(values_only=True))
    assert tuple(written[0]) == heads == tuple(column.name for column in COLUMNS)
    lines = [dict(zip(heads, row, strict=True)) for row in sheet]
    assert [line["Nom"] for line in lines] == [row["Nom"] for row in written]
    assert isinstance(lines[0][ENROLLED_ON], datetime | date)
    assert "actives du" in str(list(book[READ_THIS_FILE].iter_rows(values_only=True))[-1])
    with app.app_context():
        named = select(func.count(SEEN.c.person_id.distinct())).where(SEEN.c.what.in_(["summaries.hr_csv", "summaries.hr_xlsx"]))
        begun = db.session.scalar(select(func.count()).select_from(PersonFigures).where(PersonFigures.counted, PersonFigures.first_at.is_not(None)))
        assert db.session.scalar(named) in (begun, begun - 1 if begun else None), "each person it names reads so, but the reader"
        assert len({row["Numéro"] for row in written}) == begun


def test_of_a_path_it_says_what_the_grid_says(as_: SignIn, app: Flask) -> None:
    client = as_("aurelie.dussart")
    grid = {row["Numéro"]: row for row in rows(client, "", "/pilotage/personnes.csv")}
    with app.app_context():
        title = longest_path(course(db.session)).title
    of_the_path = [row for row in rows(client) if row["Parcours"] == title]
    assert len(of_the_path) > 10
    for row in of_the_path:
        other = grid[row["Numéro"]]
        assert (row[STEPS_DONE], row[STEPS_ASKED]) == (other[STEPS_DONE], other[STEPS_ASKED])
        assert row["Terminé le"] == (other[PATH_FINISHED_ON] if row["Résultat"] == "terminé" else "")
        assert (row["Résultat"] == "terminé") is (other["Situation"] == "terminé")
        assert (Decimal(row[ANNOUNCED_HOURS].replace(",", ".")) > 0) is (row[STEPS_DONE] != "0" and row[STEPS_DONE] != other[STEPS_WAIVED])


@pytest.mark.parametrize("besides", [True, False])
def test_of_a_module_joined_alone_it_says_what_its_figures_say(as_: SignIn, app: Flask, besides: bool) -> None:
    with app.app_context():
        found = db.session.scalars(select(Person).where(Person.email == "celine.vandamme@croisee.example")).one()
        number, module = found.id, "en-reseau" if besides else "education-prioritaire"
        if not besides:
            db.session.query(Enrolment).filter_by(person_id=number).delete()
        db.session.add(
            Enrolment(person_id=number, path_id=f"{MODULE}{module}", enrolled_at=NOW, pins=[[key, module, NOW.isoformat()] for key in _inside(module)])
        )
        db.session.query(PersonFigures).filter_by(person_id=number).update({"basis": 0})
        db.session.commit()
    told = [row for row in rows(as_("aurelie.dussart")) if row["Numéro"] == str(number)]
    with app.app_context():
        figures = module_figures(db.session.get_one(PersonFigures, number).modules)[module]
    alone = told[-1]
    assert len(told) == 1 + besides
    assert (alone[STEPS_DONE], alone[STEPS_ASKED]) == (str(figures.done), str(figures.required))
    assert alone[ENROLLED_ON] == "27/11/2026"


def _inside(module: str) -> tuple[str, ...]:
    published = course(db.session)
    return published.elements_of(published.modules[module])


def test_a_siret_is_the_last_that_an_institution_said_and_nothing_is_run(as_: SignIn, app: Flask) -> None:
    client = as_("solene.wattiez")
    before = rows(client)
    assert {row["Nom"] for row in before} <= set(LILLE_SUD)
    assert {row["SIRET"] for row in before} == {""}
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.id == int(before[0]["Numéro"]))).one()
        person.name = "=HYPERLINK(1)"
        link = {"person_id": person.id, "provider": "p", "issuer": "i", "idp": "", "roles": [], "acr": "", "first_at": NOW, "token": ""}
        for days, siret in ((1, "21590350100017"), (2, "13002526500013"), (3, "")):
            db.session.add(IdentityLink(**link, subject=siret, siret=siret, organisation="@Ville", last_at=NOW + timedelta(days)))
        db.session.commit()
    row = next(row for row in rows(client) if row["SIRET"])
    assert (row["SIRET"], row["Organisme"], row["Nom"]) == ("13002526500013", "'@Ville", "'=HYPERLINK(1)")
    book = load_workbook(io.BytesIO(client.get(f"/pilotage/rh.xlsx?{WHOLE}").get_data()))["Personnes"]
    cell = next(line for line in book.iter_rows() if line[0].value == "13002526500013")[4]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_outside_of_the_period_nobody_and_a_day_that_is_none_no_file(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    assert rows(client, "depuis=2001-01-01&jusque=2001-12-31") == []
    for form in ("csv", "xlsx"):
        assert client.get(f"/pilotage/rh.{form}?depuis=demain").status_code == 422
        assert as_("ines.carpentier").get(f"/pilotage/rh.{form}").status_code == 404
