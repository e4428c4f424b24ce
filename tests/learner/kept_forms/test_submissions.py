"""A session that ended meanwhile loses nothing of what was typed; what is kept is for its author, bounded, and not for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import request
from sqlalchemy import select

from app.assessment.models import AttemptRequest, Response
from app.identity import services as identity
from app.identity.models import Person
from app.learner.kept_forms import quarantine
from app.platform.db import db
from app.record.progress.models import LearningEvent, Submission
from tests.identity.builders import PASSWORD
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import Page, StrictClient

HERE = {"Origin": "http://localhost"}
INES = "inès.carpentier@croisee.example"


@pytest.fixture
def client(world: World) -> StrictClient:
    world.person()
    return world.client()


def end_sessions(world: World, person: int = 1) -> None:
    """Closed from another computer."""
    with world.app.app_context():
        identity.close_sessions(db.session, db.session.get_one(Person, person))
        db.session.commit()


def return_to(client: StrictClient, location: str, email: str = INES) -> Page:
    """Sign in where the redirect leads, and follow."""
    assert location.startswith("/connexion?next=/reprise/")
    client.see(location)
    return client.submit("Se connecter", email=email, password=PASSWORD)


def send_after_the_end(world: World, client: StrictClient, words: str, **changes: Any) -> str:
    """Send the present page's form once the session is over; gives the address that it leads to."""
    form = client.page.form(words)
    end_sessions(world)
    response = client.post(form["action"], data={**form["fields"], **changes}, headers=HERE)
    assert response.status_code == 303
    return str(response.headers["Location"])


def test_an_answer_is_shown_again_and_sent(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    sent = dict(world.answers(1, 1)[0][1])
    page = return_to(client, send_after_the_end(world, client, "Enregistrer et continuer", **sent))
    said = words_of(page)
    assert page.h1 == "Reprendre votre saisie"
    assert "votre réponse à une question" in said
    assert "Question un-a-quiz" in said
    assert "Votre réponse « Juste" in said
    assert world.count(Response) == 0
    address = next(form.get("action") for form in page.all("form") if "abandon" in form.get("action")).removesuffix("/abandon")

    assert client.submit("Envoyer ce que j’avais saisi").h1 == "Question 2 sur 2"
    assert world.count(Response) == 1
    kept = world.read(lambda session: session.scalars(select(Submission)).one())
    assert (kept.replayed_at, kept.person_id) == (world.clock.now(), 1)
    response = client.get(address)
    assert response.headers["Location"] == "/"
    assert "Votre saisie est déjà envoyée, ou abandonnée." in words_of(client.see("/"))


def test_it_may_be_given_up(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    return_to(client, send_after_the_end(world, client, "Enregistrer et continuer", **dict(world.answers(1, 1)[0][1])))
    page = client.submit("Ne pas l’envoyer")
    assert "Votre saisie n’a pas été envoyée." in words_of(page)
    assert world.count(Response) == 0
    assert world.count(Submission, replayed_at=None) == 0


def test_a_word_to_the_trainers_is_kept(world: World, client: StrictClient) -> None:
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", tentatives=1))
    world.take(1, "un-a-quiz", share=0)
    client.see("/quiz/un-a-quiz")
    page = return_to(client, send_after_the_end(world, client, "Demander une tentative", message="J’ai relu, puis-je réessayer ?"))
    assert "J’ai relu, puis-je réessayer ?" in words_of(page)
    client.submit("Envoyer ce que j’avais saisi")
    asked = world.read(lambda session: session.scalars(select(AttemptRequest)).one())
    assert asked.message == "J’ai relu, puis-je réessayer ?"
    assert world.count(Submission, replayed_at=None) == 0


def test_a_lesson_that_was_read_is_kept(world: World, client: StrictClient) -> None:
    client.see("/lecons/un-a")
    page = return_to(client, send_after_the_end(world, client, "J’ai lu cette leçon"))
    assert "« J’ai lu cette leçon »" in words_of(page)
    assert "Leçon un-a" in words_of(page)
    client.submit("Envoyer ce que j’avais saisi")
    assert world.count(LearningEvent, event="read") == 1
    assert world.count(Submission, replayed_at=None) == 0


def test_the_final_sending_is_kept(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    client.see("/tentatives/1/recapitulatif")
    page = return_to(client, send_after_the_end(world, client, "Envoyer définitivement"))
    assert page.h1 == "Reprendre ce que vous faisiez"
    assert "avant l’envoi définitif de votre tentative, le 24 novembre 2026 à 9 h 02 : ce n’est pas fait." in words_of(page)
    assert "Quiz un-a-quiz" in words_of(page)
    assert [form.get("action") for form in page.all("form") if "/envoi" in form.get("action")] == []
    assert client.see(page.link("Ouvrir la page")).h1 == "Récapitulatif"
    assert client.submit("Envoyer définitivement").h1 == "Résultat"


def test_what_cannot_be_saved_any_more_says_why_and_stays(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    location = send_after_the_end(world, client, "Enregistrer et continuer", **dict(world.answers(1, 1)[0][1]))
    world.take(1, "un-a-quiz")  # from another machine
    return_to(client, location)
    page = client.submit("Envoyer ce que j’avais saisi", status=422)
    assert "Cette tentative est déjà envoyée" in words_of(page)
    assert world.count(Submission, kind="kept", replayed_at=None) == 1


def test_a_form_whose_session_never_was_goes_to_sign_in_too(world: World, client: StrictClient) -> None:
    """The token went with the session: it is no forgery of another site's, and not 403."""
    client.see("/lecons/un-a")
    client.delete_cookie("croisee")
    response = client.post("/lecons/un-a/lue", data={}, headers=HERE)
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/connexion?next=/reprise/")


def test_somebody_who_is_signed_in_with_a_bad_token_is_refused(client: StrictClient) -> None:
    response = client.post("/lecons/un-a/lue", data={"csrf_token": "faux"}, headers=HERE)
    assert response.status_code == 403
    assert client.page.h1 == "Page expirée"


def test_another_site_cannot_fill_the_table(world: World, client: StrictClient) -> None:
    client.delete_cookie("croisee")
    assert client.post("/lecons/un-a/lue", data={"x": "y"}, headers={"Origin": "https://evil.example"}).status_code == 403
    assert world.count(Submission) == 0


def test_a_script_gets_401_and_nothing_is_kept_twice(world: World, client: StrictClient) -> None:
    """Our script keeps the answer in its browser and sends it on return."""
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    form = client.page.form("Enregistrer et continuer")
    end_sessions(world)
    response = client.post(form["action"], data=form["fields"], headers={**HERE, "X-Requested-With": "fetch"})
    assert response.status_code == 401
    assert "Votre session est terminée." in response.get_json()["error"]
    assert world.count(Submission) == 0
    form = next(form for form in client.page.all("form") if form.get("data-autosave"))
    assert form.get("data-sign-in") == "/connexion?next=/tentatives/1/questions/1"


def test_what_one_typed_is_not_shown_to_the_next_person_at_the_same_computer(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    location = send_after_the_end(world, client, "Enregistrer et continuer", **dict(world.answers(1, 1)[0][1]))
    world.person("Karim Nouveau")
    client.see(location)
    client.submit("Se connecter", follow=False, email="karim.nouveau@croisee.example", password=PASSWORD)
    address = location.split("next=")[1]
    client.see(address, 404)
    client.see("/")
    client.submit("Se déconnecter")
    assert return_to(client, location).h1 == "Reprendre votre saisie"  # it waited for its author, in the same browser


def test_it_is_its_author_who_closes_it(world: World, client: StrictClient) -> None:
    client.see("/lecons/un-a")
    location = send_after_the_end(world, client, "J’ai lu cette leçon")
    return_to(client, location)
    client.submit("Ne pas l’envoyer")
    world.person("Karim Nouveau")
    other = world.client("Karim Nouveau")
    other.see(location.split("next=")[1], 404)


# --- Bounds of the quarantine ----------------------------------------------------------------------------------------


def put_aside(world: World, person: int, count: int = 1, text: str = "valeur") -> None:
    with world.app.test_request_context("/lecons/un-a/lue", method="POST", data={"champ": text}):
        for _ in range(count):
            world.clock.pass_by(seconds=1)
            world.write(lambda session: quarantine.put_aside(session, request, world.clock.now(), person_id=person, reason="Refusé."))


def test_what_is_refused_is_bounded_in_size_and_number(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "MOST", 5)
    person = world.person()
    put_aside(world, person, text="x" * (quarantine.LONGEST + 1))
    assert world.count(Submission) == 0
    put_aside(world, person, 8)
    assert world.count(Submission) == 5
    oldest = world.read(lambda session: session.scalar(select(Submission.at).order_by(Submission.at)))
    assert oldest == world.clock.now() - timedelta(seconds=4)


def test_the_quarantine_of_one_person_does_not_push_out_anothers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "MOST", 3)
    one, two = world.person(), world.person("Karim Nouveau")
    put_aside(world, two)
    put_aside(world, one, 9)
    assert (world.count(Submission, person_id=one), world.count(Submission, person_id=two)) == (3, 1)


def test_nothing_is_held_for_ever(world: World, client: StrictClient) -> None:
    client.see("/lecons/un-a")
    send_after_the_end(world, client, "J’ai lu cette leçon")
    put_aside(world, 1)
    world.clock.pass_by(days=31)
    client.post("/lecons/un-a/lue", headers=HERE)
    assert (world.count(Submission, kind="kept"), world.count(Submission, kind="refused")) == (1, 1)  # each kind when another of it comes
    world.clock.pass_by(days=31)
    put_aside(world, 1)
    assert world.count(Submission, kind="refused") == 1
