"""A large file: offered, asked for once, made by the jobs with its reader's rights, taken by them alone, noted, gone after a week."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace
from openpyxl import load_workbook
from sqlalchemy import delete, func, select

from app.administration.privacy import erasure
from app.identity.audit.access import SEEN
from app.identity.audit.acts import AdministrativeAct
from app.identity.models import Person, Scope
from app.platform.db import db, writing
from app.platform.mail.models import OutgoingMail
from app.reporting.files import making, rules
from app.reporting.files.models import LargeFile
from tests.record.world import Clock
from tests.reporting.conftest import SignIn
from tests.strict import StrictClient

XLSX = "/pilotage/grille.xlsx?territoire=departement-nord&tri=-avancement"
ME = "aurelie.dussart"


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "LARGE", 2)


@pytest.fixture
def app(app: Flask) -> Flask:
    app.config["CROISEE"] = replace(app.config["CROISEE"], smtp_host="mail.example", site_url="https://croisee.example")
    return app


def ask(client: StrictClient, address: str = XLSX) -> None:
    client.see(address)
    client.submit("Préparer ce fichier")


def make(app: Flask) -> str:
    return app.test_cli_runner().invoke(args=["files", "make"], catch_exceptions=False).output.replace("\u00a0", " ")


def rows(app: Flask) -> list[LargeFile]:
    with app.app_context():
        return list(db.session.scalars(select(LargeFile).order_by(LargeFile.asked_at)))


def count(app: Flask, what: Any, *conditions: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(what).where(*conditions)) or 0


def folder(app: Flask) -> list[str]:
    here = Path(app.instance_path) / "fichiers"
    return sorted(path.name for path in here.iterdir()) if here.exists() else []


def test_from_the_wish_to_the_file(app: Flask, as_: SignIn, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    client = as_(ME)
    ask(client)
    ask(client)  # asked twice, made once
    page = client.see("/pilotage/fichiers")
    assert (len(rows(app)), "En file" in page.text, "Actualiser" in page.text) == (1, True, True)
    assert count(app, SEEN, SEEN.c.what == "reporting.grid_xlsx") == 0, "nobody was shown yet"
    assert "1 fichier préparé." in make(app)
    assert "0 fichier préparé." in make(app)
    row = rows(app)[0]
    with app.app_context():
        letters = [letter for letter in db.session.scalars(select(OutgoingMail)) if "votre fichier est prêt" in letter.subject]
    assert len(letters) == 1
    assert "https://croisee.example/pilotage/fichiers" in letters[0].text
    assert (str(row.total) in letters[0].text, row.id in letters[0].text) == (False, False)
    taken = client.get(f"/pilotage/fichiers/{row.id}")
    assert (taken.status_code, taken.headers["Cache-Control"], row.name in taken.headers["Content-Disposition"]) == (200, "no-store", True)
    monkeypatch.setattr(rules, "LARGE", 5_000)
    at_once = client.get(XLSX)
    cells = [list(load_workbook(io.BytesIO(answer.get_data())).worksheets[0].iter_rows(values_only=True)) for answer in (taken, at_once)]
    assert cells[0] == cells[1]
    assert len(cells[0]) == row.total + 1 == row.done + 1
    assert count(app, SEEN, SEEN.c.what == "reporting.grid_xlsx") in (2 * row.total, 2 * row.total - 2)
    assert count(app, AdministrativeAct, AdministrativeAct.act == "downloaded") == 2
    assert "déjà pris" in client.see("/pilotage/fichiers").text
    assert as_("karim.haddouche").get(f"/pilotage/fichiers/{row.id}").status_code == 404
    clock.pass_by(days=7, minutes=1)
    assert as_(ME).get(f"/pilotage/fichiers/{row.id}").status_code == 404
    assert app.test_cli_runner().invoke(args=["privacy", "purge"]).exit_code == 0
    make(app)
    assert (rows(app), folder(app)) == ([], [])


@pytest.mark.parametrize("address", ["/pilotage/rh.csv?depuis=2025-01-01", "/pilotage/rh.xlsx?depuis=2025-01-01", "/pilotage/financeur.xlsx?depuis=2025-01-01"])
def test_each_file_is_the_same_made_apart(app: Flask, as_: SignIn, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = as_(ME)
    ask(client, address)
    assert "1 fichier préparé." in make(app)
    row = rows(app)[0]
    apart = client.get(f"/pilotage/fichiers/{row.id}").get_data()
    monkeypatch.setattr(rules, "LARGE", 5_000)
    assert told(apart) == told(client.get(address).get_data())


def told(data: bytes) -> list[Any]:
    if data.startswith(b"PK"):
        return [list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(io.BytesIO(data)).worksheets[:2]]
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_the_grid_as_text_is_given_at_once_whatever_its_size(as_: SignIn) -> None:
    assert as_(ME).get("/pilotage/grille.csv").mimetype == "text/csv"


def test_three_at_most_are_waited_for(app: Flask, as_: SignIn) -> None:
    client = as_(ME)
    for order in ("nom", "-nom", "activite"):
        ask(client, f"/pilotage/grille.xlsx?tri={order}")
    client.see("/pilotage/grille.xlsx?tri=-activite")
    refused = client.submit("Préparer ce fichier", status=422)
    assert "Vous attendez déjà 3 fichiers" in refused.text
    assert len(rows(app)) == 3


def test_what_is_no_such_file_does_not_exist(app: Flask, as_: SignIn) -> None:
    client = as_(ME)
    client.see(XLSX)
    client.submit("Préparer ce fichier", status=404, fichier="reporting.grid_csv")
    assert rows(app) == []


def smaller_scope(session: Any, person: int) -> None:
    session.execute(delete(Scope).where(Scope.person_id == person))
    session.add(Scope(person_id=person, territory_id="departement-pas-de-calais"))


@pytest.mark.parametrize("made", [True, False])
def test_rights_are_those_of_the_moment(app: Flask, as_: SignIn, made: bool) -> None:
    """Made before the scope changed, it is not given; asked for before, it is not made."""
    client = as_("solene.wattiez")
    ask(client, "/pilotage/grille.xlsx?territoire=cite-lille-sud")
    assert not made or "1 fichier" in make(app)
    row = rows(app)[0]
    with app.app_context(), writing() as session:
        smaller_scope(session, row.person_id)
    if made:
        refused = client.get(f"/pilotage/fichiers/{row.id}")
        assert (refused.status_code, "Votre périmètre n’est plus celui" in refused.get_data(as_text=True)) == (422, True)
    else:
        assert "0 fichier" in make(app)
        assert "Votre périmètre n’est plus celui" in client.see("/pilotage/fichiers").text
        assert rows(app)[0].wish is None


def test_a_file_that_is_not_there_any_more_says_so(app: Flask, as_: SignIn) -> None:
    client = as_(ME)
    ask(client)
    make(app)
    row = rows(app)[0]
    (Path(app.instance_path) / "fichiers" / f"{rules.key(row.id, row.claim)}.people").unlink()
    assert client.get(f"/pilotage/fichiers/{row.id}").status_code == 410, "not given where nobody could be told of it"
    shutil.rmtree(Path(app.instance_path) / "fichiers")
    assert "n’est plus là" in client.get(f"/pilotage/fichiers/{rows(app)[0].id}").get_data(as_text=True)


def test_an_erasure_takes_what_names_the_person(app: Flask, as_: SignIn) -> None:
    client = as_(ME)
    ask(client)
    make(app)
    row = rows(app)[0]
    with app.app_context():
        named = making.store.people_of(app.config["CROISEE"], rules.key(row.id, row.claim))[0]
        erasure.erase(db.session, app.config["CROISEE"], db.session.get_one(Person, named), actor_id=None, ground="demande", now=row.asked_at)
        db.session.commit()
    assert folder(app) == []
    make(app)
    assert (rows(app), folder(app)) == ([], [])
