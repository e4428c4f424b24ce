"""`/atelier/statistiques` on attempts that people took: a wrong key is named by its line, a true one is not, nobody is."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.assessment.attempts import services
from app.assessment.models import Attempt, Response
from app.assessment.statistics import QuizStatistics, quiz_statistics, read_first_attempts
from app.content.store.queries import course
from app.identity.models import Person
from app.identity.rules import Role
from tests.identity.builders import NOW
from tests.record import courses
from tests.record.regrades import answer, quiz
from tests.record.world import World, words_of
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


def statistics(world: World, quiz_id: str = "controle") -> QuizStatistics:
    return world.read(lambda session: quiz_statistics(session, course(session).quizzes[quiz_id], course(session)))


SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.proof) for seed in (2, 3, 4, 5))]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_line_of_a_wrong_key_is_named_in_words(world: World, seed: int) -> None:
    trainer = begun(world, wrong=True)
    crowd(world, 90, seed)
    found = statistics(world)
    assert [one.question_id for one in found.alarms] == [f"q-{WRONG}"]
    page = trainer.see("/atelier/statistiques/controle")
    line = found.alarms[0].line
    assert f"Ligne {line}, dans l’éditeur : l’option A attire les meilleurs : clé à vérifier." in words_of(page)
    assert f"ligne={line}#texte" in page.link(f"Ligne {line}")
    assert courses.quiz("controle", lesson="la-lecon", questions=text(True))[1].split("\n")[line - 1] == f"## Question numéro {WRONG} ? {{#q-{WRONG}}}"
    assert "Personne" not in words_of(page).replace("Personnes", "")
    assert page.all("h3")[-ITEMS].get("id") == "question-1"
    assert f"Question numéro {WRONG} ?" in words_of(page).partition("Ce qui a été répondu")[2][:40], "what is wrong comes first"
    assert "90 premières tentatives, dont 0 % réussies" in words_of(trainer.see("/atelier/statistiques"))


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_said_where_the_keys_are_true(world: World, seed: int) -> None:
    trainer = begun(world)
    crowd(world, 90, seed)
    assert statistics(world).alarms == ()
    words = words_of(trainer.see("/atelier/statistiques/controle"))
    assert "Rien : aucune question ne va contre les autres." in words
    assert "attire les meilleurs" not in words


@pytest.mark.parametrize(("people", "expected"), [(4, "Trop peu de tentatives pour dire quoi que ce soit"), (19, "pas assez pour juger les questions")])
def test_few_people_say_little(world: World, people: int, expected: str) -> None:
    trainer = begun(world, wrong=True)
    crowd(world, people, 1)
    words = words_of(trainer.see("/atelier/statistiques/controle"))
    assert expected in words
    assert "À vérifier" not in words
    assert ("Les chiffres" in words) is (people >= 5)
    figures = statistics(world).now[0].figures
    assert (figures.facility is None) is (people < 5)
    assert figures.discrimination is None
    assert words_of(trainer.see("/atelier/statistiques")).count("premières tentatives") == (people >= 5)


def test_first_attempts_of_distinct_people_count_and_practice_does_not(either: World) -> None:
    world = either
    begun(world)
    world.publish(quiz())
    people = [world.person(name) for name in ("Inès Carpentier", "Omar Haddad")]
    attempts = [answer(world, people[0], "A", "B"), answer(world, people[0], "A", "A"), answer(world, people[1], "B", "")]
    practice = world.write(lambda session: services.start_practice(session, course(session), people[0], attempts[0], seed=1, now=world.clock.now()).id)
    world.write(lambda session: services.submit_attempt(session, course(session), people[0], practice, now=world.clock.now()))
    world.write(lambda session: services.start_attempt(session, course(session), people[1], "controle", seed=1, now=world.clock.now()))
    found = world.read(lambda session: read_first_attempts(session, "controle"))
    ids = {item: pooled.question.id for item, pooled in found.asked.items()}
    marks = [{ids[item]: int(mark) for item, mark in one.marks.items()} for one in found.attempts]
    assert marks == [{"une": 1, "deux": 0}, {"une": 0, "deux": 0}]
    assert [{ids[item]: sorted(picked) for item, picked in one.picks.items()} for one in found.attempts] == [
        {"une": ["1"], "deux": ["2"]},
        {"une": ["2"], "deux": []},
    ]


def test_a_changed_question_starts_anew_and_its_past_is_told_apart(world: World) -> None:
    trainer = begun(world, wrong=True)
    crowd(world, 30, 1)
    world.publish(courses.quiz("controle", lesson="la-lecon", questions=text(False)))
    found = statistics(world)
    now = {one.question_id: one.figures.people for one in found.now}
    assert now == {f"q-{number}": 0 if number == WRONG else 30 for number in range(1, ITEMS + 1)}
    assert [(one.question_id, one.figures.people, one.line) for one in found.before] == [(f"q-{WRONG}", 30, None)]
    assert "Avant qu’elles ne changent" in words_of(trainer.see("/atelier/statistiques/controle"))


def test_time_is_that_between_saves_and_pauses_are_left_out(world: World) -> None:
    begun(world)
    crowd(world, 6, 1)
    assert {one.figures.seconds for one in statistics(world).now} == {30}
