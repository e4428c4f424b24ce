"""Liveness and readiness: each trouble has its word, and no probe holds anybody up or breaks anybody's work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text, update
from sqlalchemy.exc import OperationalError

from app.platform.db import db, writing
from app.platform.web import health, migrations
from app.platform.web.migrations import VERSIONS
from tests.making import make_app, make_settings, say_newest
from tests.platform.db.database import spoil
from tests.strict import StrictClient


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ready(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    changes = {"database_url": request.getfixturevalue("postgres_url")} if request.param == "postgres" else {}
    yield from prepared(tmp_path, **changes)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Flask]:
    yield from prepared(tmp_path)


def prepared(tmp_path: Path, **changes: Any) -> Iterator[Flask]:
    """An application whose tables exist and say that they are the newest."""
    app = make_app(make_settings(tmp_path / "instance", **changes))
    with app.app_context():
        say_newest()
    yield app
    with app.app_context():
        db.engine.dispose()


def look(app: Flask, path: str = "/healthz/ready") -> tuple[int, dict[str, str]]:
    answer = app.test_client().get(path)
    return answer.status_code, answer.get_json()


WELL = {"status": "ok", "database": "ok", "migrations": "ok", "disk": "ok"}


@pytest.mark.parametrize("path", ["/healthz", "/healthz/ready"])
def test_a_site_that_is_well(ready: Flask, path: str) -> None:
    assert look(ready, path) == (200, WELL)


def test_looking_changes_nothing_and_locks_nothing(ready: Flask) -> None:
    for _ in range(3):
        look(ready)
    with ready.app_context():
        assert db.session.scalars(text("SELECT version_num FROM alembic_version")).all() == list(migrations.heads())


def test_a_disk_that_only_reads_since_an_error_is_told(ready: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every statement answers there, and what is taken back too; only what is committed meets the disk: asked now and then, and again once it failed."""
    shut, commits, minutes = [False], list[object](), [0.0]

    def commit(connection: object) -> None:
        commits.append(connection)
        if shut[0]:
            raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(health.time, "monotonic", lambda: 60 * minutes[0])
    with ready.app_context():
        event.listen(db.engine, "commit", commit)
    assert [look(ready) for _ in range(3)] == [(200, WELL)] * 3
    assert len(commits) == 1
    shut[0], minutes[0] = True, 2
    for _ in range(2):
        assert look(ready) == (503, WELL | {"status": "unavailable", "database": "unreachable"})
    shut[0] = False
    assert look(ready) == (200, WELL)


def test_liveness_asks_nothing_of_the_database(ready: Flask) -> None:
    sent: list[str] = []
    with ready.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: sent.append(arguments[2]))
    assert look(ready, "/healthz/live") == (200, {"status": "ok"})
    assert sent == []


def test_a_schema_that_is_behind(ready: Flask) -> None:
    with ready.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert look(ready) == (503, WELL | {"status": "behind", "migrations": "pending"})


def test_a_database_without_a_schema(tmp_path: Path) -> None:
    app = make_app(make_settings(tmp_path / "instance"))
    assert look(app) == (503, WELL | {"status": "unavailable", "database": "unreachable", "migrations": "pending"})


def test_a_database_that_is_writing_is_ready(on_sqlite: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 1)
    with on_sqlite.app_context():
        look(on_sqlite)
        with writing():
            found: list[tuple[int, dict[str, str]]] = []
            thread = threading.Thread(target=lambda: found.append(look(on_sqlite)))
            thread.start()
            thread.join()
    assert found == [(200, WELL | {"database": "busy"})]


def test_a_database_that_may_not_be_written(on_sqlite: Flask) -> None:
    with on_sqlite.app_context():
        event.listen(db.engine, "checkout", lambda driver, *_: driver.execute("PRAGMA query_only=ON"))
    assert look(on_sqlite) == (503, WELL | {"status": "unavailable", "database": "read_only"})


def test_a_damaged_file(on_sqlite: Flask) -> None:
    """The pages that a probe reads may be whole while others are not: the file is read through from time to time."""
    with on_sqlite.app_context():
        page = db.session.scalar(text("SELECT rootpage FROM sqlite_schema WHERE name = 'attestation'"))
        db.session.rollback()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.rollback()
        db.engine.dispose()
    spoil(on_sqlite.config["CROISEE"].instance_path / "test.sqlite", page - 1)
    assert look(on_sqlite) == (503, WELL | {"status": "unavailable", "database": "damaged"})


def test_the_file_is_read_through_once_in_a_while(on_sqlite: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    with on_sqlite.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: sent.append(arguments[2]))
    for minutes, count in ((0, 1), (9, 1), (10, 2), (11, 2)):
        monkeypatch.setattr(health.time, "monotonic", lambda minutes=minutes: 60.0 * minutes)
        look(on_sqlite)
        assert len([words for words in sent if "quick_check" in words]) == count, minutes


@pytest.mark.parametrize(("flag", "free", "word"), [(0, health.LEAST_FREE - 1, "full"), (1, 10**12, "read_only")])
def test_a_disk_that_takes_nothing_more(ready: Flask, monkeypatch: pytest.MonkeyPatch, flag: int, free: int, word: str) -> None:
    monkeypatch.setattr("app.platform.web.health.os.statvfs", lambda _folder: SimpleNamespace(f_flag=flag, f_bavail=free, f_frsize=1))
    assert look(ready) == (503, WELL | {"status": "unavailable", "disk": word})


def test_a_full_database(on_sqlite: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own word for a full disk, whatever the system says."""
    monkeypatch.setattr(health, "write_nothing", lambda _patience: db.session.execute(text("CREATE TABLE large AS SELECT zeroblob(1000000) AS filler")))
    with on_sqlite.app_context():
        event.listen(db.engine, "checkout", lambda driver, *_: driver.execute("PRAGMA max_page_count=1"))
    assert look(on_sqlite) == (503, WELL | {"status": "unavailable", "database": "full"})


def test_a_probe_waits_no_longer_than_a_moment_for_a_migration(ready: Flask) -> None:
    """On PostgreSQL, the row that it writes is held for as long as `flask prepare` migrates."""
    with ready.app_context(), db.engine.connect() as migrating:
        migrating.execute(update(VERSIONS).values(version_num=VERSIONS.c.version_num))
        assert look(ready) == (200, WELL | {"database": "busy"})


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    from app import create_app

    app = create_app(make_settings(tmp_path / "instance", database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    assert look(app) == (503, WELL | {"status": "unavailable", "database": "unreachable", "migrations": "unknown"})


# --- What the application keeps, and a request uses --------------------------------------------------------------------


def test_nothing_at_the_end_of_a_request_touches_what_another_one_holds(ready: Flask) -> None:
    """An extension that kept one connection an application closed it at the end of every request, under whoever was using it."""
    closing = [*ready.teardown_appcontext_funcs, *(one for several in ready.teardown_request_funcs.values() for one in several)]
    assert {f"{function.__module__}.{function.__qualname__}" for function in closing} == {"flask_sqlalchemy_lite._extension._close_sessions"}  # those of `g`


def test_probes_beside_pages(ready: Flask) -> None:
    """Eight at once on one application: every page whole, every probe answered."""
    wrong: list[str] = []

    def ask(path: str) -> None:
        client = ready.test_client()
        assert isinstance(client, StrictClient)
        for _ in range(40):
            answer = client.get(path)
            if answer.status_code >= 400:
                wrong.append(f"{path}: {answer.status_code} {answer.get_data(as_text=True)[:200]}")

    threads = [threading.Thread(target=ask, args=(path,)) for path in ("/healthz", "/aide") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
