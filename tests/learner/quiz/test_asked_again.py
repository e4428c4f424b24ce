"""What cannot be read in one way is asked again on its page, and at the recap."""

from __future__ import annotations

from typing import Any

from app.assessment.models import Attempt, Response
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import Page, StrictClient
from tests.words import SAVE_AND_GO_ON, SEND_ANSWER, SEND_FOR_GOOD, SKIP_FOR_NOW

AGE = "## Jusqu'à quel âge ? (en années) {#age}\n\nRéponse : 25"
PAIRS = "## Associez. {#paires}\n\n- Préfet => État\n- Maire => Commune\n- Recteur => Académie"
QUIZ = "un-a-quiz"


def begun(world: World, *questions: str, **head: object) -> StrictClient:
    world.publish(courses.quiz(QUIZ, lesson="un-a", questions="\n\n".join(questions), mélanger="non", **head))
    world.person()
    client = world.client()
    client.see(f"/quiz/{QUIZ}")
    client.submit("Commencer")
    return client


def alert_of(page: Page) -> Any:
    return next(element for element in (*page.all("div"), *page.all("p")) if element.get("role") == "alert" and page.text_of(element))


def test_it_comes_back_with_what_was_typed_and_the_sentence(world: World) -> None:
    client = begun(world, AGE, PAIRS)
    page = client.submit(SAVE_AND_GO_ON, status=422, texte="25 mois")
    assert page.text_of(alert_of(page)) == "Écrivez le nombre seul : « mois » n’est pas un mot de la question."
    assert page.form(SAVE_AND_GO_ON)["fields"]["texte"] == "25 mois"
    assert "Question 2 sur 2" in words_of(client.submit(SAVE_AND_GO_ON, texte="25 ans"))
    page = client.submit(SAVE_AND_GO_ON, status=422, **{"paire-p1": "t1", "paire-p3": "t2"})
    assert "Il reste 1 ligne sans réponse" in words_of(page)
    fields = page.form(SAVE_AND_GO_ON)["fields"]
    assert (fields["paire-p1"], fields["paire-p3"]) == ("t1", "t2")


def test_a_script_that_saves_by_itself_is_never_interrupted(world: World) -> None:
    client = begun(world, AGE, PAIRS)
    fields = client.page.form(SAVE_AND_GO_ON)["fields"]
    fields.pop("then", None)
    sent = client.post("/tentatives/1/questions/1", data=fields | {"texte": "25 m"}, headers={"X-Requested-With": "fetch"})
    assert (sent.status_code, sent.json["answered"]) == (200, True)
    assert world.count(Response) == 1


def test_the_recap_says_what_to_clear_up_and_sending_waits(world: World) -> None:
    client = begun(world, AGE, PAIRS)
    client.submit(SAVE_AND_GO_ON, status=422, texte="3.500")
    page = client.see("/tentatives/1/recapitulatif")
    assert "À préciser avant l’envoi : question 1." in words_of(page)
    assert "« 3.500 » se lit de deux façons : écrivez « 3 500 » ou « 3,5 »." in words_of(page)
    page = client.submit(SEND_FOR_GOOD, status=422)
    assert [link.get("href") for link in alert_of(page).iter("a")] == ["/tentatives/1/questions/1"]
    assert page.text_of(alert_of(page)) == "Cette tentative n’est pas encore envoyée. À préciser avant l’envoi : question 1."
    assert world.count(Attempt, submitted_at=None) == 1
    client.see("/tentatives/1/questions/1")
    client.submit(SAVE_AND_GO_ON, texte="25")
    client.see("/tentatives/1/recapitulatif")
    assert "1 sur 2 points" in words_of(client.submit(SEND_FOR_GOOD))


def test_corrected_at_once_it_is_asked_before_and_may_be_left_for_later(world: World) -> None:
    client = begun(world, AGE, PAIRS, correction="après chaque question")
    page = client.submit(SEND_ANSWER, status=422, texte="environ 25")
    assert "Écrivez le nombre seul, sans « environ »." in words_of(page)
    assert "Question 2 sur 2" in words_of(client.submit(SKIP_FOR_NOW))
    client.see("/tentatives/1/questions/1")
    assert "Juste" in words_of(client.submit(SEND_ANSWER, texte="25 ans"))
