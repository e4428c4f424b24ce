"""The list of calls and one person's page: all of them, reached as they allow, rested once called, and two callers at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import select

from app.identity.models import Person
from app.reporting.week.calls import CallRow
from tests.record.world import words_of
from tests.reporting.reminders.reminding import LENS, NORD, SITE, Network, small_network
from tests.strict import Page
from tests.words import NOT_NOW

FIRST, LATER = date(2026, 11, 2), date(2026, 11, 30)


@pytest.fixture
def network(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Network:
    return small_network(app, monkeypatch, FIRST)


def silent(network: Network, *names: str) -> list[int]:
    """They came once, four weeks ago."""
    network.at(FIRST)
    people = [network.learner(name) for name in names]
    for person in people:
        network.look(person, "un-a")
    network.at(LATER)
    return people


def names_to_call(page: Page) -> list[str]:
    return [page.text_of(link) for item in page.all("p") if "call-name" in str(item.get("class")) for link in item.iter("a")]


def test_a_call_that_is_noted_leaves_tomorrows_list(network: Network) -> None:
    anna, bilal = silent(network, "Anna", "Bilal")
    client = network.signed_in(network.manager(LENS, name="Nadia"))
    assert names_to_call(client.see("/pilotage")) == ["Bilal", "Anna"], "the shorter silence first"
    client.see(f"/pilotage/personnes/{anna}/appels")
    page = client.submit("Enregistrer", note="Reprend en décembre.", again_on="2026-12-07")
    assert "Appel noté" in page.text
    assert names_to_call(page) == ["Bilal"]
    network.at(date(2026, 12, 1))
    assert "Anna" not in client.see("/pilotage").text
    network.at(date(2026, 12, 7))
    page = client.see("/pilotage")
    assert names_to_call(page) == ["Anna", "Bilal"], "a word is kept first"
    assert "À rappeler, comme convenu" in page.text
    assert "Reprend en décembre." in page.text
    assert "Appel le 30 novembre 2026" in words_of(page)
    assert network.seen(person_id=anna, what="calls.note") == 1
    assert network.seen(person_id=bilal, what="week.index") >= 1


@pytest.mark.parametrize(("outcome", "back"), [("appele", date(2026, 12, 14)), ("rappeler", date(2026, 12, 3)), ("plus-tard", date(2026, 12, 7))])
def test_one_click_beside_a_name_is_kept(network: Network, outcome: str, back: date) -> None:
    """On a Monday: « appelé » rests a fortnight, « rappeler jeudi » comes back on Thursday, « pas maintenant » on the next Monday. The person reads it."""
    (anna,) = silent(network, "Anna")
    nadia = network.manager(LENS, name="Nadia")
    client = network.signed_in(nadia)
    client.see("/pilotage")
    button = {"appele": "Appelé", "rappeler": "Rappeler jeudi", "plus-tard": NOT_NOW}[outcome]
    page = client.submit(button)
    assert (names_to_call(page), "Anna" in page.text) == ([], True), "who was dealt with is said"
    row = network.read(lambda session: session.scalars(select(CallRow)).one())
    assert (row.person_id, row.outcome, row.back_on) == (anna, outcome, back)
    for day in network.days(LATER, back):
        network.at(day)
        assert names_to_call(network.signed_in(nadia).see("/pilotage")) == (["Anna"] if day == back else []), day
    assert network.signed_in(anna).see("/compte/mes-donnees").text.count("30 novembre 2026") >= 1


def test_one_click_after_somebody_elses_shows_theirs_first(network: Network) -> None:
    (anna,) = silent(network, "Anna")
    nadia, omar = (network.signed_in(network.manager(LENS, name=name)) for name in ("Nadia", "Omar"))
    for client in (nadia, omar):
        client.see("/pilotage")
    nadia.submit(NOT_NOW)
    page = omar.submit("Appelé")
    assert "Quelqu’un a noté un appel" in page.text
    assert "Pas maintenant, dit le 30 novembre 2026" in words_of(page)
    assert network.count(CallRow) == 1
    network.app.config["WTF_CSRF_ENABLED"] = False
    assert omar.post(f"/pilotage/personnes/{anna}/suite", data={"outcome": "autre"}).status_code == 404


def test_who_has_no_number_gets_a_message_that_is_ready(network: Network) -> None:
    (anna,) = silent(network, "Anna Lys")
    client = network.signed_in(network.manager(LENS, name="Nadia"))
    message = unquote(client.see("/pilotage").link("Message prêt"))
    assert message.startswith("mailto:anna.lys@croisee.example?subject=")
    assert "Bonjour Anna," in message
    assert "Il vous reste 6\u00a0étapes pour terminer le parcours « Le parcours ». La suite : « Leçon un-a »." in message
    assert SITE in message
    assert message.endswith("Nadia")
    network.write(lambda session: setattr(session.get_one(Person, anna), "phone", "03 21 00 00 00"))
    page = client.see("/pilotage")
    assert 'href="tel:0321000000"' in page.html
    assert "Message prêt" not in page.text


def test_the_person_reads_the_note_and_who_noted_it(network: Network) -> None:
    (anna,) = silent(network, "Anna")
    client = network.signed_in(network.manager(LENS, name="Nadia"))
    client.see(f"/pilotage/personnes/{anna}/appels")
    client.submit("Enregistrer", note="Attend un ordinateur.")
    hers = network.signed_in(anna)
    assert "Attend un ordinateur." in hers.see("/compte/mes-donnees").text
    assert "Un appel noté à votre sujet" in hers.see("/compte/consultations").text


def test_two_callers_at_once(network: Network) -> None:
    """The second is told who called meanwhile, reads what was said, loses nothing of what they typed, and may add it."""
    (anna,) = silent(network, "Anna")
    nadia, omar = (network.signed_in(network.manager(LENS, name=name)) for name in ("Nadia", "Omar"))
    for client in (nadia, omar):
        client.see(f"/pilotage/personnes/{anna}/appels")
    nadia.submit("Enregistrer", note="Reprend lundi.")
    page = omar.submit("Enregistrer", 422, note="Pas de réponse.")
    assert "Nadia a noté un appel" in page.text
    assert "Reprend lundi." in page.text
    assert "Pas de réponse." in page.html
    assert network.count(CallRow) == 1
    omar.submit("Enregistrer")
    assert network.count(CallRow) == 2


@pytest.mark.parametrize(("typed", "sentence"), [("2026-11-30", "après aujourd’hui"), ("2028-01-01", "avant le"), ("bientôt", "date")])
def test_a_day_that_is_refused(network: Network, typed: str, sentence: str) -> None:
    (anna,) = silent(network, "Anna")
    client = network.signed_in(network.manager(LENS))
    client.see(f"/pilotage/personnes/{anna}/appels")
    page = client.submit("Enregistrer", 422, note="À garder.", again_on=typed)
    assert sentence in page.text
    assert "À garder." in page.html
    assert network.count(CallRow) == 0


def test_beyond_ones_scope_and_of_oneself(network: Network) -> None:
    (anna,) = silent(network, "Anna")
    elsewhere = network.manager(NORD)
    client = network.signed_in(elsewhere)
    assert "Anna" not in client.see("/pilotage").text
    for number in (anna, elsewhere, 9999):
        client.see(f"/pilotage/personnes/{number}/appels", 404)
    network.app.config["WTF_CSRF_ENABLED"] = False
    assert client.post(f"/pilotage/personnes/{anna}/appels", data={"note": "x"}).status_code == 404
    assert network.count(CallRow) == 0


def test_a_number_is_the_persons_own_to_give(network: Network) -> None:
    (anna,) = silent(network, "Anna")
    manager = network.signed_in(network.manager(LENS))
    assert "Pas de téléphone" in manager.see(f"/pilotage/personnes/{anna}/appels").text
    hers = network.signed_in(anna)
    hers.see("/compte")
    page = hers.submit("Enregistrer", 422, phone="appelez-moi")
    assert "Écrivez un numéro" in page.text
    assert "appelez-moi" in page.html
    hers.submit("Enregistrer", phone="03 21 00 00 00")
    assert 'href="tel:0321000000"' in manager.see("/pilotage").html


def test_a_merge_carries_the_calls(network: Network) -> None:
    from app.identity.services import merged

    anna, other = silent(network, "Anna", "Anna bis")
    nadia = network.manager(LENS)
    row = {"actor_id": nadia, "at": datetime(2026, 11, 29, tzinfo=UTC), "note": "", "back_on": LATER}
    network.write(lambda session: session.add(CallRow(person_id=other, **row)))
    network.write(lambda session: merged.send(session, kept=anna, gone=other))
    assert network.count(CallRow, person_id=anna) == 1
