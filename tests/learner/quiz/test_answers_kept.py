"""Answers that peers lost: one test for each thread that applies here. The numbers are those of the study of peers, §3.2.

Rows 31, 36 and 40 live in the browser: tests/platform/web/test_answers_script.py. Row 39 needs a time limit, which we have not.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.assessment.attempts import sheet
from app.assessment.models import Attempt, AttemptClosed, Response
from app.platform.french import with_french_spaces
from app.record.progress.models import LearningEvent
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import ANSWER_SAVED, ATTEMPT_SENT_ALREADY, ERASE_ANSWER, RESUME_ATTEMPT, REVIEW_BEFORE_SENDING, SAVE_AND_GO_ON, SEND_FOR_GOOD, UNANSWERED

QUESTION = "/tentatives/1/questions/1"


@pytest.fixture
def client(world: World) -> StrictClient:
    """Somebody on the first question of « un-a-quiz »."""
    world.person()
    client = world.client()
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    return client


def answer(world: World, position: int = 1, share: float = 1) -> dict[str, list[str]]:
    return dict(world.answers(1, 1, share)[position - 1][1])


def readable(world: World) -> list[str]:
    return world.read(lambda session: list(session.scalars(select(Response.readable).order_by(Response.id))))


def test_31_leaving_a_question_saves_it_whichever_way_one_leaves(world: World, client: StrictClient) -> None:
    """kolibri#3913: an answer kept only after five seconds, or at the final submit."""
    client.submit(SAVE_AND_GO_ON, **answer(world))
    assert client.page.h1 == "Question 2 sur 2"
    client.submit(SAVE_AND_GO_ON, **answer(world, 2))
    assert client.page.h1 == REVIEW_BEFORE_SENDING
    assert len(readable(world)) == 2


def test_31b_they_are_there_on_another_machine(world: World, client: StrictClient) -> None:
    client.submit(SAVE_AND_GO_ON, **answer(world))
    elsewhere = world.client()
    page = elsewhere.see(elsewhere.see("/quiz/un-a-quiz").link(RESUME_ATTEMPT))
    assert page.h1 == "Question 2 sur 2"
    assert any(field.get("checked") is not None for field in elsewhere.see(QUESTION).all("input"))


def test_32_going_back_through_a_question_blanks_nothing(world: World, client: StrictClient) -> None:
    """kolibri#1343. A form sent blank, as a page that had not finished loading would, leaves the answer."""
    client.submit(SAVE_AND_GO_ON, **answer(world))
    client.see(QUESTION)
    client.submit(SAVE_AND_GO_ON, choix=None)
    assert any(field.get("checked") is not None for field in client.see(QUESTION).all("input"))
    assert "Réponse enregistrée le" in words_of(client.page)


def test_32b_erasing_is_a_button_of_its_own(world: World, client: StrictClient) -> None:
    client.submit(SAVE_AND_GO_ON, **answer(world))
    client.see(QUESTION)
    page = client.submit(ERASE_ANSWER)
    assert page.h1 == "Question 1 sur 2"
    assert not any(field.get("checked") is not None for field in page.all("input"))
    assert "Effacer" not in words_of(page)
    assert ANSWER_SAVED not in words_of(page)
    assert UNANSWERED in words_of(client.see("/tentatives/1/recapitulatif"))
    assert readable(world)[-1] == ""


def test_33_the_result_is_that_of_the_answers_as_last_saved(world: World, client: StrictClient) -> None:
    """kolibri#2426, #3025, #1247: a changed answer not in the report; « 1 unanswered » though all were answered."""
    client.submit(SAVE_AND_GO_ON, **answer(world, 1, share=0))
    client.submit(SAVE_AND_GO_ON, **answer(world, 2))
    client.see(QUESTION)
    client.submit(SAVE_AND_GO_ON, **answer(world))
    recap = client.see("/tentatives/1/recapitulatif")
    assert "Toutes les questions ont une réponse." in words_of(recap)
    page = client.submit(SEND_FOR_GOOD)
    assert "100 %" in words_of(page)
    assert "Réussi" in words_of(client.see("/progression"))


def test_34_a_question_that_cannot_be_shown_counts_for_nothing(world: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """kolibri#3012: a question that failed to load counted as right."""
    client.submit(SAVE_AND_GO_ON, **answer(world))
    client.submit(SAVE_AND_GO_ON, **answer(world, 2))
    real = sheet.question_of
    monkeypatch.setattr(sheet, "question_of", lambda quiz, number: None if number == "un-a-quiz-2" else real(quiz, number))
    client.see("/tentatives/1/recapitulatif")
    page = client.submit(SEND_FOR_GOOD)
    assert "1 sur 1 points" in words_of(page)


def test_35_each_answer_is_one_request_and_one_row(world: World, client: StrictClient) -> None:
    """Artemis#1469, #1770, #10809: quiz answers not stored in time."""
    form = client.page.form(SAVE_AND_GO_ON)
    for _ in range(3):
        response = client.post(QUESTION, data={**form["fields"], **answer(world)})
        assert response.status_code == 303
    assert len(readable(world)) == 1


def test_37_the_form_carries_all_that_a_repeat_needs(client: StrictClient) -> None:
    """seb-mac#499: on retry the attempt parameter was missing. The address names the attempt, the form its key."""
    form = client.page.form(SAVE_AND_GO_ON)
    assert form["action"] == QUESTION
    assert {"csrf_token", "key", "then"} <= form["fields"].keys()


def test_38_the_result_is_an_ordinary_page_that_may_be_read_again(world: World, client: StrictClient) -> None:
    """quiz_master_next#1110: submission hangs. Sending leads to a plain address; sending again leads to the same, and changes nothing."""
    client.see("/tentatives/1/recapitulatif")
    form = client.page.form(SEND_FOR_GOOD)
    first = client.post(form["action"], data=form["fields"])
    again = client.post(form["action"], data=form["fields"])
    assert (first.status_code, first.headers["Location"]) == (again.status_code, again.headers["Location"]) == (303, "/tentatives/1")
    rows = world.ledger_size()
    assert client.see("/tentatives/1").h1 == client.see("/tentatives/1").h1 == "Résultat"
    assert world.ledger_size() == rows
    assert client.get(QUESTION).headers["Location"] == "/tentatives/1"
    assert client.get("/tentatives/1/recapitulatif").headers["Location"] == "/tentatives/1"


def test_41_what_is_refused_is_shown_again(world: World, client: StrictClient) -> None:
    """django-oppia PR #838: rejected attempts. Here with a page that says why, and what was typed in it."""
    world.publish(courses.quiz("long-quiz", module="mod-un", questions="## Quel contrat ? {#contrat}\n\nRéponse : contrat de ville"))
    client.see("/quiz/long-quiz")
    client.submit("Commencer")
    page = client.submit(SAVE_AND_GO_ON, status=422, texte="mot " * 200)
    assert "Votre réponse est trop longue : 500 caractères au plus." in words_of(page)
    assert next(field.get("value") for field in page.all("input") if field.get("name") == "texte").startswith("mot mot")


def test_42_an_answer_is_on_the_disk_before_it_is_acknowledged(world: World, client: StrictClient) -> None:
    """chamilo-lms#3561, mod_hvp#442: missing answers, delayed saves. The record is written in the transaction of the attempt."""
    response = client.post(QUESTION, data={**client.page.form(SAVE_AND_GO_ON)["fields"], **answer(world)}, headers={"X-Requested-With": "fetch"})
    told = response.get_json()
    assert told["answered"] is True
    stored = world.read(lambda session: session.scalars(select(Response)).one())
    assert stored.saved_at.isoformat() == told["saved_at"]
    client.see("/tentatives/1/recapitulatif")
    client.submit(SEND_FOR_GOOD, follow=False)
    assert world.count(LearningEvent, attempt_id=1) == 2
    assert world.read(lambda session: session.get_one(Attempt, 1)).submitted_at is not None


def test_a_script_is_told_when_nothing_was_kept(world: World, client: StrictClient) -> None:
    fields = client.page.form(SAVE_AND_GO_ON)["fields"]
    told = client.post(QUESTION, data=fields, headers={"X-Requested-With": "fetch"}).get_json()
    assert (told["saved_at"], told["answered"], told["complete"]) == (None, False, False)
    assert told["key"] != fields["key"]


def test_a_script_that_emptied_an_answer_on_purpose_erases_it(world: World, client: StrictClient) -> None:
    client.submit(SAVE_AND_GO_ON, **answer(world))
    fields = client.see(QUESTION).form(SAVE_AND_GO_ON)["fields"]
    fields.pop("choix")
    told = client.post(QUESTION, data={**fields, "erase": "1"}, headers={"X-Requested-With": "fetch"}).get_json()
    assert told["answered"] is False
    assert readable(world)[-1] == ""


def test_an_answer_to_a_closed_attempt_is_refused_in_words(world: World, client: StrictClient) -> None:
    form = client.page.form(SAVE_AND_GO_ON)
    client.see("/tentatives/1/recapitulatif")
    client.submit(SEND_FOR_GOOD, follow=False)
    response = client.post(QUESTION, data={**form["fields"], **answer(world)})
    assert response.status_code == 422
    assert ATTEMPT_SENT_ALREADY in words_of(client.page)
    told = client.post(QUESTION, data={**form["fields"], **answer(world)}, headers={"X-Requested-With": "fetch"})
    assert (told.status_code, told.get_json()["error"]) == (422, with_french_spaces(AttemptClosed.sentence))


def test_somebody_elses_attempt_does_not_exist(world: World, client: StrictClient) -> None:
    world.person("Karim Nouveau")
    other = world.client("Karim Nouveau")
    form = client.page.form(SAVE_AND_GO_ON)
    for path in (QUESTION, "/tentatives/1/recapitulatif", "/tentatives/1"):
        other.see(path, 404)
    token = other.see("/compte").form("Enregistrer")["fields"]["csrf_token"]
    for path in (QUESTION, "/tentatives/1/envoi", "/tentatives/1/entrainement"):
        assert other.post(path, data={**form["fields"], "csrf_token": token}).status_code == 404
