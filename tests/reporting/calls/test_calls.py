"""The list of calls and one person's page: all of them, reached as they allow, rested once called, and two callers at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.identity.models import Person
from app.platform.db import db
from app.reporting.calls import CallRow
from tests.record.world import words_of
from tests.reporting.conftest import SignIn
from tests.reporting.reminders.reminding import LENS, NORD, Network, small_network

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


def test_a_call_that_is_noted_leaves_tomorrows_list(network: Network) -> None:
    anna, bilal = silent(network, "Anna", "Bilal")
    client = network.signed_in(network.manager(LENS, name="Nadia"))
    page = client.see("/pilotage")
    assert "2 personnes à appeler" in words_of(page)
    client.see(f"/pilotage/personnes/{anna}/appels")
    page = client.submit("Enregistrer", note="Reprend en décembre.", again_on="2026-12-07")
    assert "Appel noté" in page.text
    assert "Anna" not in [page.text_of(link) for link in page.all("a")]
    assert "1 personne à appeler" in words_of(page)
    network.at(date(2026, 12, 1))
    assert "Anna" not in client.see("/pilotage").text
    network.at(date(2026, 12, 7))
    page = client.see("/pilotage")
    assert "À rappeler, comme convenu" in page.text
    assert "Reprend en décembre." in page.text
    assert "Appel le 30 novembre 2026" in words_of(page)
    assert network.seen(person_id=anna, what="calls.note") == 1
    assert network.seen(person_id=bilal, what="calls.index") >= 1


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


def test_all_of_them_page_after_page(as_: SignIn, app: Flask) -> None:
    """Nobody twice, nobody left out, each with a number that goes on."""
    from app.reporting import calls as queries

    with app.app_context():
        for person in db.session.scalars(select(Person)):
            person.created_at -= timedelta(days=60)
        db.session.commit()
    client = as_("aurelie.dussart")
    queries_per_page, queries.PER_PAGE = queries.PER_PAGE, 4
    try:
        page = client.see("/pilotage")
        total, seen = int(words_of(page).split(" personnes à appeler")[0].split()[-1]), list[str]()
        for number in range(1, -(-total // 4) + 1):
            page = client.see(f"/pilotage?page={number}")
            listed = next(each for each in page.all("ol") if "calls" in str(each.get("class")))
            assert listed.get("start") == str(len(seen) + 1)
            seen += [str(item.find("p").find("a").get("href")) for item in listed]
        beyond = next(each for each in client.see("/pilotage?page=999").all("ol") if "calls" in str(each.get("class")))
        assert beyond.get("start") == listed.get("start"), "past the last page, the last one"
    finally:
        queries.PER_PAGE = queries_per_page
    assert len(seen) == len(set(seen)) == total > 8
