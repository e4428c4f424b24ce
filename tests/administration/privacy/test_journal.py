"""The access journal: every route that names somebody writes who opened it, and the person reads it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import create_app
from app.administration.acts import REQUEST
from app.administration.privacy import erasure, journal, retention
from app.administration.privacy.register.tables import retention_of
from app.identity import audit
from app.identity.audit import Access, AccessPerson, AdministrativeAct
from app.identity.rules import Role
from app.platform.db import db
from app.platform.web import migrations
from app.platform.web.endpoints import Who, gathered
from tests.identity.builders import NOW, create_person, sign_in, stored_person
from tests.identity.matrix import reach
from tests.making import make_settings
from tests.strict import StrictClient
from tests.words import ALL_YOUR_DATA

NOBODY = {
    "filename", "anchor", "lesson_id", "module_id", "quiz_id", "position", "territory_id", "cohort_id", "mail_id", "meeting_id",
    "attempt_id", "submission_id", "note_id", "test_id", "result_id", "log_id",  # one's own: the queries take the reader's id too
    "token", "attestation_id", "form", "key_id", "key", "provider", "link_id",  # given by the person, or sent to them
    "import_id", "name", "view_id", "file_id",
    "kind", "rule_id",
    "document_id", "entry_id", "cite_id", "revision_id", "tool_id", "ref", "survey_id", "subject_id", "mark",  # texts of the course, and what was written in a survey, of nobody
    "digest",  # of an archive that this person sent: the file's name holds who
    "reading_id", "message_id", "faq_id", "sent_id", "extension",  # of a text of the course; what they name, `test_named_pages` finds
    "card_id", "proposal_id",  # of whoever agreed to be named, or proposes a text: their pages note who looks
    "number",  # of what the API lists: each of its answers notes whom it names (`tests/exchange/api`)
    "token_id",
    "request_id",  # the person reads the answer, its reason and its author
}  # fmt: skip
"""Arguments of routes that are nobody else's number. A new argument must be placed here or in `journal.PERSON_ARGUMENTS`."""


def test_every_argument_of_a_route_is_placed(app: Flask) -> None:
    unknown = {f"{name} ({rule.endpoint})" for rule in app.url_map.iter_rules() for name in rule.arguments if name not in NOBODY | journal.PERSON_ARGUMENTS}
    assert not unknown, "does it name a person? place it"
    assert not NOBODY & journal.PERSON_ARGUMENTS


def named_routes(app: Flask) -> list[str]:
    return sorted(rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments & journal.PERSON_ARGUMENTS)


def test_a_named_route_is_never_public_and_has_its_words(app: Flask) -> None:
    routes = named_routes(app)
    assert "privacy.person_data" in routes
    assert [endpoint for endpoint in routes if isinstance(gathered.of(app)[endpoint].who, Who)] == []
    shown = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint in routes and "GET" in (rule.methods or ())}
    assert not {endpoint for endpoint in shown if not gathered.of(app)[endpoint].names_people}, "say in `names_people` how the person reads it"


def test_each_named_route_writes_a_row(app: Flask) -> None:
    ines, admin = stored_person(app), stored_person(app, name="Bruno Lambert", roles=[Role.ADMINISTRATOR])
    client = app.test_client()
    sign_in(client, "bruno.lambert@croisee.example")
    for endpoint in named_routes(app):
        app.view_functions[endpoint] = lambda **_values: "reached"
    app.config["WTF_CSRF_ENABLED"] = False
    for rule in [rule for rule in app.url_map.iter_rules() if rule.arguments & journal.PERSON_ARGUMENTS]:
        method, path = reach(app, rule)
        path = app.url_map.bind("localhost").build(
            rule.endpoint, {**dict.fromkeys(rule.arguments, 1), **dict.fromkeys(rule.arguments & journal.PERSON_ARGUMENTS, ines)}, method=method
        )
        assert FlaskClient.open(client, path, method=method).get_data(as_text=True) == "reached"
        with app.app_context():
            last = db.session.scalars(select(Access).order_by(Access.id.desc())).first()
        assert last is not None
        assert (last.reader_id, last.person_id, last.what) == (admin, ines, rule.endpoint), rule


def test_what_leaves_no_trace(app: Flask) -> None:
    """A page refused, a HEAD, one's own data."""
    ines = stored_person(app)
    stored_person(app, name="Bruno Lambert", roles=[Role.ADMINISTRATOR])
    client = app.test_client()
    sign_in(client)
    client.see(f"/administration/personnes/{ines}/donnees", 404)
    client.see("/compte/mes-donnees")
    other = app.test_client()
    sign_in(other, "bruno.lambert@croisee.example")
    other.head(f"/administration/personnes/{ines}/donnees")
    other.see("/administration/personnes/999/donnees", 404)
    with app.app_context():
        assert not db.session.scalars(select(Access)).all()


def test_a_page_that_cannot_be_noted_is_not_shown(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ines = stored_person(app)
    stored_person(app, name="Bruno Lambert", roles=[Role.ADMINISTRATOR])
    client = app.test_client()
    sign_in(client, "bruno.lambert@croisee.example")

    def broken(*_arguments: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk is full"))

    monkeypatch.setattr(audit, "note_access", broken)
    page = client.see(f"/administration/personnes/{ines}/donnees", 503)
    assert "Inès" not in page.html


def test_a_person_reads_who_looked(app: Flask) -> None:
    ines = stored_person(app)
    stored_person(app, name="Bruno Lambert", roles=[Role.ADMINISTRATOR])
    admin, client = app.test_client(), app.test_client()
    sign_in(client)
    assert "Personne d’autre que vous" in client.see("/compte/consultations").text
    sign_in(admin, "bruno.lambert@croisee.example")
    admin.see(f"/administration/personnes/{ines}/donnees")
    admin.get(f"/administration/personnes/{ines}/donnees.json")
    client.see("/compte")
    page = client.see(client.page.link("Qui a consulté"))
    for words in ("Bruno Lambert", "administrateur", ALL_YOUR_DATA, "Toutes vos données, en fichier"):
        assert words in page.text


def test_a_file_that_names_somebody_is_an_act_of_whoever_took_it(app: Flask) -> None:
    ines, bruno = stored_person(app), stored_person(app, name="Bruno Lambert", roles=[Role.ADMINISTRATOR])
    client = app.test_client()
    sign_in(client, "bruno.lambert@croisee.example")
    client.see(f"/administration/personnes/{ines}/donnees")  # read, not taken
    client.get(f"/administration/personnes/{ines}/donnees.json")
    client.head(f"/administration/personnes/{ines}/donnees.json")
    client.get("/compte/mes-donnees.json")  # one's own
    with app.app_context():
        rows = [(row.actor_id, row.act, row.subject_id, row.details) for row in db.session.scalars(select(AdministrativeAct))]
    assert rows == [(bruno, "downloaded", ines, {"fichier": "privacy.person_data_json", "personnes": 1})]
    assert "fichier : toutes ses données (JSON), personnes : 1" in client.see("/administration/actes").text
    with app.app_context():
        db.session.execute(delete(AdministrativeAct))
        db.session.execute(text("ALTER TABLE administrative_act RENAME TO elsewhere"))
        db.session.commit()
    assert client.get(f"/administration/personnes/{ines}/donnees.json").status_code == 503, "what cannot be noted is not given"


def test_each_file_that_names_people_is_called_something(app: Flask) -> None:
    files = {endpoint for endpoint, said in gathered.of(app).items() if "en fichier" in said.names_people}
    assert "summaries.hr_csv" in files
    assert files == {endpoint for endpoint, said in gathered.of(app).items() if said.file}


def test_readings_are_grouped_by_day_and_days_have_pages(session: Session) -> None:
    """By the day of Paris; of one reader, the same thing is one line that says how often, the latest first."""
    ines, bruno, chloe = create_person(session), create_person(session, name="Bruno Lambert"), create_person(session, name="Chloé Petit")
    evening = datetime(2026, 11, 3, 22, 30, tzinfo=UTC)  # half past eleven in Paris
    opened = [
        (bruno, "reporting.grid", 0),
        (bruno, "reporting.grid", 5),
        (chloe, "reporting.person", 6),
        (bruno, "reporting.person", 7),
        (bruno, "reporting.grid", 40),
    ]
    for reader, what, minutes in opened:
        audit.note_access(session, reader.id, [ines.id], what, evening + timedelta(minutes=minutes))
    page = journal.access_page(session, ines.id, 1)
    assert [day.on for day in page.days] == [date(2026, 11, 4), date(2026, 11, 3)]
    told = [(line.reader, [(reading.times, reading.last.replace("\u00a0", " ")) for reading in line.readings]) for line in page.days[1].lines]
    assert told == [("Bruno Lambert", [(1, "23 h 37"), (2, "23 h 35")]), ("Chloé Petit", [(1, "23 h 36")])]
    for number in range(70):
        audit.note_access(session, bruno.id, [ines.id], "privacy.person_data", NOW + timedelta(days=number))
    first, last = journal.access_page(session, ines.id, 0), journal.access_page(session, ines.id, 99)
    assert (first.number, last.number, first.last, len(first.days)) == (1, 3, 3, journal.DAYS_PER_PAGE)
    assert first.days[0].on > last.days[-1].on


def readings_of(page: journal.AccessPage) -> list[tuple[str, str]]:
    """(reader, what was opened) of each, in order."""
    return [(line.reader, reading.what) for day in page.days for line in day.lines for reading in line.readings]


def test_a_list_is_one_reading_of_each_of_its_people(session: Session, app: Flask) -> None:
    """Whoever is named twice reads it once; it goes with the year, and what is about one person goes with them."""
    ines, bruno, chloe = create_person(session), create_person(session, name="Bruno Lambert"), create_person(session, name="Chloé Petit")
    assert audit.note_access(session, bruno.id, [ines.id, chloe.id, ines.id, bruno.id], "reporting.grid", NOW) == 2
    assert audit.note_access(session, bruno.id, [bruno.id, ines.id], "privacy.person_data", NOW + timedelta(minutes=1)) == 1
    assert session.scalar(select(func.count()).select_from(Access)) == 2
    assert [what for _reader, what in readings_of(journal.access_page(session, ines.id, 1))] == [
        gathered.of(app)[what].names_people for what in ("privacy.person_data", "reporting.grid")
    ]
    assert [reader for reader, _what in readings_of(journal.access_page(session, chloe.id, 1))] == ["Bruno Lambert"]
    assert not journal.access_page(session, bruno.id, 1).days
    erasure.erase(session, app.config["CROISEE"], ines, actor_id=bruno.id, ground=REQUEST, now=NOW)
    assert [len(readings_of(journal.access_page(session, one, 1))) for one in (ines.id, chloe.id)] == [0, 1]
    retention.purge_old_rows(session, app.config["CROISEE"], NOW + retention_of("access") + timedelta(hours=1), dry_run=False)
    assert not session.scalars(select(AccessPerson)).all()


@pytest.mark.postgres
def test_the_way_back_leaves_each_a_row_of_their_own(postgres_url: str, tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path / "instance", database_url=postgres_url))
    with app.app_context():
        migrations.upgrade()
        people = [create_person(db.session, f"Personne {n}", password=None).id for n in range(4)]
        audit.note_access(db.session, people[0], people, "reporting.grid", NOW)
        audit.note_access(db.session, people[0], [people[1]], "privacy.person_data", NOW)
        db.session.commit()
        migrations.downgrade("0046")
        rows = db.session.execute(text("SELECT person_id, what FROM access ORDER BY person_id, what")).all()
        db.session.rollback()
        db.engine.dispose()
    assert rows == [(people[1], "privacy.person_data"), *((number, "reporting.grid") for number in people[1:])]


def test_reading_oneself_is_no_access(session: Session, client: StrictClient) -> None:
    audit.note_access(session, 1, [1], "x", NOW)
    assert not session.scalars(select(Access)).all()
