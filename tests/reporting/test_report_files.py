"""Every file of a report, by its one declaration: its views and its words; a CSV that leaves as it is written, a workbook that says where it stops."""

from __future__ import annotations

import csv
import io
import tracemalloc
from contextlib import closing
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace
from openpyxl import load_workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.administration.privacy import journal
from app.content.store.queries import course
from app.identity.audit import SEEN
from app.identity.models import Person
from app.identity.rules import Role
from app.platform import log
from app.platform.db import db
from app.platform.web.endpoints import gathered
from app.record import services
from app.reporting import report_files
from app.reporting.grid import exports, rows
from app.reporting.grid.columns import GridColumn
from app.reporting.report_files import FILES, FORMATS, ReportFile, ReportTable
from app.reporting.summaries import FUNDER_COLUMNS
from tests.connections import held
from tests.record.world import World
from tests.reporting.conftest import SignIn
from tests.strict import StrictClient
from tests.words import STEPS_DONE

ME, WHOLE = "aurelie.dussart", "depuis=2025-01-01"
GRID = "/pilotage/personnes.csv"
TABLES = [file for file in FILES if isinstance(file.content, ReportTable)]
WORKBOOKS = [file for file in TABLES if "xlsx" in file.formats]


def lines_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def by_title(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


# --- One declaration -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.address)
def test_all_that_is_told_of_a_file_follows_from_its_declaration(app: Flask, as_: SignIn, file: ReportFile) -> None:
    page = as_(ME).see("/pilotage/bilan")
    for suffix, endpoint in file.formats.items():
        said = gathered.of(app)[endpoint]
        assert (said.who, said.fresh_factor) == (file.who, True)
        with app.test_request_context():
            address = app.url_for(endpoint)
            assert journal.words(endpoint) == (f"{file.seen_as}, en fichier {suffix.upper()}" if file.seen_as else "Un changement sur votre compte")
        assert address == f"/pilotage/{file.address}.{suffix}"
        assert said.file == (f"{file.called} ({suffix.upper()})" if file.seen_as else "")
        assert any(str(link.get("href")).startswith(address) for link in page.all("a")) == bool(file.link)
    if file.link:
        assert f"{file.link} ({FORMATS[next(iter(file.formats))]}" in page.text
        assert file.summary in page.text


def test_a_new_file_is_a_declaration_and_no_more(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    grid = FILES[-1]
    monkeypatch.setattr(report_files, "FILES", (replace(grid, address="essai", formats={"csv": "reporting.trial"}),))
    other = Flask("other")
    report_files.init_app(other)
    assert [(rule.rule, rule.endpoint) for rule in other.url_map.iter_rules() if rule.endpoint == "reporting.trial"] == [
        ("/pilotage/essai.csv", "reporting.trial")
    ]


def test_the_two_files_of_a_funder_say_the_same_of_people(as_: SignIn, app: Flask) -> None:
    client = as_(ME)
    head, *written = lines_of(client.get(f"/pilotage/financeur.csv?{WHOLE}").get_data())
    sheet = load_workbook(io.BytesIO(client.get(f"/pilotage/financeur.xlsx?{WHOLE}").get_data()))["Personnes"]
    heads, *cells = sheet.iter_rows(values_only=True)
    assert head == list(heads) == [column.name for column in FUNDER_COLUMNS]
    assert [row[0] for row in written] == [row[0] for row in cells]
    assert [float(row[-1].replace(",", ".")) for row in written] == [row[-1] for row in cells]
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(SEEN.c.what == "summaries.funder_csv"))


# --- A workbook stops, a CSV does not ----------------------------------------------------------------------------------


@pytest.mark.parametrize("file", WORKBOOKS, ids=lambda file: file.address)
def test_beyond_its_size_a_workbook_sends_to_the_csv(as_: SignIn, app: Flask, monkeypatch: pytest.MonkeyPatch, file: ReportFile) -> None:
    client = as_(ME)
    chosen = f"territoire=departement-nord&{WHOLE}"
    assert client.get(f"/pilotage/{file.address}.xlsx?{chosen}").status_code == 200
    monkeypatch.setattr(report_files, "MOST_IN_WORKBOOK", 3)
    with app.app_context():
        noted = db.session.scalar(select(func.count()).select_from(SEEN))
    page = client.see(f"/pilotage/{file.address}.xlsx?{chosen}", 422)
    assert "Au-delà, prenez le CSV : les mêmes colonnes, sans limite." in page.text
    assert "un classeur en tient 3 au plus" in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SEEN)) == noted, "nobody was shown"
    taken = client.get(page.link("le CSV"))
    assert (taken.status_code, taken.mimetype) == (200, "text/csv")
    assert len(lines_of(taken.get_data())) > 4
    assert "territoire=departement-nord" in page.link("resserrez le choix")


# --- A CSV leaves as it is written -------------------------------------------------------------------------------------

NAMES = ("Ana Un", "Bob Deux", "Chloé Trois", "Dan Quatre")


@pytest.fixture
def reader(either: World) -> StrictClient:
    for name in NAMES:
        either.person(name)
    return either.signed_in(either.person("Rose Lecture", enrolled=False, role=Role.ADMINISTRATOR))


@pytest.fixture
def piecewise(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person at a time, read and written."""
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    monkeypatch.setattr(rows.PeopleReport.everything, "__defaults__", (1, None))


def in_another_session(world: World, name: str) -> None:
    """They finish a lesson and are renamed."""
    with world.app.app_context(), db.sessionmaker(info={"writes": True}) as session, session.begin():
        session.connection(execution_options={"croisee_immediate": True})
        person = session.scalars(select(Person).where(Person.name == name)).one()
        services.mark_read(session, course(session), person.id, "un-a", world.clock.now())
        person.name = "Zoé Dernière"


def begin_csv(client: StrictClient, method: str = "GET") -> TestResponse:
    """The file, begun: the strict client would have read it to its end."""
    return super(StrictClient, client).open(GRID, method=method, buffered=False)


@pytest.mark.usefixtures("piecewise")
def test_a_csv_that_travels_goes_on_telling_its_moment(either: World, reader: StrictClient) -> None:
    """Its headings leave before anybody is read; all of it is of one transaction, though the request is over."""
    with closing(begin_csv(reader)) as response:
        assert (response.is_streamed, "Content-Length" in response.headers) == (True, False)
        pieces = response.iter_encoded()
        told = next(pieces)
        assert lines_of(told)[0][:2] == ["Numéro", "Nom"]
        assert b"Ana" not in told
        told += next(pieces)
        in_another_session(either, "Chloé Trois")
        told += b"".join(pieces)
    assert [line["Nom"] for line in by_title(told)] == list(NAMES)
    assert {line[STEPS_DONE] for line in by_title(told)} == {"0"}
    assert [line["Nom"] for line in by_title(reader.get(GRID).get_data())] == ["Ana Un", "Bob Deux", "Dan Quatre", "Zoé Dernière"]


@pytest.mark.parametrize("how", ["whole", "head", "left"])
@pytest.mark.usefixtures("piecewise")
def test_whatever_becomes_of_a_csv_its_reading_ends(reader: StrictClient, how: str) -> None:
    before = set(held())
    response = begin_csv(reader, "HEAD" if how == "head" else "GET")
    if how == "whole":
        response.get_data()
    else:
        response.close()
    assert (response.status_code, held() - before) == (200, set())


@pytest.mark.usefixtures("piecewise")
def test_a_csv_that_breaks_off_is_told_and_has_no_end(reader: StrictClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    written = iter(range(100))

    def once(value: Any) -> str:
        if next(written) > 20:
            raise OSError("gone")
        return str(value)

    failures: list[log.Failure] = []
    heard = log.failed.connect(lambda _app, failure: failures.append(failure), weak=False)
    monkeypatch.setattr(exports, "csv_value", once)
    before = set(held())
    with closing(begin_csv(reader)) as response, pytest.raises(OSError, match="gone"):
        response.get_data()
    log.failed.disconnect(heard)
    assert [(failure.kind, failure.route) for failure in failures] == [("OSError", "GET /pilotage/personnes.csv")]
    assert "file=broken_off" in caplog.text
    assert held() - before == set()


def test_ten_times_as_many_lines_take_no_more_room() -> None:
    columns = tuple(GridColumn[int](f"Colonne {place}", "", lambda number: f"Valeur {number}") for place in range(40))

    def peak(people: int) -> int:
        tracemalloc.start()
        size = sum(len(piece) for piece in exports.csv_pieces(columns, iter(range(people))))
        assert size > people * 40 * 8
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(20_000) < 1.1 * peak(2_000) < 5_000_000


def test_a_csv_without_anybody_has_its_headings() -> None:
    pieces = list(exports.csv_pieces((GridColumn[int]("Nom", "", str),), ()))
    assert pieces == ["\ufeffNom\r\n".encode()]
