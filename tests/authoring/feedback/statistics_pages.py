"""What several tests share: `/atelier/statistiques` on attempts that people took: a wrong key is named by its line, a true one is not, nobody is."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.assessment.models import Attempt, Response
from app.content.store.queries import course
from app.identity.models import Person
from app.identity.rules import Role
from tests.identity.builders import NOW
from tests.record import courses
from tests.record.world import World
from tests.strict import StrictClient

ITEMS, TRUE = 8, "A"
WRONG = 3
"""The question whose key is wrong, in a course that has one."""


def text(wrong: bool) -> str:
    """Everybody who knows answers A; the file of a wrong course says that B is right in one question."""
    return "\n\n".join(_question(number, "B" if wrong and number == WRONG else TRUE) for number in range(1, ITEMS + 1))


def _question(number: int, key: str) -> str:
    options = "\n".join(f"- [{'x' if letter == key else ' '}] {letter}" for letter in "ABCD")
    return f"## Question numéro {number} ? {{#q-{number}}}\n\n{options}"


def begun(world: World, wrong: bool = False) -> StrictClient:
    lesson = courses.lesson("la-lecon", module="mod-stat", quiz="controle")
    world.publish_together(
        courses.module("mod-stat", ["la-lecon"]), lesson, courses.quiz("controle", lesson="la-lecon", questions=text(wrong)), courses.path(["mod-stat"])
    )
    return world.signed_in(world.person("Claire Formatrice", enrolled=False, role=Role.TRAINER))


def crowd(world: World, people: int, seed: int) -> None:
    """Attempts of people of various abilities, written as the services leave them."""
    chance = random.Random(seed)

    def work(session: Session) -> None:
        published = course(session)
        version, questions = published.versions["controle"].revision_id, published.quizzes["controle"].questions
        stored = [{"id": one.id, "document": "controle", "revision": version, "fingerprint": one.fingerprint} for one in questions]
        persons = [
            Person(name=f"Personne {number}", email=f"p{number}@croisee.example", fs_uniquifier=f"p{number}", created_at=NOW) for number in range(people)
        ]
        session.add_all(persons)
        session.flush()
        for person in (one.id for one in persons):
            ability = chance.gauss(0.3, 1.2)
            policy = {"pass_mark": "0.7", "max_attempts": 0, "method": "meilleure", "correction": "après envoi", "shuffle": True, "draw": None}
            attempt = Attempt(person_id=person, quiz_id="controle", title="Quiz", number=1, seed=1, questions=stored, pins={}, policy=policy)
            attempt.started_at, attempt.submitted_at = world.clock.now(), world.clock.now() + timedelta(minutes=20)
            session.add(attempt)
            session.flush()
            for place, one in enumerate(questions):
                knows = chance.random() < 1 / (1 + 2.72 ** (-1.7 * (ability + (place - 3.5) / 4)))
                pick = TRUE if knows else chance.choices("ABCD", weights=(1, 3, 2, 1))[0]
                session.add(_response(world, attempt.id, one, pick, place))
            attempt.score_raw, attempt.score_max, attempt.passed = 0, ITEMS, False  # type: ignore[assignment]

    world.write(work)


def _response(world: World, attempt_id: int, question: Any, pick: str, place: int) -> Response:
    option = next(option for option in question.answer.options if option.text.text == pick)
    return Response(
        attempt_id=attempt_id,
        question_id=question.id,
        seq=1,
        payload={"keys": [option.key]},
        readable=pick,
        saved_at=world.clock.now() + timedelta(seconds=30 * (place + 1)),
        idempotency_key=f"k{place}",
        fraction=int(option.correct),  # type: ignore[arg-type]
    )
