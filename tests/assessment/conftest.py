"""A database with the tables of attempts and nothing of the pages, on SQLite and on PostgreSQL in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.assessment import models  # noqa: F401 — its tables
from app.platform.db import db
from app.platform.db.engines import prepare_engine
from tests.assessment.learners import Database, Learner, course_of
from tests.making import prepared_tables


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{tmp_path / 'test.sqlite'}"
    app = Flask(__name__)
    app.config["SQLALCHEMY_ENGINES"] = {"default": url}
    db.init_app(app)
    app.teardown_appcontext_funcs.clear()  # `app.platform.db` says why; these sessions are closed by their own blocks
    with app.app_context():
        prepare_engine(db.engine)
        prepared_tables()
    yield Database(app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def person(database: Database) -> int:
    return database.add_people(1)[0]


@pytest.fixture
def learner(database: Database, person: int) -> Learner:
    return Learner(database, course_of(), person)
