"""A database of attempts, and a learner who takes a quiz on it, a request at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts import results
from app.assessment.attempts.results import quiz_result
from app.assessment.attempts.services import AttemptOutcome, SaveOutcome, correct_answer, save_answer, start_attempt, start_practice, submit_attempt
from app.assessment.models import Response
from app.content.store.queries import remember
from app.content.values.course import Course, Document
from app.content.values.quiz import Policy, Quiz
from app.identity.models import Person
from app.platform.db import db, writing
from tests import builders

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


YES_NO = tuple(builders.question(builders.true_false(True), f"q{n}") for n in range(1, 5))
RIGHT, WRONG = {"choix": ["c1"]}, {"choix": ["c2"]}


def course_of(policy: Policy | None = None, *others: Quiz, **parts: Any) -> Course:
    return builders.course(builders.quiz(*YES_NO, policy=policy or Policy(shuffle=False)), *others, **parts)


class Learner:
    """One person who takes the quiz « quiz », a request at a time."""

    def __init__(self, database: Database, course: Course, person_id: int) -> None:
        self.database, self.course, self.person_id = database, database.publish(course), person_id
        self.minute = 0

    def _next(self) -> int:
        self.minute += 1
        return self.minute

    def start(self, seed: int = 1) -> int:
        with self.database.write() as session:
            return start_attempt(session, self.course, self.person_id, "quiz", seed=seed, now=at(self._next())).id

    def save(self, attempt_id: int, position: int, fields: dict[str, list[str]], key: str = "", erase: bool = False) -> SaveOutcome:
        with self.database.write() as session:
            now = at(self._next())
            return save_answer(session, self.person_id, attempt_id, position, fields, key=key or f"key-{self.minute}", now=now, erase=erase)

    def correct(self, attempt_id: int, position: int) -> None:
        with self.database.write() as session:
            correct_answer(session, self.person_id, attempt_id, position)

    def submit(self, attempt_id: int) -> AttemptOutcome:
        with self.database.write() as session:
            return submit_attempt(session, self.course, self.person_id, attempt_id, now=at(self._next()))

    def practise(self, attempt_id: int) -> int:
        with self.database.write() as session:
            return start_practice(session, self.course, self.person_id, attempt_id, seed=9, now=at(self._next())).id

    def take(self, right: int) -> AttemptOutcome:
        """A whole attempt with `right` right answers out of four."""
        attempt = self.start()
        for position in range(1, 5):
            self.save(attempt, position, RIGHT if position <= right else WRONG)
        return self.submit(attempt)

    def rows(self, attempt_id: int) -> list[tuple[str, int, str]]:
        with self.database.read() as session:
            wanted = select(Response.question_id, Response.seq, Response.readable).where(Response.attempt_id == attempt_id)
            return [tuple(row) for row in session.execute(wanted.order_by(Response.id))]

    @property
    def left(self) -> int | None:
        with self.database.read() as session:
            return quiz_result(session, self.course, self.person_id, "quiz").left


def with_policy(learner: Learner, **settings: Any) -> Learner:
    learner.course = learner.database.publish(course_of(Policy(shuffle=False, **settings)))
    return learner


def ask(learner: Learner, message: str = "") -> int:
    with learner.database.write() as session:
        return results.request_attempt(session, learner.course, learner.person_id, "quiz", message=message, now=at(50)).id
