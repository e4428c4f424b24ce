"""What breaks while people answer: workers killed, a full disk, a locked database. Nothing acknowledged is lost, and the page says what to do."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from app.assessment.models import Response
from app.db import db
from tests.bench.journeys import Person
from tests.bench.load import Connection, request_bytes
from tests.bench.serving import kill_workers, serving
from tests.demonstrations import demonstration_in
from tests.learning.world import World, words_of
from tests.strict import StrictClient

KILLS = 200
CLIENTS = 4
QUIZ = "ep-origines-quiz"

pytestmark = pytest.mark.proof


# --- Workers killed --------------------------------------------------------------------------------------------------


class Writer(threading.Thread):
    """Saves one text after another to a question of its own attempt, and notes what was acknowledged."""

    def __init__(self, port: int, account: dict[str, str]) -> None:
        super().__init__(daemon=True)
        person = Person(port, account)
        form = person.get(f"/quiz/{QUIZ}").form(f"/quiz/{QUIZ}/tentatives")
        first = person.post(form["action"], form["fields"])
        pages = (person.get(re.sub(r"/questions/\d+", f"/questions/{place}", first)) for place in range(1, 11))
        typed = next(page.form("/questions/") for page in pages if "texte" in page.form("/questions/")["fields"])
        self.port, self.action, self.cookie = port, typed["action"], person.cookie
        self.token = typed["fields"]["csrf_token"]
        person.connection.close()
        self.acknowledged: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            text = f"réponse {self.name} {number}"
            if self._send(text):
                self.acknowledged.append(text)

    def _send(self, text: str) -> bool:
        """True when the server said that the answer is kept. A cut connection says nothing."""
        fields = [("csrf_token", self.token), ("key", text), ("texte", text), ("then", "stay")]
        try:
            with closing(Connection(self.port)) as connection:
                connection.socket.settimeout(30)
                connection.socket.sendall(request_bytes("POST", self.action, self.cookie, fields))
                return connection._read()[0] == 303
        except OSError:
            return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="workers are counted in /proc: Linux only")
@pytest.mark.long
def test_killed_workers_lose_no_acknowledged_answer(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    instance = demonstration_in(tmp_path_factory, tmp_path / "instance")
    database = instance / "test.sqlite"
    environ = {
        "CROISEE_INSTANCE": str(instance),
        "DATABASE_URL": f"sqlite:///{database}",
        "CROISEE_LOGIN_LIMIT": "1000 per minute",
        "GUNICORN_CMD_ARGS": "--preload",  # a new worker at once: no kill is spent on one that is only starting
    }
    accounts = json.loads((instance / "demonstration.json").read_text(encoding="utf-8"))["accounts"]
    learners = [account for account in accounts if account["role"] == "apprenant"]
    with serving("app:create_app()", environ) as (port, master):
        writers = [Writer(port, account) for account in [learners[0], *learners[-3:]]]
        for writer in writers:
            writer.start()
        try:
            end = time.monotonic() + 400
            killed = kill_workers(master, KILLS, end, random.Random(7), lambda: sum(len(writer.acknowledged) for writer in writers), lambda: CLIENTS)
        finally:
            for writer in writers:
                writer.over.set()
        for writer in writers:
            writer.join()
    acknowledged = {text for writer in writers for text in writer.acknowledged}
    with closing(sqlite3.connect(database)) as connection:
        kept = {json.loads(payload)["text"] for (payload,) in connection.execute("SELECT payload FROM response") if "text" in json.loads(payload)}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert killed == KILLS
    assert len(acknowledged) > KILLS
    assert acknowledged <= kept


# --- A full disk, a locked database ----------------------------------------------------------------------------------

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
    client.submit("Enregistrer et continuer", **typed(world))
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
    assert "Le disque du serveur est plein" in words_of(client.page)
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
    monkeypatch.setattr("app.db.BUSY_MILLISECONDS", 50)  # what differs from a real lock is only how long one waits
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
    monkeypatch.setattr("app.db.BUSY_MILLISECONDS", 50)
    engine.dispose()
    note = "\nUne note & <deux> lignes,\r\n« entre guillemets »"
    page = client.see("/carnet/noter/lecon/un-a?ancre=debut")
    form = page.form("Enregistrer")
    with closing(sqlite3.connect(str(path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):  # and again, from the page that gave it back
            assert client.post(form["action"], data={**form["fields"], "text": note}).status_code == 503
            form = client.page.form("Envoyer de nouveau")
            assert form["fields"]["text"].replace("\r\n", "\n").strip() == note.replace("\r\n", "\n").strip()
        secret = client.post(form["action"], data={**form["fields"], "password": "Mon secret"}).get_data(as_text=True)
        assert "Mon secret" not in secret
        assert "Envoyer de nouveau" not in secret
        other.execute("ROLLBACK")
    assert client.post(form["action"], data=form["fields"]).status_code == 303
    assert "entre guillemets" in client.see("/carnet").text


def test_the_script_is_told_too(world: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser keeps the answer on a 503 and sends it again: tests/web/test_answers_script.py."""
    form = client.page.form("Enregistrer")
    with world.app.app_context():
        path, engine = db.engine.url.database, db.engine
    monkeypatch.setattr("app.db.BUSY_MILLISECONDS", 50)
    engine.dispose()
    with closing(sqlite3.connect(str(path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        response = client.post(form["action"], data={**form["fields"], **typed(world)}, headers={"X-Requested-With": "fetch"})
        other.execute("ROLLBACK")
    assert response.status_code == 503
    assert response.get_json()["error"]
