"""The tiles with their evidence, the public results, the archive without names, and the sample that is an act."""

from __future__ import annotations

import csv
import io
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from app.identity.audit import SEEN, AdministrativeAct
from app.identity.models import Person
from app.platform.db import db, writing
from app.reporting import quality
from app.reporting.quality import QualityNight
from app.reporting.quality_rules import CRITERIA
from tests.reporting.conftest import SignIn
from tests.strict import StrictClient

ADMINISTRATOR, MANAGER, TRAINER, LEARNER = "aurelie.dussart", "karim.haddouche", "thomas.delvigne", "celine.vandamme"
TOKEN = "/pilotage/qualite/echantillon/"


def files(client: StrictClient, address: str) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(client.get(address).data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def names(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Person.name)))


def test_each_indicator_has_its_tile(as_: SignIn) -> None:
    page = as_(MANAGER).see("/pilotage/qualite")
    for criterion in CRITERIA:
        assert criterion.title in page.text
        assert all(f"{one.number}. {one.title}" in page.text for one in criterion.indicators)
    assert "« Votre avis, à chaud »" in page.text
    assert "Tirer des dossiers" not in page.text
    assert page.link("le guide de lecture").startswith("https://travail-emploi.gouv.fr/")


def test_anybody_reads_the_results(app: Flask) -> None:
    client = app.test_client()
    assert isinstance(client, StrictClient)
    page = client.see("/resultats")
    assert "Ont terminé" in page.text
    assert "réponses favorables sur" in page.text
    assert not [name for name in names(app) if name in page.text]


def test_the_archive_names_nobody(app: Flask, as_: SignIn) -> None:
    found = files(as_(MANAGER), "/pilotage/qualite/dossier.zip")
    assert sorted(found) == [
        "enquetes/avis-a-chaud.xlsx",
        "enquetes/avis-a-froid.xlsx",
        "enquetes/avis-du-responsable.xlsx",
        "indicateurs.csv",
        "lire-moi.txt",
        "resultats.csv",
    ]
    rows = list(csv.reader(io.StringIO(found["indicateurs.csv"].decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + sum(len(criterion.indicators) for criterion in CRITERIA)
    told = " ".join(found[name].decode("utf-8-sig") for name in found if not name.endswith(".xlsx"))
    assert not [name for name in names(app) if name in told]


def test_a_sample_is_an_act_that_each_reads(app: Flask, as_: SignIn) -> None:
    administrator = as_(ADMINISTRATOR)
    administrator.see("/pilotage/qualite")
    administrator.submit("Tirer au hasard", count="4")
    page = administrator.page
    assert page is not None
    drawn = [name for name in names(app) if name in page.text]
    assert "4 personnes tirées au hasard" in page.text
    with app.app_context():
        (act,) = db.session.scalars(select(AdministrativeAct).where(AdministrativeAct.act == "quality_sample"))
        assert act.details["personnes"] == 4
        told = set(db.session.scalars(select(Person.name).join(SEEN, SEEN.c.person_id == Person.id).where(SEEN.c.what == "quality.sample")))
    assert len(told) == 4
    assert told <= set(drawn)
    found = files(administrator, page.link("L’archive avec cet échantillon"))
    assert all(name in found["echantillon.csv"].decode("utf-8-sig") for name in told)
    for somebody in (MANAGER, TRAINER, LEARNER):
        assert as_(somebody).get(page.link("L’archive avec cet échantillon")).status_code == 404
    administrator.see(f"{TOKEN}rien", 404)


def test_a_large_site_shows_what_the_night_counted_and_says_when(app: Flask, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    live, results = as_(MANAGER).see("/pilotage/qualite"), as_(MANAGER).see("/resultats").text
    assert "comptés chaque nuit" not in live.text
    assert app.test_cli_runner().invoke(args=["quality", "settle"]).exit_code == 0
    monkeypatch.setattr(quality, "LIVE", 0)
    with app.app_context(), writing() as session:
        night = session.get_one(QualityNight, 1)
        night.counts = {**night.counts, "called": 4321}
    page = as_(MANAGER).see("/pilotage/qualite")
    assert "comptés chaque nuit" in page.text
    assert "4 321 appels notés" in page.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert as_(MANAGER).see("/resultats").text == results, "the years are those of the night, the same"
    with app.app_context(), writing() as session:
        session.get_one(QualityNight, 1).counts = {"called": 1}
    assert "comptés chaque nuit" not in as_(MANAGER).see("/pilotage/qualite").text, "what an older version counted is counted again"
