"""The weekly summary: on its day, of one's scope, once, and not when it would say the same again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace

from app.administration.privacy.journal import WORDS
from app.identity import email_preferences
from app.identity.models import PersonRole
from app.reporting.reminders import digest
from app.reporting.reminders.digest import is_due
from app.reporting.reminders.models import Digest
from tests.making import make_app, make_settings
from tests.reporting.reminders.reminding import LENS, LILLE, SITE, Network, small_network

WEDNESDAY = date(2026, 11, 25)
MONDAY = date(2026, 11, 30)
WEEK = timedelta(days=7)


def standing_still(app: Flask, patch: pytest.MonkeyPatch) -> Network:
    """Two people of Lens at a standstill, one of Lille."""
    network = small_network(app, patch, date(2026, 10, 5))
    for name, territory in (("Anna", LENS), ("Bilal", LENS), ("Chloé", LILLE)):
        network.look(network.learner(name, territory), "un-a")
    network.at(WEDNESDAY)
    return network


@pytest.fixture
def either(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Network:
    """On each database in turn."""
    return standing_still(any_app, monkeypatch)


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    return standing_still(make_app(make_settings(tmp_path / "instance")), monkeypatch)


def subscribed(network: Network, weekday: int = 0, *scope: str) -> int:
    manager = network.manager(*(scope or (LENS,)))
    network.write(lambda session: digest.choose(session, manager, weekday, network.clock.now()))
    return manager


def subjects(network: Network, day: date) -> list[str]:
    return [subject for _name, subject in network.morning(day)]


def stop_link(network: Network, person_id: int) -> str:
    with network.app.app_context():
        return email_preferences.stop_link(network.app.config["CROISEE"], person_id, "bilan")


def test_on_its_day_of_ones_scope_and_not_twice(either: Network) -> None:
    network = either
    nadia = subscribed(network)
    assert subjects(network, WEDNESDAY) == []
    assert subjects(network, MONDAY - timedelta(days=1)) == []
    network.at(MONDAY)
    network.send()
    (row,) = network.outbox()
    text = row.text.replace("\u00a0", " ")
    assert "Le bilan du 30 novembre 2026. Lens (Pas-de-Calais)." in text
    assert "- personnes inscrites\u202f: 2" in text
    assert "Anna" in text
    assert "Chloé" not in row.text + row.html, "names of the scope alone"
    assert f"{SITE}/pilotage/personnes/" in row.text
    assert row.unsubscribe == stop_link(network, nadia)
    assert network.seen(reader_id=nadia, what="reporting.digest") == 2
    assert "reporting.digest" in WORDS
    network.send()
    assert len(network.outbox()) == 1


def test_nothing_new_is_not_said_again(network: Network) -> None:
    subscribed(network)
    assert len(subjects(network, MONDAY)) == 1
    assert subjects(network, MONDAY + WEEK) == [], "the days that pass are no news"
    network.finish(1, "un-a")
    assert len(subjects(network, MONDAY + 2 * WEEK)) == 1


def test_to_nobody_who_may_not_read_or_does_not_want(network: Network) -> None:
    refuses, demoted = subscribed(network), 0
    demoted = network.manager(LENS, name="Omar")
    network.write(lambda session: digest.choose(session, demoted, 0, network.clock.now()))

    def work(session: Any) -> None:
        email_preferences.refuse(session, refuses, "bilan", network.clock.now())
        session.query(PersonRole).filter_by(person_id=demoted).delete()

    network.write(work)
    assert subjects(network, MONDAY) == []


@pytest.mark.parametrize(
    ("on", "handled_on", "expected"),
    [
        (date(2026, 11, 27), None, False),
        (MONDAY, None, True),
        (MONDAY, MONDAY, False),
        (MONDAY + timedelta(days=1), None, True),
        (MONDAY + timedelta(days=1), MONDAY, False),
        (MONDAY + timedelta(days=5), None, False),
        (date(2027, 3, 29), date(2027, 3, 22), False),
        (date(2027, 3, 30), date(2027, 3, 22), True),
    ],
)
def test_its_day(on: date, handled_on: date | None, expected: bool) -> None:
    """A day without a run puts it off; so do a week-end and Easter Monday."""
    assert is_due(0, WEDNESDAY, handled_on, on) is expected


def test_chosen_and_given_up_on_a_page(network: Network) -> None:
    nadia = network.manager(LENS)
    client = network.signed_in(nadia)
    assert "Le bilan hebdomadaire du pilotage" in client.see("/compte").text
    client.see("/compte/bilan")
    client.submit("Enregistrer", weekday="2")
    assert network.read(lambda session: session.get_one(Digest, nadia).weekday) == 2
    client.submit("Enregistrer", 422, weekday="6")
    path = stop_link(network, nadia).removeprefix(SITE)
    assert client.post(path).status_code == 200
    assert network.read(lambda session: digest.chosen_weekday(session, nadia)) is None
    client.see("/compte/bilan")
    client.submit("Enregistrer", weekday="3")
    assert network.read(lambda session: digest.chosen_weekday(session, nadia)) == 3
    client.see("/compte/bilan")
    client.submit("Enregistrer", weekday="")
    assert network.count(Digest) == 0
    learner = network.signed_in(network.learner("David"))
    learner.see("/compte/bilan", 404)
    assert "bilan hebdomadaire" not in learner.see("/compte").text


def test_the_page_says_that_no_mail_leaves(network: Network) -> None:
    network.app.config["CROISEE"] = replace(network.app.config["CROISEE"], smtp_host="")
    assert "rien ne part" in network.signed_in(network.manager(LENS)).see("/compte/bilan").text
