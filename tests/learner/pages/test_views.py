"""The learner's pages: what they cost, what their opening writes, what they say of stale sources, and that nothing spoils them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import Mock

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.platform.db import db
from app.record import enrolment, services
from app.record.progress.models import LearningEvent, ReadingPlace
from app.record.progress.rules import EventType
from tests.identity.builders import sign_in, statements, stored_person, with_factor
from tests.record import courses
from tests.record.world import World, words_of
from tests.words import SIGN_IN


@contextmanager
def locked(app: Flask) -> Iterator[None]:
    """Meanwhile somebody else writes and does not finish."""
    with app.app_context():
        path = db.engine.url.database
    other = sqlite3.connect(str(path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


# --- What a page costs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "most"), [("/lecons/un-a", 5), ("/modules/mod-un", 7), ("/", 14), ("/quiz/un-a-quiz", 8), ("/progression", 8)])
def test_a_page_asks_the_database_little(either: World, path: str, most: int) -> None:
    either.person()
    client = either.client()
    client.see(path)
    with statements(either.app) as sent:
        client.see(path)
    assert len(sent) <= most, sent


def test_a_page_costs_the_same_whatever_one_did(world: World) -> None:
    person, client = world.person(), world.client()
    for element in ("un-a", "un-a-quiz", "un-b", "deux-a"):
        world.finish(person, element)
    asked = set()
    for _ in range(2):
        client.see("/lecons/un-a")
        with statements(world.app) as sent:
            client.see("/lecons/un-a")
        asked.add(len(sent))
        with_factor(world.app, person)
    assert len(asked) == 1


def test_static_files_and_the_first_opening(world: World) -> None:
    """Static files ask nothing; a first opening writes after the page is made."""
    world.person()
    client = world.client()
    style = next(link.get("href") for link in client.see("/aide").all("link") if link.get("rel") == "stylesheet")
    with statements(world.app) as sent:
        assert client.get(style).status_code == 200
    assert sent == []


# --- The first opening -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "element"), [("/lecons/un-a", "un-a"), ("/quiz/un-a-quiz", "un-a-quiz")])
def test_the_first_opening_is_noted_once(either: World, path: str, element: str) -> None:
    person = either.person()
    client = either.client()
    for _ in range(3):
        client.see(path)
    assert either.events(person, element) == [EventType.VIEWED]


def test_twenty_first_openings_at_once_are_one(either: World) -> None:
    person = either.person()
    cookie = either.client().get_cookie("croisee")
    assert cookie

    def open_it(_number: int) -> int:
        other = either.app.test_client()
        other.set_cookie("croisee", cookie.value)
        return other.get("/lecons/un-a").status_code

    assert either.together(20, open_it) == [200] * 20
    assert either.events(person, "un-a") == [EventType.VIEWED]


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}, {"X-Purpose": "preview"}])
def test_nobody_looks_yet(world: World, headers: dict[str, str]) -> None:
    person = world.person()
    client = world.client()
    assert client.get("/lecons/un-a", headers=headers).status_code == 200
    assert client.head("/lecons/un-a").status_code == 200
    assert world.events(person) == []
    client.see("/lecons/un-a")
    assert world.events(person) == [EventType.VIEWED]


def test_a_failure_to_note_it_does_not_spoil_the_page(world: World) -> None:
    person = world.person()
    client = world.client()
    start = time.perf_counter()
    with locked(world.app):
        assert client.see("/lecons/un-a").h1 == "Leçon un-a"
    assert time.perf_counter() - start < services.PATIENCE / 1000 + 2
    assert world.events(person) == []
    client.see("/lecons/un-a")
    assert world.events(person) == [EventType.VIEWED]


def test_a_connection_that_waited_little_waits_long_again(world: World) -> None:
    """The short patience of a first opening does not stay with the pooled connection."""
    world.person()
    client = world.client()
    with locked(world.app):
        client.see("/lecons/un-a")
    waits = world.read(lambda session: session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar())
    assert waits == 15_000


# --- Sign-in enrols --------------------------------------------------------------------------------------------------


def test_the_first_sign_in_enrols_in_the_default_path(either: World) -> None:
    stored_person(either.app, name="Inès Carpentier")
    either.clock.pass_by(days=1)
    start = time.perf_counter()
    client = either.client()
    assert time.perf_counter() - start < 10  # its own transaction does not wait for sign-in's
    assert "Le parcours : 0 étape sur 6" in words_of(client.see("/"))
    mine = either.standing(1)
    assert mine.enrolment_id is not None
    assert set(mine.pins.values()) == {either.clock.now()}
    either.clock.pass_by(days=1)
    either.client()
    assert either.standing(1).pins == mine.pins


def test_who_cannot_be_enrolled_yet_is_not_kept_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_person(world.app, name="Inès Carpentier")
    client = world.app.test_client()
    with monkeypatch.context() as failing:
        failing.setattr(enrolment, "enrol", Mock(side_effect=OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))))
        sign_in(client)
        assert "Le parcours : 0 étape sur 6" in words_of(client.see("/"))
    assert world.standing(1).enrolment_id is None
    sign_in(world.app.test_client())
    assert world.standing(1).enrolment_id is not None


def test_a_locked_database_keeps_nobody_from_reading(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """To sign in writes the session: whoever does is told to wait; whoever had, reads on."""
    world.person()
    reader, other = world.client(), world.app.test_client()
    form = other.see("/connexion").form(SIGN_IN)
    monkeypatch.setattr("app.platform.db.engines.BUSY_MILLISECONDS", 100)
    with world.app.app_context():
        db.engine.dispose()
    with locked(world.app):
        assert "Le parcours : 0 étape sur 6" in words_of(reader.see("/"))
        sent = {**form["fields"], "email": "inès.carpentier@croisee.example", "password": "une phrase que personne ne devine"}
        assert other.post("/connexion", data=sent).status_code == 503
    assert other.post("/connexion", data=sent).status_code == 303


def test_an_empty_course_enrols_nobody_and_says_so(empty: World) -> None:
    stored_person(empty.app, name="Inès Carpentier")
    client = empty.client()
    home = client.see("/")
    assert home.h1 == "Votre parcours"
    assert "terminé" not in words_of(home).lower()
    empty.publish_together(*courses.small())
    assert "Le parcours : 0 étape sur 6" in words_of(client.see("/"))
    empty.client()
    assert empty.standing(1).enrolment_id is not None


# --- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/modules/rien", "/lecons/rien", "/quiz/rien", "/attestations/rien", "/tentatives/9", "/tentatives/9/questions/1", "/reprise/rien"]
)
def test_what_does_not_exist_is_not_found(world: World, path: str) -> None:
    world.person()
    world.client().see(path, 404)


def test_reading_again_what_changed(world: World) -> None:
    person = world.person()
    world.finish(person, "un-b")
    world.publish(courses.lesson("un-b", body="Tout autre chose.\n\n## Neuf {#neuf}\n\nEt encore autre chose, tout à fait."), change="à relire")
    client = world.client()
    assert "à relire : le texte a changé depuis que vous l’avez terminé" in words_of(client.see("/"))
    page = client.see("/lecons/un-b")
    assert "Cette leçon a changé depuis que vous l’avez lue. Votre lecture reste acquise." in words_of(page)
    page = client.submit("J’ai relu cette leçon")
    assert "a changé" not in words_of(page)
    assert "Nouveautés" not in words_of(client.see("/"))
    assert world.events(person, "un-b") == [EventType.READ, EventType.READ]


def test_a_minor_change_tells_nobody(world: World) -> None:
    person = world.person()
    world.finish(person, "un-b")
    world.publish(courses.lesson("un-b", title="Leçon un-b, corrigée"), change="mineure")
    assert "Nouveautés" not in words_of(world.client().see("/"))


def test_a_stale_source_is_said_from_its_day_on(world: World) -> None:
    body = "Un fait.[^s1]\n\n[^s1]: Un rapport, 2020 (vérifié : 2025-11 ; à revoir : 2026-12)"
    world.publish(courses.lesson("un-b", body=body))
    world.person()
    client = world.client()
    assert "revérifier" not in words_of(client.see("/lecons/un-b"))
    world.clock.pass_by(days=30)
    client = world.client()  # no session lasts so long
    assert "Source à revérifier depuis décembre 2026" in words_of(client.see("/lecons/un-b"))


def test_the_place_is_kept_only_for_headings_that_exist(world: World) -> None:
    world.person()
    client = world.client()
    form = client.see("/lecons/un-a").form("/repere")
    script = {"X-Requested-With": "fetch"}
    assert client.post(form["action"], data={**form["fields"], "anchor": "fin"}, headers=script).status_code == 204
    assert client.post(form["action"], data={**form["fields"], "anchor": "debut"}).headers["Location"] == "/lecons/un-a#debut"
    assert client.post(form["action"], data={**form["fields"], "anchor": "nulle-part"}).status_code == 400
    assert world.count(ReadingPlace, anchor="debut") == 1
    assert world.count(ReadingPlace) == 1
    world.publish(courses.lesson("un-a", quiz="un-a-quiz", body="Sans titre."))
    assert client.see("/").link("Reprendre") == "/lecons/un-a"


def test_the_attestation_is_public_unguessable_and_says_no_more_than_it_must(world: World) -> None:
    person = world.person()
    for element in ("un-a", "un-a-quiz", "un-b"):
        world.finish(person, element)
    world.do(services.attest, person)
    address = world.client().see("/progression").link("Attestation du module")
    assert len(address.removeprefix("/attestations/")) >= 32
    stranger = world.app.test_client()
    response = stranger.get(address)
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Cache-Control"] == "no-store"
    page = words_of(stranger.see(address))
    assert "Inès Carpentier" in page
    assert "a terminé le module « Module mod-un » le 24 novembre 2026." in page
    assert "Elle ne vaut ni diplôme, ni certification professionnelle, ni contrôle d’identité" in page
    assert "@" not in page
    world.withdraw("mod-un")
    assert "le module « Module mod-un »" in words_of(stranger.see(address))


def test_what_a_decision_completed_is_attested_on_demand(world: World) -> None:
    person, trainer = world.person(), world.person("Un Formateur")
    world.finish(person, "un-a")
    for element in ("un-a-quiz", "un-b"):
        world.decide(person, element, EventType.WAIVED, trainer, "Acquis.")
    client = world.client()
    client.see("/modules/mod-un")
    page = client.submit("Recevoir l’attestation")
    assert "« Module mod-un » est terminé : voici votre attestation." in words_of(page)
    assert "Recevoir" not in words_of(page)
    assert "Dispense, 24 novembre 2026 : Acquis." in words_of(page)


def test_what_was_only_waived_attests_nothing(world: World) -> None:
    person, trainer = world.person(), world.person("Un Formateur")
    for element in ("un-a", "un-a-quiz", "un-b"):
        world.decide(person, element, EventType.WAIVED, trainer, "Acquis.")
    assert world.do(services.attest, person) == []
    assert "Recevoir" not in words_of(world.client().see("/modules/mod-un"))


def test_taking_news_in_without_news_changes_nothing(world: World) -> None:
    person, client = world.person(), world.client()
    token = client.see("/compte").form("Enregistrer")["fields"]["csrf_token"]
    client.post("/nouveautes", data={"csrf_token": token})
    assert "Votre parcours est déjà à jour." in words_of(client.see("/"))
    assert len(world.standing(person).pins) == 6
    assert world.count(LearningEvent) == 0


def test_glossary_and_timeline_without_content_are_pages(world: World) -> None:
    world.person()
    client = world.client()
    assert client.see("/glossaire").h1 == "Glossaire"
    assert client.see("/frise?histoire=education-prioritaire&histoire=inconnue").h1


def test_a_lesson_that_is_read_leads_back_to_ones_own_path(world: World) -> None:
    """Its module may hold lessons, and a quiz, that the path does not ask for."""
    world.finish(world.person(), "un-a")
    assert world.client().see("/lecons/un-a").link("La suite de mon parcours") == "/"
    assert "La suite de mon parcours" not in world.client().see("/lecons/un-b").text
