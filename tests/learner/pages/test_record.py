"""« Ma progression » says only what has happened; an attestation says what was learned, when, in how long, on which edition, and who gives it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.record import services
from app.record.progress.models import Attestation
from app.record.progress.rules import EventType
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import Page
from tests.words import INDICATIVE_DURATION, ISSUED_BY

MODULE = ("un-a", "un-a-quiz", "un-b")


def record(world: World) -> Page:
    return world.client().see("/progression")


def attestation(world: World, subject: str = "mod-un") -> Page:
    number = world.read(lambda session: session.scalars(select(Attestation.id).filter_by(subject_id=subject)).one())
    return world.app.test_client().see(f"/attestations/{number}")  # type: ignore[return-value]


def finish(world: World, person: int, *elements: str) -> None:
    for element in elements:
        world.finish(person, element)
    world.do(services.attest, person)


def facts(page: Page) -> dict[str, str]:
    shown = page.all("dl")[0]
    words = [page.text_of(element) for element in shown.iter() if element.tag in ("dt", "dd")]
    return dict(zip(words[::2], words[1::2], strict=True))


# --- The record ------------------------------------------------------------------------------------------------------


def test_what_has_not_begun_takes_no_room(world: World) -> None:
    person = world.person()
    page = record(world)
    assert "commencé le" not in words_of(page)
    assert "–" not in [page.text_of(cell) for cell in page.all("td")]
    assert {page.text_of(cell) for cell in page.all("td")} == {"À faire"}
    world.look(person, "un-a")
    assert "Parcours commencé le 24 novembre 2026" in words_of(record(world))


def test_every_table_has_the_same_columns_and_no_fingerprint(world: World) -> None:
    person = world.person()
    finish(world, person, *MODULE)
    page = record(world)
    heads = [[page.text_of(head) for head in table.iter("th") if head.get("scope") == "col"] for table in page.all("table")]
    assert heads == [["Étape", "Où vous en êtes"]] * 2
    assert page.all("code") == []


def test_a_row_says_when_how_often_and_how_well(world: World) -> None:
    person = world.person()
    world.take(person, "un-a-quiz", share=0.5)
    world.clock.pass_by(days=2)
    finish(world, person, *MODULE)
    rows = {page.text_of(row) for page in [record(world)] for row in page.all("tr")}
    assert any("Quiz un-a-quiz" in row and "Du 24 novembre 2026 au 26 novembre 2026 2 tentatives, meilleure note : 100" in row for row in rows), rows
    assert any("Leçon un-b" in row and row.endswith("Le 26 novembre 2026") for row in rows)
    world.publish(courses.rewritten(courses.lesson("un-b")))
    assert "Le texte a changé depuis." in record(world).text


# --- The attestation -------------------------------------------------------------------------------------------------


def test_it_says_durations_objectives_modules_dates_and_the_edition_in_words(world: World) -> None:
    person = world.person()
    world.clock.pass_by(days=60)
    finish(world, person, *MODULE)
    world.clock.pass_by(days=30)
    finish(world, person, "deux-a", "deux-a-quiz", "deux-final")
    world.publish(courses.rewritten(courses.lesson("un-a", quiz="un-a-quiz")))
    page = attestation(world, "acculturation")
    said = words_of(page)
    assert page.h1 == "Attestation : cours des cités éducatives"
    assert "Inès Carpentier a terminé le parcours « Le parcours » le 22 février 2027." in said
    assert facts(page) == {
        INDICATIVE_DURATION: "36 minutes, lectures et quiz",
        ISSUED_BY: "Croisée",
        "Contenu suivi": "édition de novembre 2026",
    }
    assert [page.text_of(head) for head in page.all("h3")] == ["Module mod-un", "Module mod-deux"]
    assert "Terminé le 23 janvier 2027 22 minutes environ Comprendre mod-un" in said
    assert "Terminé le 22 février 2027 14 minutes environ Comprendre mod-deux" in said
    (folded,) = [page.text_of(element) for element in page.all("details") if "Empreinte" in page.text_of(element)]
    stored = world.read(lambda session: session.scalars(select(Attestation.content_version).filter_by(subject_id="acculturation")).one())
    assert stored in folded
    assert said.count(stored) == 1


def test_of_a_module_it_names_the_lessons(world: World) -> None:
    finish(world, world.person(), *MODULE)
    page = attestation(world)
    assert facts(page)[INDICATIVE_DURATION] == "22 minutes, lectures et quiz"
    said = words_of(page)
    assert "Comprendre mod-un Leçon un-a ; Leçon un-b." in said
    assert said.count("24 novembre 2026") == 1, "one date, once"


def test_the_day_of_its_issue_is_said_where_it_is_another(world: World) -> None:
    """As where it was issued only once the site had looked again at what somebody had done."""
    finish(world, world.person(), *MODULE)

    def issue_later(session: Session) -> None:
        for one in session.scalars(select(Attestation)):
            one.issued_at += timedelta(days=2)

    world.write(issue_later)
    assert facts(attestation(world))["Émise le"] == "26 novembre 2026"


def test_the_organisation_is_a_setting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(world, world.person(), *MODULE)
    named = replace(world.app.config["CROISEE"], organisation="Le centre de ressources")
    monkeypatch.setitem(world.app.config, "CROISEE", named)
    assert facts(attestation(world))[ISSUED_BY] == "Le centre de ressources"


def test_what_was_waived_or_done_later_is_not_counted_in_its_duration(world: World) -> None:
    person, trainer = world.person(), world.person("Un Formateur")
    world.decide(person, "un-b", EventType.WAIVED, trainer, "Acquis.")
    finish(world, person, "un-a", "un-a-quiz")
    assert facts(attestation(world))[INDICATIVE_DURATION] == "12 minutes, lectures et quiz"
    world.publish(courses.lesson("un-c"), courses.module("mod-un", ["un-a", "un-b", "un-c"]))
    world.clock.pass_by(days=1)
    finish(world, person, "un-c")
    assert facts(attestation(world))[INDICATIVE_DURATION] == "12 minutes, lectures et quiz"


def test_it_stays_true_when_the_module_or_the_path_is_there_no_more(world: World) -> None:
    finish(world, world.person(), *courses.SMALL)
    world.publish(courses.path(["mod-deux"], id="autre"))
    assert "le 24 novembre 2026." in words_of(attestation(world, "acculturation"))
    world.withdraw("mod-un")
    page = attestation(world)
    assert set(facts(page)) == {ISSUED_BY}
    assert page.all("h2") == []
