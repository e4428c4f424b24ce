"""How transactions begin on SQLite, and what an exhausted pool or a damaged file answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, insert, make_url, select, text, update
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.platform.db import db, forget_removed, writing
from app.platform.db.engines import BUSY_MILLISECONDS, TURN, prepare_engine, take_turn
from tests.identity.builders import NOW, PASSWORD, create_person
from tests.making import administration, make_app, make_settings
from tests.platform.db.database import spoil
from tests.strict import StrictClient
from tests.words import SIGN_IN


@pytest.fixture
def person(session: Session) -> int:
    number = create_person(session, "Nadia Amrani", password=None).id
    session.commit()
    return int(number)


def turn(session: Session) -> bool:
    return bool(session.connection().info[TURN])


WRITES = {
    "an insert": lambda s: s.execute(insert(Person).values(name="B", email="b@x.example", fs_uniquifier="b", created_at=NOW, active=True)),
    "an update": lambda s: s.execute(update(Person).values(name="B")),
    "a delete as text": lambda s: s.execute(text("  delete from person where id = 0")),
    "a lock": lambda s: s.execute(select(Person.id).with_for_update()),
    "a lock by key": lambda s: s.get(Person, 1, with_for_update=True),
    "a savepoint": lambda s: s.begin_nested(),
    "an object": lambda s: (s.add(Person(name="B", email="b@x.example", fs_uniquifier="b", created_at=NOW)), s.flush()),
}


@pytest.mark.parametrize("what", WRITES)
def test_a_transaction_reads_until_it_writes(session: Session, person: int, what: str) -> None:
    assert session.scalar(select(Person.name)) == "Nadia Amrani"
    assert not turn(session)
    WRITES[what](session)
    assert turn(session)
    session.commit()
    assert session.scalar(select(Person.name)) is not None
    assert not turn(session)


def test_what_was_written_meanwhile_is_seen_and_nothing_is_refused(session: Session, person: int) -> None:
    """SQLite refuses at once a reader that becomes a writer after somebody else wrote: here it begins again instead."""
    assert session.scalar(select(Person.name)) == "Nadia Amrani"
    with writing() as other:
        other.execute(update(Person).values(name="Nadia Benali"))
    assert session.scalar(select(Person.name)) == "Nadia Amrani"  # one moment, as long as it only reads
    assert session.scalars(select(Person.name).with_for_update()).one() == "Nadia Benali"
    session.execute(update(Person).values(side=None))
    session.commit()
    assert session.scalar(select(Person.name)) == "Nadia Benali"


def test_whoever_does_not_get_the_turn_stays_in_a_transaction(session: Session, person: int) -> None:
    with writing() as other:
        other.execute(update(Person).values(name="Autre"))
        session.connection(execution_options={"croisee_patience": 1})
        with pytest.raises(OperationalError, match="locked"):
            session.execute(update(Person).values(name="Moi"))
        assert session.connection().connection.driver_connection.in_transaction  # type: ignore[union-attr]
        session.rollback()
    assert session.scalar(select(Person.name)) == "Autre"


@pytest.mark.postgres
def test_a_connection_that_ended_while_it_waited_is_made_again(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(make_settings(tmp_path / "instance", database_url=postgres_url))
    ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    with app.app_context(), administration(make_url(postgres_url)).connect() as elsewhere:
        engine = db.engine
        for pause in (0.0, 1000.0):
            with engine.connect() as one, engine.connect() as other:
                assert [each.scalar(text("SELECT 1")) for each in (one, other)] == [1, 1]
            assert elsewhere.execute(ended).all() == [(True,), (True,)]
            monkeypatch.setattr("app.platform.db.engines.LONG_IDLE", pause)
            if pause:  # one in steady use: whoever meets its end is told, and all of its age are forgotten
                with pytest.raises(OperationalError), engine.connect() as one:
                    one.scalar(text("SELECT 1"))
            with engine.connect() as one, engine.connect() as other:
                assert [each.scalar(text("SELECT 1")) for each in (one, other)] == [1, 1]
            if pause:
                engine.dispose()
    administration(make_url(postgres_url)).dispose()


def test_postgresql_needs_nothing_of_this() -> None:
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1/nothing")
    prepare_engine(engine)
    assert not engine.dispatch.begin


# --- What has no answer in the database --------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Flask]:
    app = make_app(make_settings(tmp_path / "instance"))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_an_exhausted_pool_says_so_at_once(small: Flask) -> None:
    client = small.test_client()
    with small.app_context():
        engine = db.engine
    taken = [engine.connect() for _ in range(engine.pool.size() + engine.pool._max_overflow)]  # type: ignore[attr-defined]
    try:
        began = perf_counter()
        answer = client.get("/attestations/0", buffered=True)
        assert perf_counter() - began < 5, "it waited for the pool's own thirty seconds"
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "60"
    finally:
        for connection in taken:
            connection.close()
    assert client.get("/attestations/0").status_code == 404


def test_a_damaged_file_is_not_called_busy(small: Flask) -> None:
    with small.app_context():
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.rollback()
        db.engine.dispose()
    for page in range(1, 200):
        spoil(small.config["CROISEE"].instance_path / "test.sqlite", page)
    client = small.test_client()
    assert isinstance(client, StrictClient)
    page = client.see("/attestations/0", 500)
    assert "abîmée" in page.text
    assert "Patientez" not in page.text


def test_a_base_that_takes_no_writing_is_not_called_busy(small: Flask) -> None:
    with small.app_context():
        create_person(db.session, "Nadia Amrani")
        db.session.commit()
        event.listen(db.engine, "checkout", lambda driver, *_: driver.execute("PRAGMA query_only=ON"))
    client = small.test_client()
    assert isinstance(client, StrictClient)
    client.see("/connexion")
    page = client.submit(SIGN_IN, 503, email="nadia.amrani@croisee.example", password=PASSWORD)
    assert "n’accepte plus d’écriture" in page.text
    assert "Patientez" not in page.text


def test_what_was_removed_leaves_the_journal_unless_somebody_still_reads_it(small: Flask) -> None:
    """A reader of an older state (a backup, say) delays that, and holds writers up no longer than it is waited for."""
    journal = small.config["CROISEE"].instance_path / "test.sqlite-wal"
    with small.app_context():
        with db.engine.connect() as reader:
            reader.execute(text("SELECT count(*) FROM person")).all()
            with writing() as session:
                session.execute(text("CREATE TABLE later (id INTEGER)"))
            assert not forget_removed(patience=10)
            assert journal.stat().st_size > 0
        assert forget_removed(shrink=True)
    assert journal.stat().st_size == 0


def test_a_large_journal_begins_again_at_the_next_write_unless_somebody_reads_an_older_state(small: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading never ends on a busy site: SQLite alone would let the journal grow all day."""
    monkeypatch.setattr("app.platform.db.engines.JOURNAL_PATIENCE", 20)

    def write(name: str) -> int:
        with writing() as session:
            session.execute(update(Person).values(name=name))
        return journal.stat().st_size

    with small.app_context():
        create_person(db.session, "Nadia Amrani", password=None)
        db.session.commit()
        journal = Path(f"{db.engine.url.database}-wal")
        monkeypatch.setattr("app.platform.db.engines.JOURNAL_BYTES", journal.stat().st_size)
        with db.engine.connect() as reader:
            reader.execute(select(Person.id))
            kept = write("A")
            assert kept > 0, "tried, and left as it is"
            assert write("B") > kept, "not tried again at once: a long reading does not slow each writer"
        monkeypatch.setattr("app.platform.db.engines.JOURNAL_PAUSE", 0.0)
        assert write("C") == 0
        assert db.session.scalar(select(Person.name)) == "C"


def test_whoever_writes_and_reads_on_does_not_wait_for_itself(small: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export notes whom it names while it reads them: it is not its own obstacle, nor everybody's."""
    tried: list[int] = []
    monkeypatch.setattr("app.platform.db.engines.JOURNAL_BYTES", 0)
    monkeypatch.setattr("app.platform.db.engines.JOURNAL_PAUSE", 0.0)
    monkeypatch.setattr("app.platform.db.engines.empty_journal", lambda _connection, patience: tried.append(patience))
    with small.app_context():
        db.session.scalar(select(Person.id))
        with writing() as session:
            session.execute(update(Person).values(name="A"))
        assert tried == []
        db.session.rollback()
        with writing() as session:
            session.execute(update(Person).values(name="B"))
        assert len(tried) == 1


def test_a_journal_that_cannot_be_emptied_leaves_the_connection_as_patient_as_before(small: Flask) -> None:
    def forbid(connection: Any, _record: Any) -> None:
        connection.set_authorizer(lambda action, name, *_rest: sqlite3.SQLITE_DENY if name == "wal_checkpoint" else sqlite3.SQLITE_OK)

    with small.app_context():
        db.engine.dispose()
        event.listen(db.engine, "connect", forbid)
        with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
            forget_removed(patience=10)
        with db.engine.connect() as connection:
            assert connection.scalar(text("PRAGMA busy_timeout")) == BUSY_MILLISECONDS


def test_what_waiting_does_not_mend_is_said_at_once(small: Flask) -> None:
    """Whoever asks for the turn has fifteen seconds of patience, for the others' turns alone."""

    def forbid(connection: Any, _record: Any) -> None:
        connection.set_authorizer(lambda _action, name, *_rest: sqlite3.SQLITE_DENY if name == "BEGIN" and shut else sqlite3.SQLITE_OK)

    shut: list[bool] = []
    with small.app_context():
        db.engine.dispose()
        event.listen(db.engine, "connect", forbid)
        with db.engine.connect() as connection:
            connection.scalar(text("SELECT 1"))
            begin = perf_counter()
            shut.append(True)
            with pytest.raises(DatabaseError, match="not authorized"):
                take_turn(connection)
        assert perf_counter() - begin < BUSY_MILLISECONDS / 1000


def test_every_engine_is_watched(small: Flask) -> None:
    with small.app_context():
        assert event.contains(db.engine, "before_cursor_execute", _hook())


def _hook() -> object:
    from app.platform.db import engines

    return engines._before_statement
