"""Ten thousand attempts marked again: in bounded memory, all or nothing, on both databases; and their statistics."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt, RegradedAttempt, Response
from app.assessment.statistics import quiz_statistics
from app.content.store.queries import course
from app.identity.models import Person
from app.record.progress.models import ElementState, LearningEvent
from tests.databases import SQLITE_AT_NIGHT
from tests.identity.builders import NOW
from tests.record import regrades
from tests.record.world import World

PEOPLE = 10_000
MEGABYTE = 1 << 20
MOST = 64 * MEGABYTE
"""Python's own memory at its highest: what ten thousand attempts with their answers would fill several times."""

pytestmark = [pytest.mark.proof, pytest.mark.long]


def crowd(session: Session) -> None:
    """Half of them answered what the file says is right, half what is right."""
    published = course(session)
    version, questions = published.versions["controle"].revision_id, published.quizzes["controle"].questions
    stored = [{"id": one.id, "document": "controle", "revision": version, "fingerprint": one.fingerprint} for one in questions]
    policy = {"pass_mark": "0.7", "max_attempts": 0, "method": "meilleure", "correction": "après envoi", "shuffle": True, "draw": None}
    for start in range(1000, 1000 + PEOPLE, 1000):
        numbers = range(start, start + 1000)
        session.execute(
            insert(Person),
            [{"id": n, "name": f"P {n}", "email": f"p{n}@croisee.example", "fs_uniquifier": str(n), "active": True, "created_at": NOW} for n in numbers],
        )
        session.execute(
            insert(Attempt),
            [
                {
                    "id": n, "person_id": n, "quiz_id": "controle", "title": "Quiz", "number": 1, "practice": False, "seed": 1, "questions": stored,
                    "pins": {"controle": version}, "policy": policy, "started_at": NOW, "submitted_at": NOW + timedelta(minutes=5),
                    "score_raw": Fraction(1 + (n % 2 == 0)), "score_max": Fraction(2), "passed": n % 2 == 0,
                }
                for n in numbers
            ],
        )  # fmt: skip
        session.execute(insert(Response), [_answer(n, one.id, place) for n in numbers for place, one in enumerate(questions)])


def _answer(number: int, question_id: str, place: int) -> dict[str, object]:
    right = place == 0 or number % 2 == 0
    payload = {"keys": ["1" if right else "2"]}
    moment = NOW + timedelta(seconds=20 * (place + 1))
    row = {"attempt_id": number, "question_id": question_id, "seq": 1, "payload": payload, "readable": "A", "saved_at": moment}
    return {**row, "idempotency_key": f"k{place}", "fraction": Fraction(int(right))}


@SQLITE_AT_NIGHT
def test_ten_thousand_attempts_are_marked_again_at_once(either: World) -> None:
    trainer = regrades.begin(either)
    either.write(crowd)
    either.publish(regrades.quiz("B"))
    tracemalloc.start()
    done = regrades.regrade(either, trainer)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (done.raised, done.maintained, done.passing) == (PEOPLE // 2, PEOPLE // 2, PEOPLE // 2)
    assert highest < MOST, f"{highest / MEGABYTE:.0f} MB"
    assert either.count(RegradedAttempt) == PEOPLE
    events = dict(either.read(lambda session: session.execute(select(LearningEvent.event, func.count()).group_by(LearningEvent.event)).all()))
    assert (events["regraded"], events["regraded_pass"]) == (PEOPLE // 2, PEOPLE // 2)
    assert either.count(ElementState, state="complete_pass") == PEOPLE // 2


def test_statistics_of_ten_thousand_attempts_hold_in_memory(world: World) -> None:
    regrades.begin(world)
    world.write(crowd)
    tracemalloc.start()
    found = world.read(lambda session: quiz_statistics(session, course(session).quizzes["controle"], course(session)))
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.people == PEOPLE
    assert highest < MOST, f"{highest / MEGABYTE:.0f} MB"
