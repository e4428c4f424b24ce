"""An answer to a reminder that somebody can help with: given to who may, counted where they work, closed once, with a word that the person gets."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.identity import emails as help_requests
from app.identity.emails import HelpRequest
from app.identity.rules import Role
from app.reporting.reminders import services as reminders
from app.reporting.reminders.models import ReminderAnswer
from tests.record.world import words_of
from tests.reporting.reminders.reminding import LENS, NORD, Network, small_network
from tests.words import SEND_MY_ANSWER

HELP = "/administration/reponses"


@pytest.fixture
def network(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Network:
    return small_network(app, monkeypatch, date(2026, 11, 30))


def answers(network: Network, person: int, reason: str, to_tell: bool = False) -> None:
    network.write(lambda session: reminders.answer(session, person, reason, network.clock.now(), to_tell=to_tell))


@pytest.mark.parametrize(
    ("reason", "manager", "administrator"),
    [("acces", 0, 1), ("poste", 1, 1), ("concerne", 1, 1), ("temps", 0, 0), ("acquis", 0, 0), ("autre", 0, 0)],
)
def test_who_is_given_what(network: Network, reason: str, manager: int, administrator: int) -> None:
    answers(network, network.learner("Anna Vasseur"), reason)
    admin = network.manager(name="Ada", role=Role.ADMINISTRATOR)
    for who, count in ((network.manager(LENS), manager), (network.manager(NORD, name="Omar"), 0), (admin, administrator)):
        client = network.signed_in(who)
        assert ("Anna Vasseur" in client.see(HELP).text) == bool(count)
        assert ("a répondu à un rappel" in words_of(client.see("/pilotage"))) == bool(count)
    assert ("1 réponse à traiter" in words_of(client.see("/administration"))) == bool(administrator)


def test_a_request_is_closed_with_a_word_that_the_person_gets(network: Network) -> None:
    anna = network.learner("Anna")
    answers(network, anna, "acces", to_tell=True)
    client = network.signed_in(network.manager(name="Ada", role=Role.ADMINISTRATOR))
    client.see(HELP)
    page = client.submit("Clore", 422, word=" ")
    assert "Dites en un mot" in page.text
    page = client.submit("Clore", word="Votre lien est reparti.")
    assert "par courriel" in page.text
    assert "Closes récemment" in page.text
    (letter,) = network.outbox()
    assert letter.recipient.startswith("anna@")
    assert (letter.reply_to or "").startswith("ada@")
    assert "Votre lien est reparti." in letter.text
    assert "Votre lien est reparti." in network.signed_in(anna).see("/compte/mes-donnees").text
    assert "à traiter" not in client.see("/administration").text


def test_two_who_close_at_once(network: Network) -> None:
    answers(network, network.learner("Anna"), "poste", to_tell=True)
    ada, nadia = network.signed_in(network.manager(name="Ada", role=Role.ADMINISTRATOR)), network.signed_in(network.manager(LENS, name="Nadia"))
    for client in (ada, nadia):
        client.see(HELP)
    nadia.submit("Clore", word="Voilà qui est fait.")
    page = ada.submit("Clore", word="Rattachement terminé.")
    assert "Nadia l’a déjà close" in page.text
    assert "« Voilà qui est fait. »" in page.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert len(network.outbox()) == 1


def test_the_last_answer_counts(network: Network) -> None:
    anna = network.learner("Anna")
    answers(network, anna, "acces")
    answers(network, anna, "acces", to_tell=True)
    answers(network, anna, "poste")
    assert network.count(HelpRequest) == network.count(HelpRequest, reason="poste") == 1
    answers(network, anna, "temps")
    assert network.count(HelpRequest) == 0


def test_beyond_ones_scope_there_is_nothing_to_close(network: Network) -> None:
    answers(network, network.learner("Anna"), "acces")
    mine = network.manager(LENS)
    answers(network, mine, "poste")
    network.app.config["WTF_CSRF_ENABLED"] = False
    numbers = network.read(lambda session: [row.id for row in session.query(HelpRequest)])
    assert {network.signed_in(mine).post(f"{HELP}/{number}", data={"word": "x"}).status_code for number in (*numbers, 999)} == {404}
    assert network.count(HelpRequest, closed_at=None) == 2


def test_an_answer_by_the_link_of_a_letter(network: Network) -> None:
    from app.identity import email_preferences as preferences

    anna = network.learner("Anna")
    token = preferences.make_token(network.app.config["CROISEE"].secret_key, anna)
    client: Any = network.app.test_client()
    client.see(f"/rappels/{token}?raison=acces")
    assert "Quelqu’un va s’en occuper" in client.submit(SEND_MY_ANSWER, to_tell="y").text
    assert network.count(HelpRequest, person_id=anna, to_tell=True) == 1


@pytest.mark.parametrize("own", [False, True])
def test_a_merge_carries_requests(network: Network, own: bool) -> None:
    kept, gone = network.learner("Anna"), network.learner("Anna bis")
    answers(network, gone, "acces")
    if own:
        answers(network, kept, "poste")
    network.write(lambda session: help_requests.keep_help_of_merged(session, kept, gone))
    assert network.count(HelpRequest, person_id=kept) == network.count(HelpRequest) == 1
    assert network.count(ReminderAnswer, person_id=gone) == 1


def test_an_answer_before_this_was_promised_stays_in_the_totals_only(network: Network) -> None:
    """What was said under « only in totals » becomes nobody's task."""
    anna = network.learner("Anna")
    network.write(lambda session: session.add(ReminderAnswer(person_id=anna, reason="acces", at=network.clock.now())))
    assert network.count(HelpRequest) == 0
