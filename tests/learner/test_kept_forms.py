"""A kept form belongs to the browser that sent it and to whoever had signed in there: plants, other browsers, what comes back, how much is kept."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.administration.privacy import retention
from app.assessment.models import Response
from app.identity import services as identity
from app.identity import sessions
from app.identity.models import Person
from app.identity.rules import Role
from app.identity.sessions import COOKIE, LASTS, Browser
from app.learner import kept_forms
from app.platform.web.endpoints import gathered
from app.record.progress.models import Submission
from tests.identity.builders import statements
from tests.learner.submissions import end_sessions, return_to, send_after_the_end
from tests.record import courses
from tests.record.keeping import KARIM, QUESTION, address_of, from_elsewhere, kept_answer, send, sign_in
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import ERASE_ANSWER, SAVE_AND_GO_ON, SEND_ANSWER, SEND_WHAT_WAS_TYPED, TAKE_UP_FORM, YOUR_ANSWER

NOT_KEPT = f"/connexion?next={QUESTION}"


@pytest.fixture
def client(world: World) -> StrictClient:
    """Inès, who writes the course; on SQLite."""
    world.person(role=Role.TRAINER)
    return world.client()


@pytest.fixture
def both(either: World) -> StrictClient:
    """The same, on each database in turn."""
    either.person(role=Role.TRAINER)
    return either.client()


# --- M4: a plant, and other browsers ---------------------------------------------------------------------------------


def test_a_stranger_plants_nothing(world: World, client: StrictClient) -> None:
    address = kept_answer(world, client)
    stranger = world.app.test_client()
    with statements(world.app) as sent:
        for path in (QUESTION, "/atelier/documents/un-a"):
            assert send(world, stranger, path, text="y" * 400_000) == f"/connexion?next={path}"
    assert not [statement for statement in sent if not statement.startswith("SELECT")]
    assert world.count(Submission) == 1
    sign_in(client)
    assert client.see(address).h1 == TAKE_UP_FORM


def test_somebody_of_ours_plants_nothing_with_another(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    form = client.page.form(SAVE_AND_GO_ON)
    planted = address_of(send(world, from_elsewhere(world), choix="c1"))
    client.see(planted, 404)
    token = client.see("/compte").form("Enregistrer")["fields"]["csrf_token"]
    assert client.post(f"{planted}/abandon", data={"csrf_token": token}).status_code == 404
    client.post(QUESTION, data={**form["fields"], "csrf_token": token, "reprise": planted.rsplit("/", 1)[1]})
    assert world.count(Submission, replayed_at=None) == 1


def test_another_browser_of_the_same_person_is_not_shown_it(either: World, both: StrictClient) -> None:
    address = kept_answer(either, both)
    second = either.client()
    second.see(address, 404)
    token = second.see("/compte").form("Enregistrer")["fields"]["csrf_token"]
    assert second.post(f"{address}/abandon", data={"csrf_token": token}).status_code == 404
    sign_in(both)
    assert both.see(address).h1 == TAKE_UP_FORM
    both.delete_cookie(COOKIE)
    both.see(address, 404)


@pytest.mark.parametrize("forged", ["", "x", "another secret", "too old"])
def test_a_cookie_that_is_not_ours_keeps_nothing(world: World, client: StrictClient, forged: str) -> None:
    end_sessions(world)
    now, secret = world.clock.now(), world.app.config["CROISEE"].secret_key
    made = {"another secret": sessions.issue("other", Browser("v", 1), now + LASTS), "too old": sessions.issue(secret, Browser("v", 1), now)}
    client.set_cookie(COOKIE, made.get(forged, forged))
    assert send(world, client) == NOT_KEPT
    assert world.count(Submission) == 0


def test_a_year_later_it_is_forgotten(world: World, client: StrictClient) -> None:
    end_sessions(world)
    world.clock.pass_by(days=364)
    address_of(send(world, client))
    world.clock.pass_by(days=1)
    assert send(world, client) == NOT_KEPT


def test_what_is_stored_is_a_digest(either: World, both: StrictClient) -> None:
    kept_answer(either, both)
    cookie = both.get_cookie(COOKIE)
    assert cookie
    row = either.read(lambda session: session.scalars(select(Submission)).one())
    found = sessions.read_browser(either.app.config["CROISEE"].secret_key, cookie.value, either.clock.now())
    assert found
    assert (row.browser, row.person_id) == (found.digest, 1)
    assert found.value not in str(vars(row))
    assert "127.0.0.1" not in str(vars(row))


def test_nothing_is_kept_of_what_they_may_not_send_nor_of_a_closed_account(either: World, both: StrictClient) -> None:
    other = from_elsewhere(either)
    assert send(either, other, "/atelier/documents/un-a", text="Je n’écris pas le cours.") == "/connexion?next=/atelier/documents/un-a"
    either.write(lambda session: identity.set_active(session, session.get_one(Person, 1), False))
    assert send(either, both) == NOT_KEPT
    assert either.count(Submission) == 0


def test_the_sign_in_page_offers_it_in_its_own_browser_alone(world: World, client: StrictClient) -> None:
    asked = f"/connexion?next={kept_answer(world, client)}"
    assert "Ce que vous avez envoyé est gardé" in words_of(client.see(asked))
    other = from_elsewhere(world)
    for browser in (other, world.app.test_client()):
        assert isinstance(browser, StrictClient)
        assert "est gardé" not in words_of(browser.see(asked))


# --- What comes back -------------------------------------------------------------------------------------------------


def test_sent_twice_it_is_done_once(either: World, both: StrictClient) -> None:
    address = kept_answer(either, both)
    sign_in(both)
    form = both.see(address).form(SEND_WHAT_WAS_TYPED)
    for _ in range(2):
        assert both.post(form["action"], data=form["fields"]).status_code == 303
    assert either.count(Response) == 1
    assert either.count(Submission, replayed_at=None) == 0
    assert both.get(address).headers["Location"] == "/cours"


def test_a_text_of_the_atelier_comes_back_whole(world: World, client: StrictClient) -> None:
    client.see("/atelier/documents/un-b")
    text = client.page.form("Enregistrer")["fields"]["text"] + "\nCe que j’ajoute.\n" * 2000
    page = return_to(client, send_after_the_end(world, client, "Enregistrer", text=text))
    assert words_of(page).count("Ce que j’ajoute.") == 2000
    client.submit(SEND_WHAT_WAS_TYPED)
    assert client.see("/atelier/documents/un-b").form("Enregistrer")["fields"]["text"].count("Ce que j’ajoute.") == 2000


def test_an_answer_sent_to_be_corrected_is_saved_and_its_question_stays_open(world: World, client: StrictClient) -> None:
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", correction="après chaque question"))
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    return_to(client, send_after_the_end(world, client, SEND_ANSWER, then="correct", **dict(world.answers(1, 1)[0][1])))
    page = client.submit(SEND_WHAT_WAS_TYPED)
    assert page.h1 == "Question 1 sur 2"
    assert world.count(Response) == 1
    assert page.form(SEND_ANSWER)


def test_an_answer_sent_to_be_erased_is_saved_and_erased_on_its_page_alone(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    answer = dict(world.answers(1, 1)[0][1])
    client.submit(SAVE_AND_GO_ON, **answer)
    client.see("/tentatives/1/questions/1")
    return_to(client, send_after_the_end(world, client, ERASE_ANSWER, erase="1", **answer))
    page = client.submit(SEND_WHAT_WAS_TYPED)
    assert page.h1 == "Question 1 sur 2"
    assert page.form(ERASE_ANSWER), "there is an answer to erase"


# --- What is kept ----------------------------------------------------------------------------------------------------


def test_only_answers_drafts_and_notes_are_kept(app: Flask) -> None:
    """Named twice on purpose: one click sends them again, and ends, publishes, erases or gives nothing."""
    assert {endpoint for endpoint, said in gathered.of(app).items() if said.returns} == {
        "quiz.save_answer",
        "authoring.edit",
        "notebook.answer",
        "notebook.save_passage",
    }


def test_a_flood_throws_away_nothing_of_others_and_first_what_its_own_browser_sent(either: World, both: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms, "MOST", 3)
    mine = kept_answer(either, both)
    other = from_elsewhere(either)
    first, *_, last = [address_of(send(either, other, number=str(number))) for number in range(6)]
    assert either.count(Submission, person_id=2) == 3
    second = either.client()
    end_sessions(either)
    for number in range(5):
        address_of(send(either, second, number=str(number)))
    assert either.count(Submission, person_id=1) == 3
    sign_in(both)
    assert YOUR_ANSWER in words_of(both.see(mine))
    sign_in(other, KARIM)
    other.see(first, 404)
    assert either.read(lambda session: session.get(Submission, last.rsplit("/", 1)[1])) is not None


def test_nothing_is_held_for_ever(world: World, client: StrictClient) -> None:
    kept_answer(world, client)
    for days, left in ((29, 1), (2, 0)):
        world.clock.pass_by(days=days)
        world.write(lambda session: retention.purge_old_rows(session, world.app.config["CROISEE"], world.clock.now(), dry_run=False))
        assert world.count(Submission) == left
