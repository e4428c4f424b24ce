"""Settings and applications of tests."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from msgspec.structs import replace
from sqlalchemy import URL, Engine, create_engine, inspect, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from app import create_app
from app.content.store import queries, survey
from app.features import COMPLETE
from app.identity.sign_in.security import CONFIG as SIGN_IN
from app.platform.db import Base, db, engines
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


def make_app(settings: Settings) -> Flask:
    """An application whose tables exist."""
    app = create_app(settings)
    app.test_client_class = StrictClient
    app.jinja_env.bytecode_cache = COMPILED
    with app.app_context():
        db.engine.update_execution_options(compiled_cache=_STATEMENTS)
        there = set(inspect(db.engine).get_table_names())
        if not there:
            prepared_tables()
        elif missing := [table for table in Base.metadata.sorted_tables if table.name not in there]:
            Base.metadata.create_all(db.engine, missing)
    return app


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


def hasten() -> None:
    """For tests alone: benchmarks measure what this spares. A text of a database is parsed once, for all the applications that start on copies of it."""
    engines._set_pragmas = _careless
    os.fsync = lambda _: None
    queries.parse = lru_cache(maxsize=500)(queries.parse)


survey.read_document = lru_cache(maxsize=500)(survey.read_document)
"""The real course is surveyed again and again: by `prepare`, by the doctor, by the check, for many a site."""

# --- What an application works out at its start or at first use is the same in all those of a test process ---------

_STATEMENTS = LRUCache(3_000)
"""SELECTs and the like → the words of a database. Dialects of one kind are one there."""

for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
    dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
    dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]

_RULES: dict[object, Rule] = {}
_compile_rule = Rule.compile


def _compiled_once(self: Rule) -> None:
    """What matches and writes the addresses of a rule is the same in every application of a test process: compiling it takes most of their start."""
    assert self.map is not None
    key = (self.rule, self.host if self.map.host_matching else self.subdomain, self.merge_slashes, repr(self.defaults), *self.map.converters.items())
    if (known := _RULES.get(key)) is None:
        _compile_rule(self)
        _RULES[key] = self
        return
    self._parts, self._trace, self._converters = known._parts, known._trace, known._converters
    self.arguments |= known.arguments
    self._build, self._build_unknown = (build.__func__.__get__(self, None) for build in (known._build, known._build_unknown))  # type: ignore[attr-defined]


Rule.compile = _compiled_once  # type: ignore[method-assign]
