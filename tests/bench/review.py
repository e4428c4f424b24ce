"""The review: its page for somebody who has reviewed for years, and whom the weekly letter goes to among a hundred thousand people with cards."""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, literal, select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.course import Course
from app.content.values.paths import element_of
from app.identity.models import MailWish, Person
from app.learner.review.deck import ReviewCard, lesson_of
from app.learner.review.emails import select_letters
from app.learner.review.queries import LETTER
from app.learner.review.rules import is_asked
from app.platform import clock
from app.platform.db import UtcDateTime, db, writing
from app.platform.web import migrations
from app.record.progress.models import ElementState
from app.record.progress.rules import ProgressState
from tests.bench.people import FIRST, _insert, _person
from tests.bench.reports import application
from tests.databases import fresh_database, running_postgres
from tests.identity.builders import carry_session
from tests.strict import StrictClient

PEOPLE = 100_000
CARDS = 10
"""Of each of the half that has some, all of them due."""
FINISHED = 12
"""Elements, of everybody."""
TURNS = 60

_beside = MetaData()
_question = Table(
    "bench_question", _beside, Column("place", Integer, primary_key=True), *(Column(name, String(64)) for name in ("document", "question", "print"))
)


def measure(folder: Path, say: Callable[..., Any]) -> None:
    with running_postgres() as server:
        _measure("sqlite", folder / "sqlite", "", say)
        with fresh_database(server) as database:
            _measure("postgres", folder / "postgres", database, say)


def _measure(name: str, folder: Path, database: str, say: Callable[..., Any]) -> None:
    app = application(folder, database)
    with app.app_context():
        migrations.upgrade()
    app.test_cli_runner().invoke(args=["content", "sync"])
    with app.app_context(), writing() as session:
        known = _fill(session)
    with app.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    client = app.test_client()
    assert isinstance(client, StrictClient)
    carry_session(client, FIRST)
    fetch = super(StrictClient, client).open
    spent = []
    for _ in range(TURNS):
        begin = time.process_time()
        assert fetch("/revision", buffered=True).status_code == 200
        spent.append((time.process_time() - begin) * 1000)
    say(f"review_page_cpu_{name}", statistics.median(spent), 15, unit="ms", higher=False, note=f"cards={known}")
    with app.app_context():
        begin = time.perf_counter()
        letters = sum(1 for _ in select_letters(db.session, course(db.session), clock.now()))
        say(f"review_letters_selection_{name}", time.perf_counter() - begin, 60, unit="s", higher=False, note=f"letters={letters}")
        db.session.rollback()
        db.engine.dispose()
    logging.disable(logging.NOTSET)


def _fill(session: Session) -> int:
    """Half with their cards, half who finished some and have none yet, by the database itself; the first has finished all and has a card of every question."""
    now, published = clock.now(), course(session)
    numbers = range(FIRST, FIRST + PEOPLE)
    _insert(session, Person, [_person(number, now) for number in numbers])
    _insert(session, MailWish, [{"person_id": number, "kind": LETTER, "at": now} for number in numbers])
    questions = _questions(published)
    _beside.create_all(session.connection())
    session.execute(
        insert(_question), [{"place": place, "document": one, "question": two, "print": three} for place, (one, two, three) in enumerate(questions)]
    )
    due, last = literal(now - timedelta(days=1), UtcDateTime()), literal(now - timedelta(days=9), UtcDateTime())
    figures = {"introduced_at": last, "stability": literal(2.0) + _question.c.place % 7, "difficulty": literal(5.0), "state": literal(2)}
    held = {**figures, "due": due, "last_review": last, "put_off": literal(0), "answers": literal(1), "misses": literal(0)}
    names = {"person_id": Person.id, "document_id": _question.c.document, "question_id": _question.c.question, "fingerprint": _question.c.print, **held}
    has_cards = Person.id % 2 == FIRST % 2
    rows = select(*names.values()).join(_question, (_question.c.place < CARDS) | (Person.id == FIRST)).where(Person.id >= FIRST, has_cards)
    session.execute(insert(ReviewCard).from_select(list(names), rows))
    elements = [one for one in {**published.lessons, **published.quizzes} if lesson_of(element_of(published, one))]
    done = {"first_at": now, "completed_at": now, "last_at": now, "attempts": 1, "earned_on": "", "manual": False}
    states = {element: (ProgressState.COMPLETE_PASS if element in published.quizzes else ProgressState.COMPLETE).value for element in elements}
    _insert(session, ElementState, [{**done, "person_id": FIRST, "element_id": element, "state": state} for element, state in states.items()])
    for element in elements[:FINISHED]:
        constants = {
            name: literal(value, ElementState.__table__.c[name].type) for name, value in {**done, "element_id": element, "state": states[element]}.items()
        }
        others = select(Person.id, *constants.values()).where(Person.id > FIRST)
        session.execute(insert(ElementState).from_select(["person_id", *constants], others))
    _beside.drop_all(session.connection())
    return len(questions)


def _questions(published: Course) -> list[tuple[str, str, str]]:
    elements = [*published.lessons.values(), *published.quizzes.values()]
    return [(one.id, asked.id, asked.fingerprint) for one in elements if lesson_of(one) for asked in one.questions if is_asked(asked)]
