"""What breaks while people answer: a full disk, a locked database. Nothing acknowledged is lost, and the page says what to do. Killed: `tests.bench.faults`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from app.assessment.models import Response
from app.platform.db import db
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import DISK_FULL, SAVE_AND_GO_ON, SEND_AGAIN

pytestmark = pytest.mark.proof

FIRST = "/tentatives/1/questions/1"


@pytest.fixture
def client(world: World) -> StrictClient:
    """Somebody on the first question of a quiz."""
    world.person()
    client = world.client()
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    return client


def typed(world: World, share: float = 1) -> dict[str, Any]:
    return dict(world.answers(1, 1, share)[0][1])


@contextmanager
def full_disk(world: World) -> Iterator[None]:
    """SQLite is told that the file may not grow by a page: it then fails exactly as on a full disk."""

    def limit(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0]}")

    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "connect", limit)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", limit)
        engine.dispose()


def test_a_full_disk_says_what_to_do_and_loses_nothing(world: World, client: StrictClient) -> None:
    client.submit(SAVE_AND_GO_ON, **typed(world))
    client.see(FIRST)
    form = client.page.form("Enregistrer")
    refused = 0
    with full_disk(world):
        for number in range(400):
            fields = {**form["fields"], **typed(world, share=number % 2), "key": f"k{number}", "then": "stay"}
            response = client.post(form["action"], data=fields)
            if response.status_code == 503:
                refused += 1
                break
    assert refused, "the disk never filled"
    assert DISK_FULL in words_of(client.page)
    assert response.headers["Retry-After"]
    kept = world.count(Response)
    assert client.post(form["action"], data=fields).status_code == 303
    assert world.count(Response) == kept + 1, "the same form, sent again once there is room, is kept"
    assert not world.read(lambda session: [row for row in session.query(Response) if not row.readable])


def test_a_locked_database_says_what_to_do_and_loses_nothing(world: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    form = client.page.form("Enregistrer")
    fields = {**form["fields"], **typed(world)}
    with world.app.app_context():
        path, engine = db.engine.url.database, db.engine
    monkeypatch.setattr("app.platform.db.engines.BUSY_MILLISECONDS", 50)  # what differs from a real lock is only how long one waits
    engine.dispose()
    with closing(sqlite3.connect(str(path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert client.post(form["action"], data=fields).status_code == 503
        assert "Patientez" in words_of(client.page)
        assert client.see(FIRST).h1 == "Question 1 sur 2", "reading goes on"
        other.execute("ROLLBACK")
    assert client.post(form["action"], data=fields).status_code == 303
    assert world.count(Response) == 1


def test_what_could_not_be_kept_is_given_back_and_sent_again(world: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.app.app_context():
        path, engine = db.engine.url.database, db.engine
    monkeypatch.setattr("app.platform.db.engines.BUSY_MILLISECONDS", 50)
    engine.dispose()
    note = "\nUne note & <deux> lignes,\r\n« entre guillemets »"
    page = client.see("/carnet/noter/lecon/un-a?ancre=debut")
    form = page.form("Enregistrer")
    with closing(sqlite3.connect(str(path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):  # and again, from the page that gave it back
            assert client.post(form["action"], data={**form["fields"], "text": note}).status_code == 503
            form = client.page.form(SEND_AGAIN)
            assert form["fields"]["text"].replace("\r\n", "\n").strip() == note.replace("\r\n", "\n").strip()
        secret = client.post(form["action"], data={**form["fields"], "password": "Mon secret"}).get_data(as_text=True)
        assert "Mon secret" not in secret
        assert SEND_AGAIN not in secret
        other.execute("ROLLBACK")
    assert client.post(form["action"], data=form["fields"]).status_code == 303
    assert "entre guillemets" in client.see("/carnet").text


def test_the_script_is_told_too(world: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser keeps the answer on a 503 and sends it again: tests/platform/web/test_answers_script.py."""
    form = client.page.form("Enregistrer")
    with world.app.app_context():
        path, engine = db.engine.url.database, db.engine
    monkeypatch.setattr("app.platform.db.engines.BUSY_MILLISECONDS", 50)
    engine.dispose()
    with closing(sqlite3.connect(str(path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        response = client.post(form["action"], data={**form["fields"], **typed(world)}, headers={"X-Requested-With": "fetch"})
        other.execute("ROLLBACK")
    assert response.status_code == 503
    assert response.get_json()["error"]
