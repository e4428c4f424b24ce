"""An open question, from the page that asks it to its correction: written for oneself, compared with a model, outside marks and statistics."""

from __future__ import annotations

from app.assessment.models import Attempt, Response
from app.assessment.statistics import quiz_statistics
from app.content.store.queries import course
from app.record.progress.rules import ProgressState
from tests.record import courses
from tests.record.world import World, words_of
from tests.words import RETAKE_MISSED, SAVE_AND_GO_ON, SEND_ANSWER, SEND_FOR_GOOD

OPEN = "## Que faites-vous d'abord ? {#dabord}\n\nRéponse libre\n\nModèle : Je rappelle le **préfet**.\n\nPuis le maire."
CHOICE = "## Qui signe ? {#signe}\n\n- [x] Le préfet\n- [ ] Le maire"
QUIZ = "un-a-quiz"


def asked(world: World, *questions: str, **head: object) -> int:
    world.publish(courses.quiz(QUIZ, lesson="un-a", questions="\n\n".join(questions), mélanger="non", **head))
    return world.person()


def test_it_is_written_kept_sent_and_compared(world: World) -> None:
    asked(world, OPEN, CHOICE)
    client = world.client()
    page = client.see(f"/quiz/{QUIZ}")
    assert "Réponse libre, sans note" in words_of(page)
    page = client.submit("Commencer")
    assert "rappelle" not in page.html
    page = client.submit(SAVE_AND_GO_ON, texte="Je réunis la <troïka>.\r\n\r\nPuis j’écris.")
    client.submit(SAVE_AND_GO_ON, choix="c1")
    assert client.see("/tentatives/1/questions/1").all("textarea")[0].text == "Je réunis la <troïka>.\n\nPuis j’écris."
    page = client.see("/tentatives/1/recapitulatif")
    assert "« Je réunis la <troïka>. Puis j’écris. »" in words_of(page)
    page = client.submit(SEND_FOR_GOOD)
    assert "1 sur 1 points Tentative réussie" in words_of(page)
    assert "Sans note Votre réponse Je réunis la <troïka>. Puis j’écris. Réponse modèle Je rappelle le préfet. Puis le maire." in words_of(page)
    assert "Je réunis la <troïka>." in words_of(client.go("privacy.my_data"))


def test_nothing_written_takes_nothing_away(world: World) -> None:
    person = asked(world, OPEN, CHOICE)
    client = world.client()
    client.see(f"/quiz/{QUIZ}")
    client.submit("Commencer")
    client.submit(SAVE_AND_GO_ON)
    page = client.see("/tentatives/1/recapitulatif")
    assert "Une question est sans réponse, ou incomplète : question 2. Ce qui est sans réponse vaut zéro." in words_of(page)
    assert "Sans réponse ; cette question libre ne compte pas dans la note" in words_of(page)
    client.see("/tentatives/1/questions/2")
    client.submit(SAVE_AND_GO_ON, choix="c1")
    page = client.see("/tentatives/1/recapitulatif")
    assert "vaut zéro" not in words_of(page)
    assert "Toutes les questions ont une réponse" not in words_of(page)
    page = client.submit(SEND_FOR_GOOD)
    assert "1 sur 1 points Tentative réussie" in words_of(page)
    assert "Vous n’avez rien écrit." in words_of(page)
    assert RETAKE_MISSED not in words_of(page)
    assert world.state(person, QUIZ) is ProgressState.COMPLETE_PASS


def test_a_text_too_long_is_refused_and_shown_again(world: World) -> None:
    asked(world, OPEN)
    client = world.client()
    client.see(f"/quiz/{QUIZ}")
    client.submit("Commencer")
    page = client.submit(SAVE_AND_GO_ON, status=422, texte="é" * 5_001)
    assert "5 000 caractères au plus" in words_of(page)
    assert page.all("textarea")[0].text == "é" * 5_001
    assert world.count(Response) == 0


def test_a_quiz_of_open_questions_is_passed_by_sending_it(world: World) -> None:
    person = asked(world, OPEN)
    client = world.client()
    assert "pour le réussir, il suffit de l’envoyer" in words_of(client.see(f"/quiz/{QUIZ}"))
    client.submit("Commencer")
    client.see("/tentatives/1/recapitulatif")
    client.submit(SEND_FOR_GOOD)
    assert world.state(person, QUIZ) is ProgressState.COMPLETE_PASS


def test_corrected_at_once_it_shows_its_model_and_is_locked(world: World) -> None:
    asked(world, OPEN, CHOICE, correction="après chaque question")
    client = world.client()
    client.see(f"/quiz/{QUIZ}")
    client.submit("Commencer")
    page = client.submit(SEND_ANSWER, texte="Mon avis.")
    assert "Sans note Votre réponse Mon avis. Réponse modèle Je rappelle le préfet." in words_of(page)


def test_statistics_leave_it_out(world: World) -> None:
    person = asked(world, OPEN, CHOICE)
    world.take(person, QUIZ)
    found = world.read(lambda session: quiz_statistics(session, course(session).quizzes[QUIZ], course(session)))
    assert [question.question_id for question in found.now] == ["signe"]
    assert (found.people, found.whole.people, found.before) == (1, 1, ())
    assert world.count(Attempt) == 1
