"""A session that ended meanwhile loses no answer, draft or note; of any other form nothing is kept, and one lands on its page."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.assessment.models import Response
from app.record.progress.models import Submission
from tests.identity.builders import PASSWORD
from tests.learner.submissions import HERE, INES, client, end_sessions, return_to, send_after_the_end
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import (
    ANSWER_TO_QUESTION,
    LESSON_READ,
    SAVE_AND_GO_ON,
    SEND_FOR_GOOD,
    SEND_TO_TRAINERS,
    SEND_WHAT_WAS_TYPED,
    SESSION_ENDED,
    SIGN_IN,
    SIGN_OUT,
    TAKE_UP_FORM,
)

__all__ = ["client"]


def test_an_answer_is_shown_again_and_sent(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    sent = dict(world.answers(1, 1)[0][1])
    page = return_to(client, send_after_the_end(world, client, SAVE_AND_GO_ON, **sent))
    said = words_of(page)
    assert page.h1 == TAKE_UP_FORM
    assert ANSWER_TO_QUESTION in said
    assert "Question un-a-quiz" in said
    assert "Votre réponse « Juste" in said
    assert world.count(Response) == 0
    address = next(form.get("action") for form in page.all("form") if "abandon" in form.get("action")).removesuffix("/abandon")

    assert client.submit(SEND_WHAT_WAS_TYPED).h1 == "Question 2 sur 2"
    assert world.count(Response) == 1
    kept = world.read(lambda session: session.scalars(select(Submission)).one())
    assert (kept.replayed_at, kept.person_id) == (world.clock.now(), 1)
    response = client.get(address)
    assert response.headers["Location"] == "/"
    assert "Votre saisie est déjà envoyée, ou abandonnée." in words_of(client.see("/"))


def test_it_may_be_given_up(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    return_to(client, send_after_the_end(world, client, SAVE_AND_GO_ON, **dict(world.answers(1, 1)[0][1])))
    page = client.submit("Ne pas l’envoyer")
    assert "Votre saisie n’a pas été envoyée." in words_of(page)
    assert world.count(Response) == 0
    assert world.count(Submission, replayed_at=None) == 0


def test_what_cannot_be_saved_any_more_says_why_and_stays(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    location = send_after_the_end(world, client, SAVE_AND_GO_ON, **dict(world.answers(1, 1)[0][1]))
    world.take(1, "un-a-quiz")  # from another machine
    return_to(client, location)
    page = client.submit(SEND_WHAT_WAS_TYPED, status=422)
    assert "Cette tentative est déjà envoyée" in words_of(page)
    assert world.count(Submission, replayed_at=None) == 1


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
    form = client.page.form(SAVE_AND_GO_ON)
    end_sessions(world)
    response = client.post(form["action"], data=form["fields"], headers={**HERE, "X-Requested-With": "fetch"})
    assert response.status_code == 401
    assert SESSION_ENDED in response.get_json()["error"]
    assert world.count(Submission) == 0
    form = next(form for form in client.page.all("form") if form.get("data-autosave"))
    assert form.get("data-sign-in") == "/connexion?next=/tentatives/1/questions/1"


def test_what_one_typed_is_not_shown_to_the_next_person_at_the_same_computer(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    location = send_after_the_end(world, client, SAVE_AND_GO_ON, **dict(world.answers(1, 1)[0][1]))
    world.person("Karim Nouveau")
    client.see(location)
    client.submit(SIGN_IN, follow=False, email="karim.nouveau@croisee.example", password=PASSWORD)
    address = location.split("next=")[1]
    client.see(address, 404)
    client.see("/")
    client.submit(SIGN_OUT)
    assert return_to(client, location).h1 == TAKE_UP_FORM  # it waited for its author, in the same browser


# --- Any other form --------------------------------------------------------------------------------------------------

OVER = "Votre session était terminée : ce que vous veniez d’envoyer n’est pas enregistré. Se connecter Connectez-vous pour ouvrir la page demandée"


@pytest.mark.parametrize(
    ("page", "words", "changes"),
    [
        ("/lecons/un-a", LESSON_READ, {}),
        ("/lecons/un-a", SEND_TO_TRAINERS, {"message": "Une faute de frappe."}),
        ("/compte", "Enregistrer", {"name": "Inès Autrement"}),
        ("/tentatives/1/recapitulatif", SEND_FOR_GOOD, {}),
    ],
)
def test_of_any_other_form_nothing_is_kept_and_one_lands_on_its_page(
    world: World, client: StrictClient, page: str, words: str, changes: dict[str, str]
) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    client.see(page)
    form = client.page.form(words)
    end_sessions(world)
    answer = client.post(form["action"], data={**form["fields"], **changes}, headers={**HERE, "Referer": f"http://localhost{page}"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/connexion?next={page}")
    assert OVER in words_of(client.see(answer.headers["Location"]))
    assert world.count(Submission) == 0
    client.submit(SIGN_IN, email=INES, password=PASSWORD)
    assert client.page.form(words)["action"] == form["action"]


@pytest.mark.parametrize(
    ("path", "referrer", "next_page"),
    [
        ("/lecons/un-a/lue", "http://localhost/lecons/un-a?rang=2#suite", "?next=/lecons/un-a?rang%3D2"),
        ("/lecons/un-a/signalements", "http://localhost/lecons/un-a/signalements", ""),
        ("/compte", "", "?next=/compte"),
        ("/lecons/un-a/lue", "", ""),
        ("/compte", "https://evil.example/compte", ""),
    ],
    ids=["with its filter", "a form that was refused before", "the page itself", "no page is known", "another site's"],
)
def test_which_page_held_the_form(world: World, client: StrictClient, path: str, referrer: str, next_page: str) -> None:
    end_sessions(world)
    headers = {**HERE, **({"Referer": referrer} if referrer else {})}
    assert client.post(path, headers=headers).headers["Location"] == f"/connexion{next_page}"


def test_signing_out_when_it_is_over_loses_nothing_and_nothing_is_told(world: World, client: StrictClient) -> None:
    client.see("/")
    end_sessions(world)
    client.submit(SIGN_OUT, follow=False)
    assert "n’est pas enregistré" not in words_of(client.see("/connexion"))
