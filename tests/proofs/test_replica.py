"""Reports read a real replica: when it follows, when it is late, when it is gone, when it breaks off; and whoever wrote reads what they wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from unittest.mock import patch

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, event, make_url, text
from sqlalchemy.exc import InternalError

from app.identity.rules import Role
from app.platform.db import db, replica
from tests.databases import fresh_database, running_postgres
from tests.making import make_app, make_settings, say_newest
from tests.record import courses
from tests.record.world import Clock, World
from tests.replicas import Replica, ask_again, is_whole, running_replica
from tests.strict import Page, StrictClient

pytestmark = pytest.mark.proof

GRID, TOKEN = "/pilotage/grille", "jeton-de-mesure-0123456789abcdefghij"
FILES = ("/pilotage", "/pilotage/grille.csv", "/pilotage/grille.xlsx", "/pilotage/rapport.pdf", "/pilotage/qualite")
LATE, DOWN, FROM_THEN = "la copie de lecture a du retard", "la copie de lecture ne répond pas", "Données du"


def until_whole(app: Flask) -> None:
    for _ in range(200):
        if is_whole(app):
            return
        sleep(0.05)
    raise AssertionError("the replica does not follow")


def engine_of(app: Flask) -> Engine:
    with app.app_context():
        return db.get_engine(replica.NAME)


@contextmanager
def listening(app: Flask, moment: str, note: Callable[..., object]) -> Iterator[None]:
    """To what happens to the replica's engine meanwhile."""
    engine = engine_of(app)
    event.listen(engine, moment, note)
    yield
    event.remove(engine, moment, note)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What is read of the people's figures there, meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "person_figures" in statement:
            found.append(statement)

    with listening(app, "before_cursor_execute", note):
        yield found


def grid(app: Flask, client: StrictClient) -> tuple[Page, bool]:
    """The page, and whether the replica was read for it."""
    with statements(app) as found:
        page = client.see(GRID)
    return page, bool(found)


def test_reports_read_a_replica_and_say_when_they_do_not(tmp_path: Path) -> None:
    with running_postgres() as server, running_replica(server) as copy, fresh_database(server) as url:
        assert through_all(url, copy, tmp_path) == {"follows": "", "late": LATE, "gone": DOWN, "back": ""}


def through_all(url: str, copy: Replica, folder: Path) -> dict[str, str]:
    """What the grid says of the replica at each stage. `url`: an empty database of its primary. Leaves the replica as it was: running, and following."""
    clock = Clock()
    with patch("app.platform.clock.now", clock.now):
        trial = begin(url, copy, folder, clock)
        said = {"follows": trial.follows()}
        trial.shows_what_one_wrote()
        said["late"] = trial.late()
        trial.breaks_off()
        said |= {"gone": trial.gone(), "back": trial.back()}
        with trial.app.app_context():
            for engine in db.engines.values():
                engine.dispose()
    return said


@dataclass
class Trial:
    app: Flask
    copy: Replica
    address: str
    clock: Clock
    writer: StrictClient
    reader: StrictClient

    def follows(self) -> str:
        until_whole(self.app)
        page, there = grid(self.app, self.reader)
        assert (there, FROM_THEN in page.text) == (True, False)
        for file in FILES:
            with statements(self.app) as found:
                assert self.reader.get(file).status_code == 200
            assert found, file
        with engine_of(self.app).connect() as connection, pytest.raises(InternalError, match="read-only"):
            connection.execute(text("UPDATE person SET name = ''"))
        assert in_metrics(self.app)["croisee_replica_up"] == 1
        return trouble(page)

    def shows_what_one_wrote(self) -> None:
        """The replica does not have it yet: whoever wrote reads the primary, whoever did not reads what there is, and is told of when it is."""
        self.copy.pause()
        self.clock.pass_by(minutes=5)
        self.writer.see(f"{GRID}?tri=-nom")
        self.writer.submit("/pilotage/vues", vue="Mes appels")
        page, there = grid(self.app, self.writer)
        assert "Mes appels" in page.text
        assert (there, trouble(page), FROM_THEN in page.text) == (False, "", False)
        page, there = grid(self.app, self.reader)
        assert (there, FROM_THEN in page.text) == (True, True)

    def late(self) -> str:
        with patch.object(replica, "LATE", timedelta(0)):
            page, there = grid(self.app, self.reader)
            assert not there
            assert self.app.test_client().get("/healthz/ready").get_json()["replica"] == "late"
        self.copy.resume()
        until_whole(self.app)
        assert grid(self.app, self.writer)[1]
        return trouble(page)

    def breaks_off(self) -> None:
        with breaking_off(self.app, self.address):
            page, there = grid(self.app, self.reader)
        assert (there, trouble(page)) == (True, DOWN)
        ask_again(self.app)
        assert grid(self.app, self.reader)[1]

    def gone(self) -> str:
        self.copy.stop()
        begun = monotonic()
        with patch("app.platform.log.event") as told:
            page, there = grid(self.app, self.reader)
        assert "replica_left" in [call.args[0] for call in told.call_args_list]
        assert monotonic() - begun < replica.TIMEOUTS["connect_timeout"] + 5
        assert not there
        with nobody_asks(self.app):
            self.reader.see(GRID)
        assert self.app.test_client().get("/healthz/ready").get_json()["replica"] == "unreachable"
        assert in_metrics(self.app)["croisee_replica_up"] == 0
        return trouble(page)

    def back(self) -> str:
        self.copy.start()
        until_whole(self.app)
        page, there = grid(self.app, self.reader)
        assert there
        return trouble(page)


def begin(url: str, copy: Replica, folder: Path, clock: Clock) -> Trial:
    address = copy.address.format(make_url(url).database)
    app = make_app(make_settings(folder / "instance", database_url=url, replica=address, metrics_token=TOKEN))
    with app.app_context():
        say_newest()
    world = World(app, clock)
    world.publish_together(*courses.small())
    world.person("Ahmed Dupont")
    writer, reader = (world.signed_in(world.person(name, role=Role.ADMINISTRATOR)) for name in ("Une Responsable", "Un Lecteur"))
    reader.see(GRID)  # figures are settled, this process knows the course
    return Trial(app, copy, address, clock, writer, reader)


def trouble(page: Page) -> str:
    return next((words for words in (LATE, DOWN) if words in page.text), "")


def in_metrics(app: Flask) -> dict[str, float]:
    told = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).get_data(as_text=True)
    return {line.split()[0]: float(line.split()[1]) for line in told.splitlines() if line.startswith("croisee_replica")}


@contextmanager
def breaking_off(app: Flask, address: str) -> Iterator[None]:
    """The replica ends its connections as a report reads its people, as where a reading stands in the way of what it receives."""
    ended: list[str] = []

    def end(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "person_figures" in statement and not ended:
            ended.append(statement)
            with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as beside:
                beside.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")

    with listening(app, "before_cursor_execute", end):
        yield
    assert ended


@contextmanager
def nobody_asks(app: Flask) -> Iterator[None]:
    tries: list[object] = []

    def note(*_: object) -> None:
        tries.append(1)

    with listening(app, "do_connect", note):
        yield
    assert tries == []
