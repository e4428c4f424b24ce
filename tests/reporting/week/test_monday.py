"""Monday's email: to whoever follows a territory unless they stopped it, of their scope alone, once a week, and none where there is nothing to say."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace

from app.administration.privacy.journal import WORDS
from app.identity import email_preferences
from app.identity.models import PersonRole
from app.identity.rules import Role
from app.platform.holidays import calendar
from app.reporting.scope_rules import monday
from app.reporting.week.monday import Digest, choose, wants_monday
from tests.making import make_app, make_settings
from tests.record.courses import SMALL
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


def stop_link(network: Network, person_id: int) -> str:
    with network.app.app_context():
        return email_preferences.stop_link(network.app.config["CROISEE"], person_id, "bilan")


def test_by_itself_on_monday_of_ones_scope_and_not_twice(either: Network) -> None:
    network = either
    nadia = network.manager(LENS, monday=True)
    for day in (WEDNESDAY, MONDAY - timedelta(days=1)):
        assert network.morning(day) == []
    network.at(MONDAY)
    network.send()
    (row,) = network.outbox()
    text = row.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert row.subject.replace("\u202f", " ") == "Croisée : 2 à appeler"
    assert "Cette semaine, le 30 novembre 2026. Lens (Pas-de-Calais)." in text
    assert "Depuis lundi 23 novembre" in text
    assert "0 a terminé, 0 en cours, 0 en retard, 2 à l’arrêt" in text
    assert "- Anna, Lens (Pas-de-Calais) : à l’arrêt depuis 55 jours : 6 étapes à faire" in text
    assert "Chloé" not in row.text + row.html, "names of the scope alone"
    assert f"{SITE}/pilotage/personnes/" in row.text
    assert row.unsubscribe == stop_link(network, nadia)
    assert network.seen(reader_id=nadia, what="reporting.digest") == 2
    assert "reporting.digest" in WORDS
    network.send()
    assert len(network.outbox()) == 1
    network.collect()
    assert network.morning(MONDAY + timedelta(days=1)) == []
    assert [name for name, _subject in network.morning(MONDAY + WEEK)] == ["Nadia Lefebvre"]


def test_what_moved_is_told_with_names_and_in_the_subject(network: Network) -> None:
    network.manager(LENS, monday=True)
    for element in SMALL:
        network.finish(1, element)
    network.at(MONDAY)
    network.send()
    (row,) = network.outbox()
    assert row.subject.replace("\u202f", " ") == "Croisée : 1 a terminé et 1 à appeler"
    for told in (row.text, row.html):
        assert "1\u00a0personne a terminé\u202f: Anna" in told


def test_none_where_nothing_moved_nobody_is_to_call_and_nothing_waits(network: Network) -> None:
    """It is dealt with all the same: what happens on Tuesday is for the next Monday."""
    nadia = network.manager(LILLE, monday=True)
    for element in SMALL:
        network.finish(3, element)
    assert len(network.morning(MONDAY)) == 1, "somebody finished"
    assert network.morning(MONDAY + WEEK) == []
    assert network.read(lambda session: session.get_one(Digest, nadia).handled_on) == MONDAY + WEEK
    network.at(MONDAY + WEEK)
    late = network.learner("David", LILLE)
    network.look(late, "un-a")
    assert network.morning(MONDAY + WEEK + timedelta(days=1)) == []
    assert len(network.morning(MONDAY + 2 * WEEK)) == 1


def test_to_nobody_who_may_not_read_or_does_not_want(network: Network) -> None:
    refuses, demoted, lost = network.manager(LENS, monday=True), network.manager(LENS, name="Omar", monday=True), network.manager(name="Paul", monday=True)

    def work(session: Any) -> None:
        email_preferences.refuse(session, refuses, "bilan", network.clock.now())
        session.query(PersonRole).filter_by(person_id=demoted).delete()

    network.write(work)
    assert network.morning(MONDAY) == []
    assert not network.read(lambda session: wants_monday(session, lost)), "nobody follows a territory by the role alone"


def test_by_wish_for_whoever_follows_no_territory(network: Network) -> None:
    admin = network.manager(name="Ada", role=Role.ADMINISTRATOR, monday=True)
    assert network.morning(MONDAY) == []
    network.write(lambda session: choose(session, admin, True, None, network.clock.now()))
    assert [name for name, _subject in network.morning(MONDAY + WEEK)] == ["Ada"]


def test_stopped_by_one_click_and_taken_again_on_a_page(network: Network) -> None:
    nadia = network.manager(LENS, monday=True)
    client = network.signed_in(nadia)
    assert "Le courriel du lundi" in client.see("/compte").text
    assert "envoyée par courriel" in client.see("/pilotage").text
    assert client.post(stop_link(network, nadia).removeprefix(SITE)).status_code == 200
    assert network.morning(MONDAY) == []
    client = network.signed_in(nadia)
    assert "Recevoir cette page par courriel" in client.see("/pilotage").text
    client.see("/compte/lundi")
    client.submit("Enregistrer", wanted="oui", back_on="2026-12-16")
    assert network.morning(MONDAY + WEEK) == []
    assert network.morning(MONDAY + 2 * WEEK) == [], "they are away until Wednesday"
    assert len(network.morning(MONDAY + 2 * WEEK + timedelta(days=2))) == 1
    client = network.signed_in(nadia)
    client.see("/compte/lundi")
    assert "2026-12-16" in client.page.html
    client.submit("Enregistrer", 422, back_on="bientôt")
    client.see("/compte/lundi")
    client.submit("Enregistrer", wanted="non", back_on="")
    assert not network.read(lambda session: wants_monday(session, nadia))
    learner = network.signed_in(network.learner("David"))
    learner.see("/compte/lundi", 404)
    assert "courriel du lundi" not in learner.see("/compte").text


def test_the_page_says_that_no_mail_leaves(network: Network) -> None:
    network.app.config["CROISEE"] = replace(network.app.config["CROISEE"], smtp_host="")
    client = network.signed_in(network.manager(LENS, monday=True))
    assert "rien ne part" in client.see("/compte/lundi").text
    assert "envoyée par courriel" not in client.see("/pilotage").text


@pytest.mark.proof
def test_a_year_one_a_monday_none_on_holidays_none_for_nothing(network: Network) -> None:
    """Every morning of a year: one email a week at most, on its first worked day that its reader is there; none in the weeks that have nothing to tell."""
    nadia = network.manager(LENS, monday=True)
    away = {1: date(2027, 2, 22), 2: date(2027, 7, 12)}
    back = {date(2027, 2, 8): away[1], date(2027, 6, 28): away[2]}
    sent: list[date] = []
    quiet: set[date] = set()
    first, last = date(2026, 12, 1), date(2027, 11, 30)
    for day in network.days(first, last):
        network.at(day, 6)
        if day in back:
            network.write(lambda session, day=day: choose(session, nadia, True, back[day], network.clock.now()))
        if day == date(2027, 4, 14):  # from here on, everybody has finished
            for person in (1, 2):
                for element in SMALL:
                    network.finish(person, element)
        if day == date(2027, 9, 15):
            network.look(network.learner("Emma"), "un-a")
        sent += [day for _name, _subject in network.morning(day)]
        if day.weekday() == 0 and (date(2027, 4, 26) <= day < date(2027, 9, 20) or day in (date(2027, 9, 27), date(2027, 10, 4))):
            quiet.add(day)  # everybody has finished; then Emma goes on, and is at a standstill three weeks later
    weeks = Counter(monday(day) for day in sent)
    assert max(weeks.values()) == 1
    assert all(calendar().obstacle(day, "") is None for day in sent)
    assert not any(gone <= day < returned for gone, returned in back.items() for day in sent)
    assert not quiet & weeks.keys()
    worked = {day for day in network.days(first, last) if day.weekday() == 0 and calendar().obstacle(day, "") is None}
    told = [day for day in worked if day not in quiet and not any(gone <= day < returned for gone, returned in back.items())]
    assert set(told) <= set(sent), "each Monday that has something to say"
    assert {day for day in sent if day.weekday()} == {date(2027, 3, 30), date(2027, 11, 2)}, "Easter Monday and All Saints’ are told on Tuesday"
