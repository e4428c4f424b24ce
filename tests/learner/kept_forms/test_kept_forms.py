"""A kept form belongs to the browser that sent it and to whoever had signed in there: plants, other browsers, what comes back, sensitive acts."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.assessment.models import Attempt, Response
from app.identity import services as identity
from app.identity.models import Person
from app.identity.rules import Role
from app.identity.sessions import browsers
from app.identity.sessions.browsers import COOKIE, LASTS, Browser
from app.learner.kept_forms import rules as kept_forms_rules
from app.learner.kept_forms.rules import Quota
from app.learner.messages.models import TrainerMessage
from app.platform.web.endpoints import Return, gathered
from app.record.progress.models import LearningEvent, Submission
from tests.learner.kept_forms.test_submissions import end_sessions, return_to, send_after_the_end
from tests.record import courses
from tests.record.keeping import READ, address_of, from_elsewhere, kept_answer, send, sign_in
from tests.record.world import World, words_of
from tests.strict import StrictClient

# --- M4: a plant, and other browsers ---------------------------------------------------------------------------------


def test_a_stranger_plants_nothing(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    stranger = world.app.test_client()
    assert send(world, stranger, "/tentatives/1/envoi") == "/connexion"
    assert world.count(Submission) == 0
    assert world.read(lambda session: session.get_one(Attempt, 1)).submitted_at is None


def test_somebody_of_ours_plants_nothing_with_another(world: World, client: StrictClient) -> None:
    other = from_elsewhere(world)
    planted = address_of(send(world, other, "/lecons/un-a/signalements", message="Mots que l’on vous prête."))
    client.see(planted, 404)
    token = client.see("/compte").form("Enregistrer")["fields"]["csrf_token"]
    assert client.post(f"{planted}/abandon", data={"csrf_token": token}).status_code == 404
    client.post(READ, data={"csrf_token": token, "reprise": planted.rsplit("/", 1)[1]})
    assert world.count(Submission, replayed_at=None) == 1


def test_another_browser_of_the_same_person_is_not_shown_it(either: World, both: StrictClient) -> None:
    address = kept_answer(either, both)
    second = either.client()
    second.see(address, 404)
    token = second.see("/compte").form("Enregistrer")["fields"]["csrf_token"]
    assert second.post(f"{address}/abandon", data={"csrf_token": token}).status_code == 404
    sign_in(both)
    assert both.see(address).h1 == "Reprendre votre saisie"
    both.delete_cookie(COOKIE)
    both.see(address, 404)


@pytest.mark.parametrize("forged", ["", "x", "another secret", "too old"])
def test_a_cookie_that_is_not_ours_keeps_nothing(world: World, client: StrictClient, forged: str) -> None:
    end_sessions(world)
    now, secret = world.clock.now(), world.app.config["CROISEE"].secret_key
    made = {"another secret": browsers.issue("other", Browser("v", 1), now + LASTS), "too old": browsers.issue(secret, Browser("v", 1), now)}
    client.set_cookie(COOKIE, made.get(forged, forged))
    assert send(world, client) == "/connexion"
    assert world.count(Submission) == 0


def test_a_year_later_it_is_forgotten(world: World, client: StrictClient) -> None:
    end_sessions(world)
    world.clock.pass_by(days=364)
    address_of(send(world, client))
    world.clock.pass_by(days=1)
    assert send(world, client) == "/connexion"


def test_what_is_stored_is_a_digest(either: World, both: StrictClient) -> None:
    kept_answer(either, both)
    cookie = both.get_cookie(COOKIE)
    assert cookie
    row = either.read(lambda session: session.scalars(select(Submission)).one())
    found = browsers.read(either.app.config["CROISEE"].secret_key, cookie.value, either.clock.now())
    assert found
    assert (row.browser, row.person_id) == (found.digest, 1)
    assert found.value not in str(vars(row))
    assert "127.0.0.1" not in str(vars(row))


def test_nothing_is_kept_of_what_they_may_not_send_nor_of_a_closed_account(either: World, both: StrictClient) -> None:
    other = from_elsewhere(either)
    assert send(either, other, "/atelier/documents/un-a", text="Je n’écris pas le cours.") == "/connexion"
    assert send(either, other, "/administration/personnes/1/roles", roles="administrateur") == "/connexion"
    either.write(lambda session: identity.set_active(session, session.get_one(Person, 1), False))
    assert send(either, both) == "/connexion"
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
    both.see("/lecons/un-a")
    return_to(both, send_after_the_end(either, both, "Envoyer aux formateurs", message="Une faute de frappe."))
    report = both.page.form("Envoyer ce que j’avais saisi")
    address = kept_answer(either, both)
    sign_in(both)
    answer = both.see(address).form("Envoyer ce que j’avais saisi")
    token = answer["fields"]["csrf_token"]
    for form in (report, answer, report, answer):
        assert both.post(form["action"], data={**form["fields"], "csrf_token": token}).status_code == 303
    assert (either.count(TrainerMessage), either.count(Response)) == (1, 1)
    assert either.count(Submission, replayed_at=None) == 0
    assert both.get(address).headers["Location"] == "/"


def test_a_text_of_the_atelier_comes_back_whole(world: World, client: StrictClient) -> None:
    client.see("/atelier/documents/un-b")
    text = client.page.form("Enregistrer")["fields"]["text"] + "\nCe que j’ajoute.\n" * 2000
    page = return_to(client, send_after_the_end(world, client, "Enregistrer", text=text))
    assert words_of(page).count("Ce que j’ajoute.") == 2000
    client.submit("Envoyer ce que j’avais saisi")
    assert client.see("/atelier/documents/un-b").form("Enregistrer")["fields"]["text"].count("Ce que j’ajoute.") == 2000


def test_an_answer_sent_to_be_corrected_is_saved_and_its_question_stays_open(world: World, client: StrictClient) -> None:
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", correction="après chaque question"))
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    return_to(client, send_after_the_end(world, client, "Valider ma réponse", then="correct", **dict(world.answers(1, 1)[0][1])))
    page = client.submit("Envoyer ce que j’avais saisi")
    assert page.h1 == "Question 1 sur 2"
    assert world.count(Response) == 1
    assert page.form("Valider ma réponse")


def test_an_answer_sent_to_be_erased_is_saved_and_erased_on_its_page_alone(world: World, client: StrictClient) -> None:
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    answer = dict(world.answers(1, 1)[0][1])
    client.submit("Enregistrer et continuer", **answer)
    client.see("/tentatives/1/questions/1")
    return_to(client, send_after_the_end(world, client, "Effacer ma réponse", erase="1", **answer))
    page = client.submit("Envoyer ce que j’avais saisi")
    assert page.h1 == "Question 1 sur 2"
    assert page.form("Effacer ma réponse"), "there is an answer to erase"


SECRET = "ce qui ne se garde jamais"


def test_no_sensitive_act_is_done_by_one_click(world: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them: sent after the end, it does nothing; the page of return has no form that does it, and leads to its own page."""
    monkeypatch.setattr(kept_forms_rules, "ANY", Quota(100, 100, 100, 100))
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    world.write(lambda session: identity.set_roles(session, session.get_one(Person, 1), list(Role)))
    end_sessions(world)
    sensitive = {endpoint: said.returns for endpoint, said in gathered.of(world.app).items() if said.returns and said.returns.sensitive}
    assert len(sensitive) > 80
    sent = {endpoint: address_of(send(world, client, path_of(world, endpoint, "POST"), **typed(endpoint, back))) for endpoint, back in sensitive.items()}
    events = world.count(LearningEvent)
    sign_in(client)
    for endpoint, back in sensitive.items():
        page = client.see(sent[endpoint])
        said = words_of(page)
        assert f"Votre session s’est terminée avant {words(back.what)}, le" in said
        assert {form.get("action") for form in page.all("main")[0].iter("form")} == {f"{sent[endpoint]}/abandon"}
        assert page.link("Ouvrir la page") == path_of(world, back.page, "GET")
        for label in back.typed.values():
            assert f"{label} Ce que j’ai écrit pour {endpoint}" in said
        client.submit("Y renoncer")
        assert client.get(sent[endpoint]).status_code == 302
    assert SECRET not in str(world.read(lambda session: session.scalars(select(Submission.fields)).all()))
    assert world.count(LearningEvent) == events
    assert world.read(lambda session: session.get_one(Attempt, 1)).submitted_at is None


def typed(endpoint: str, back: Return) -> dict[str, str]:
    return {"current": SECRET, "password": SECRET, "address": SECRET} | dict.fromkeys(back.typed, f"Ce que j’ai écrit pour {endpoint}")


def words(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def path_of(world: World, endpoint: str, method: str) -> str:
    rule = next(rule for rule in world.app.url_map.iter_rules(endpoint) if method in (rule.methods or ()))
    values: dict[str, Any] = {name: 1 if "Integer" in type(converter).__name__ else "un-a" for name, converter in rule._converters.items()}
    return world.app.url_map.bind("localhost").build(endpoint, values, method=method)
