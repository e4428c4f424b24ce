"""A database with the tables of attempts and nothing of the pages, on SQLite and on PostgreSQL in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.assessment import models  # noqa: F401 — its tables
from app.content.queries import remember
from app.content.values import Course, Document
from app.db import Base, db, prepare_engine, writing
from app.identity.models import Person

T = TypeVar("T")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


@dataclass
class Database:
    """Short transactions, as requests have them."""

    app: Flask

    @contextmanager
    def write(self) -> Iterator[Session]:
        """What a POST does: its own transaction, committed at the end."""
        with self.app.app_context(), writing() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self.app.app_context(), db.sessionmaker() as session:
            yield session

    def publish(self, course: Course) -> Course:
        """Make a hand-built course's revisions readable by their ids."""
        documents: dict[str, Document] = {**course.quizzes, "glossary": course.glossary, "confusables": course.confusables}
        with self.read() as session:
            for document_id, version in course.versions.items():
                remember(session, version.revision_id, version.fingerprint, documents.get(document_id))
        return course

    def add_people(self, count: int) -> list[int]:
        with self.write() as session:
            people = [Person(name=f"Personne {n}", email=f"personne{n}@croisee.example", fs_uniquifier=f"u{n}", created_at=NOON) for n in range(1, count + 1)]
            session.add_all(people)
            session.flush()
            return [person.id for person in people]

    def together(self, count: int, verb: Callable[[Session, int], T]) -> list[T | Exception]:
        """Run `verb` in `count` threads that start at one moment, each in its own transaction. A refusal comes back as its error."""
        barrier = Barrier(count)

        def run(number: int) -> T | Exception:
            barrier.wait()
            try:
                with self.write() as session:
                    return verb(session, number)
            except Exception as error:
                return error

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(run, range(count)))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{tmp_path / 'test.sqlite'}"
    app = Flask(__name__)
    app.config["SQLALCHEMY_ENGINES"] = {"default": url}
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        Base.metadata.create_all(db.engine)
    yield Database(app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def person(database: Database) -> int:
    return database.add_people(1)[0]
