"""`/atelier/statistiques` on attempts that people took: a wrong key is named by its line, a true one is not, nobody is."""

from __future__ import annotations

import pytest

from app.assessment.attempts import services
from app.assessment.statistics import QuizStatistics, quiz_statistics, read_first_attempts
from app.content.store.queries import course
from tests.authoring.feedback.statistics_pages import ITEMS, WRONG, begun, crowd, text
from tests.record import courses
from tests.record.regrades import answer, quiz
from tests.record.world import World, words_of


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
    assert f"La {WRONG} : l’option A attire les meilleurs : clé à vérifier." in words_of(page).partition("Détails")[0]
    assert f"ligne={line}#texte" in page.link("Corriger")
    assert courses.quiz("controle", lesson="la-lecon", questions=text(True))[1].split("\n")[line - 1] == f"## Question numéro {WRONG} ? {{#q-{WRONG}}}"
    assert "Personne" not in words_of(page).replace("Personnes", "")
    assert page.all("h4")[-ITEMS].get("id") == "question-1"
    assert f"Question numéro {WRONG} ?" in words_of(page).partition("Ce qui a été répondu")[2][:40], "what is wrong comes first"
    assert "90 premières tentatives, dont 0 % réussies" in words_of(trainer.see("/atelier/statistiques"))


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_said_where_the_keys_are_true(world: World, seed: int) -> None:
    trainer = begun(world)
    crowd(world, 90, seed)
    assert statistics(world).alarms == ()
    words = words_of(trainer.see("/atelier/statistiques/controle"))
    assert "attire les meilleurs" not in words


@pytest.mark.parametrize(("people", "expected"), [(4, "Trop peu de tentatives pour dire quoi que ce soit"), (19, "pas assez pour juger les questions")])
def test_few_people_say_little(world: World, people: int, expected: str) -> None:
    trainer = begun(world, wrong=True)
    crowd(world, people, 1)
    words = words_of(trainer.see("/atelier/statistiques/controle"))
    assert expected in words
    assert "clé à vérifier" not in words
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
