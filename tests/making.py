"""Settings and applications of tests."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from alembic import util as alembic_util
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from msgspec.structs import replace
from sqlalchemy import URL, Dialect, Engine, create_engine, inspect, make_url, text
from sqlalchemy.util import LRUCache

import app as package
from app import create_app, flask_config
from app.content.store import queries, survey
from app.features import COMPLETE
from app.identity.sign_in.security import CONFIG as SIGN_IN
from app.identity.tries import LIMITS
from app.operations import machine
from app.platform import db as databases
from app.platform import log
from app.platform.db import Base, db, engines
from app.platform.hooks import KEY
from app.platform.settings import Settings
from app.platform.web import migrations
from tests.strict import StrictClient

DECIDED = dict(SIGN_IN["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"])
"""What a password's hash costs outside tests. Here one costs next to nothing: a demonstration has fifty-eight of them."""
SIGN_IN["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = {**DECIDED, "argon2__memory_cost": 8, "argon2__time_cost": 1}


class Compiled(BytecodeCache):
    """Templates of all applications of a test process: each is compiled once."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.known.get(f"{bucket.key} {bucket.checksum}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[f"{bucket.key} {bucket.checksum}"] = bucket.code


COMPILED = Compiled()


def make_settings(folder: Path, **changes: Any) -> Settings:
    """Settings of a test: everything under `folder`, nothing from the environment."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = Settings(
        instance_path=folder,
        database_url=f"sqlite:///{folder / 'test.sqlite'}",
        secret_key="a-secret-key-of-tests-only-0123456789",
        environment="test",
        login_limit="1000 per minute",
        limits_storage="memory://",
        contact="L’équipe de Croisée, equipe@croisee.example",
        features=COMPLETE,
    )
    return replace(plain, **changes)


def take_app(settings: Settings) -> Flask:
    """An application, whatever its database holds. Within a test: one that this process made before with such settings, if it lent that to no one else."""
    return _take_back(settings) or _made(settings)


def make_app(settings: Settings) -> Flask:
    """The same, whose tables exist."""
    app = take_app(settings)
    with app.app_context():
        _share_statements(db.engine)
        there = set(inspect(db.engine).get_table_names())
        if not there:
            prepared_tables()
        elif missing := [table for table in Base.metadata.sorted_tables if table.name not in there]:
            Base.metadata.create_all(db.engine, missing)
    return app


# --- One application a process: it is lent to a test, then put back to what it was when it was made -------------------


class Lent:
    """An application between two tests: what was within its attributes when it was made, the lists and dictionaries copied."""

    def __init__(self, app: Flask) -> None:
        self.app, self.rules = app, _rules(app)
        self.attributes, self.names, self.slots = _copied(vars(app)), dict(app.jinja_env.globals), _copied(app.extensions[KEY])

    def put_back(self, settings: Settings) -> Flask:
        """As made, for another folder and another database."""
        app = self.app
        vars(app).clear()
        vars(app).update(_copied(self.attributes))
        app.jinja_env.globals.clear()
        app.jinja_env.globals.update(self.names)
        if app.jinja_env.cache is not None:
            app.jinja_env.cache.clear()  # templates that others import keep the names of their first use
        app.extensions[KEY] = _copied(self.slots)
        LIMITS.of(app).strategy.storage.reset()
        app.instance_path = str(settings.instance_path)
        app.config.update(flask_config(settings))
        log._HANDLER.setFormatter(log.FORMATS[settings.log_format])  # of the whole process: the last that is made decides
        closing = list(app.teardown_appcontext_funcs)
        del app.extensions["sqlalchemy"]
        databases.init_app(app)
        app.teardown_appcontext_funcs = closing
        return app


def _copied(values: dict[Any, Any]) -> dict[Any, Any]:
    """With lists and dictionaries of its own, and theirs."""
    return {name: _copied_value(value) for name, value in values.items()}


def _copied_value(value: Any) -> Any:
    if isinstance(value, dict):
        made = copy(value)  # of the same kind: one with values that it makes by itself, the configuration
        made.update(_copied(value))
        return made
    return list(value) if isinstance(value, list) else value


def _rules(app: Flask) -> int:
    return sum(1 for _ in app.url_map.iter_rules())


Shape = tuple[Settings, tuple[ModuleType, ...]]
"""What an application is told when it is made, apart from where it stands, and the packages that it is made of."""
_free: dict[Shape, list[Lent]] = {}
_lent: list[tuple[Shape, Lent]] | None = None
"""Those of the present test. None outside one: what a file of tests or all of them share is nobody's to put back."""


def _shape(settings: Settings) -> Shape | None:
    """None where it also tells others of itself: those are made anew."""
    if settings.metrics_token or settings.errors_webhook or settings.errors_sentry or settings.limits_storage != "memory://":
        return None
    told = replace(settings, instance_path=Path(), database_url=make_url(settings.database_url).get_backend_name(), course_path=Path())
    return told, package.packages()


def _take_back(settings: Settings) -> Flask | None:
    shape = _shape(settings)
    if _lent is None or shape is None or not _free.get(shape):
        return None
    _lent.append((shape, _free[shape].pop()))
    return _lent[-1][1].put_back(settings)


def _made(settings: Settings) -> Flask:
    app = create_app(settings)
    app.test_client_class = StrictClient
    app.jinja_env.bytecode_cache = COMPILED
    if _lent is not None and (shape := _shape(settings)):
        _lent.append((shape, Lent(app)))
    return app


@contextmanager
def lending() -> Iterator[None]:
    """What is made inside may be lent again afterwards, unless a test gave it pages of its own."""
    global _lent
    _lent = []
    yield
    for shape, lent in _lent:
        with lent.app.app_context():
            db.engine.dispose()
        if _rules(lent.app) == lent.rules:
            _free.setdefault(shape, []).append(lent)
    _lent = None


_STATEMENTS = LRUCache(3_000)
"""SELECTs and the like → the words of a database."""
_DIALECTS: dict[str, Dialect] = {}


def _share_statements(engine: Engine) -> None:
    """Statements are put into words once a process: they are known by the dialect, so all its databases of one kind have the same."""
    engine.dialect = _DIALECTS.setdefault(engine.dialect.name, engine.dialect)
    engine.update_execution_options(compiled_cache=_STATEMENTS)


def say_newest() -> None:
    """The tables of this context say that they are the newest, as those of a site that was prepared do."""
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": next(iter(migrations.heads()))})


def prepared_tables() -> None:
    """Those of the models that are imported by now: a package's own tests may know fewer."""
    prepared(_tables(), lambda: Base.metadata.create_all(db.engine))


def _tables() -> str:
    return f"{len(Base.metadata.tables)} tables"


def template_with_tables(server: URL) -> str:
    """What a new database of this server is copied from, so that it has its tables at once; PostgreSQL's own as long as none was made."""
    return _TEMPLATES.get(_template_key(server, _tables()), "template1")


def _template_key(server: URL, name: str) -> str:
    """A server that listens on a socket alone is told by its folder."""
    return f"{server.host or server.query.get('host')}:{server.port} {name}"


_PREPARED: dict[str, sqlite3.Connection] = {}
"""By name, a database as its preparation left it. On PostgreSQL: a template in the server, whose address is in the name."""
_TEMPLATES: dict[str, str] = {}


def prepared(name: str, prepare: Callable[[], object]) -> None:
    """The database of this context as `prepare`, which always does the same, leaves it: done once by a process, then copied."""
    if db.engine.dialect.name == "postgresql":
        _prepared_in_postgresql(name, prepare)
        return
    if name not in _PREPARED:
        prepare()
    held = db.engine.raw_connection()
    database: Any = held.driver_connection
    if name in _PREPARED:
        _PREPARED[name].backup(database)
    else:
        _PREPARED[name] = sqlite3.connect(":memory:", check_same_thread=False)
        database.backup(_PREPARED[name])
    held.close()


@cache
def administration(server: URL) -> Engine:
    """Where databases of a server are made and removed: one connection, kept."""
    return create_engine(server, isolation_level="AUTOCOMMIT")


def _prepared_in_postgresql(name: str, prepare: Callable[[], object]) -> None:
    """The server copies a database that nobody uses: the connections of this one are closed first."""
    here = db.engine.url
    key = _template_key(here, name)
    if key not in _TEMPLATES:
        prepare()
    db.session.close()
    db.engine.dispose()
    with administration(here.set(database="postgres")).connect() as connection:
        if key in _TEMPLATES:
            connection.execute(text(f"DROP DATABASE {here.database} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {here.database} TEMPLATE {_TEMPLATES[key]}"))
        else:
            _TEMPLATES[key] = f"template_{len(_TEMPLATES)}_{os.getpid()}"
            connection.execute(text(f"CREATE DATABASE {_TEMPLATES[key]} TEMPLATE {here.database}"))


_set_pragmas = engines._set_pragmas


def _careless(connection: Any, record: Any) -> None:
    """SQLite does not wait for the disk either, not even to open a new file: a machine that stops takes its tests with it."""
    connection.execute("PRAGMA synchronous=OFF")
    _set_pragmas(connection, record)
    connection.execute("PRAGMA synchronous=OFF")


_load_python_file = alembic_util.load_python_file


def _load_once(folder: Any, name: str) -> ModuleType:
    """A migration is read once a process, not at each step of each database; what Alembic begins with runs each time."""
    return _migration(name) if Path(folder) == VERSIONS else _load_python_file(folder, name)


VERSIONS = migrations.FOLDER / "versions"


@cache
def _migration(name: str) -> ModuleType:
    return _load_python_file(VERSIONS, name)


def hasten() -> None:
    """For tests alone: benchmarks measure what this spares.

    A text of a database is parsed once, for all the applications that start on copies of it; Python is timed once, not by each doctor.
    """
    engines._set_pragmas = _careless
    queries.parse = lru_cache(maxsize=500)(queries.parse)
    alembic_util.load_python_file = _load_once
    machine.ordering_seconds = cache(machine.ordering_seconds)


survey.read_document = lru_cache(maxsize=500)(survey.read_document)
"""The real course is surveyed again and again: by `prepare`, by the doctor, by the check, for many a site."""
