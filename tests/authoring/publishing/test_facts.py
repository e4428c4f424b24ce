"""A fact that changes is seen before it is published, with how many learned it, and says why; what was true until a day is confirmed by one click."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from app.authoring.fact_watch import still_true
from app.authoring.models import PlannedPublication
from app.authoring.publishing.services import publish_next
from app.content.store.facts import FactChange
from app.identity.rules import Role
from app.record import facts
from tests.authoring.trainers import draft, published_text, texts_of
from tests.record.thresholds import begin, threshold
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import PUBLISH_NOW, PUBLISH_ON_DAY

REVIEW = "/atelier/documents/un-b/relecture"
LIST = (
    "- 2026-10-31 · Le seuil est de 40 euros{fait:seuil} · Le service des marchés · 2025-10, Claire\n"
    "- 2026-11-01 · Un autre fait, qui tient\n  sur deux lignes · Ailleurs\n"
    "- 2027-12-31 · Un fait à venir · Ailleurs\n"
)


def trainer_of(world: World) -> tuple[int, StrictClient]:
    number = world.person("Théo Formateur", enrolled=False, role=Role.TRAINER)
    return number, world.signed_in(number)


def rows(world: World) -> list[tuple[str, str, str]]:
    query = "SELECT before, after, why FROM fact_change WHERE before <> '' ORDER BY id"
    return [(one.replace("\u00a0", " "), two.replace("\u00a0", " "), why) for one, two, why in world.read(lambda session: session.execute(text(query)).all())]


def test_what_is_true_no_more_is_shown_with_how_many_learned_it_and_asks_why(world: World) -> None:
    begin(world, 3, question=False)
    theo, trainer = trainer_of(world)
    draft(world, theo, "un-b", lambda written: written.replace("40 euros", "60 euros"))
    words = words_of(trainer.see(REVIEW))
    assert "3 personnes l’avaient appris, et seront prévenues" in words
    assert "Personne n’est prévenu" not in words
    assert "Lectrice" not in words
    page = trainer.submit(PUBLISH_NOW, 422, follow=False)
    assert "Dites en une phrase ce qui a changé" in words_of(page)
    assert rows(world) == []
    trainer.submit(PUBLISH_NOW, why="Le décret du 2 décembre.")
    assert rows(world) == [("40 euros", "60 euros", "Le décret du 2 décembre.")]


def test_a_comma_asks_nothing(world: World) -> None:
    begin(world, 3, question=False)
    theo, trainer = trainer_of(world)
    draft(world, theo, "un-b", lambda written: written.replace("de **40 euros**", "donc, en tout, de **40 €**"))
    words = words_of(trainer.see(REVIEW))
    assert "Ce qui n’est plus vrai" not in words
    assert "en une phrase" not in words
    trainer.submit(PUBLISH_NOW)
    assert rows(world) == []


def test_where_nobody_learned_it_the_sentence_may_be_left_out(world: World) -> None:
    begin(world, 0, question=False)
    theo, trainer = trainer_of(world)
    draft(world, theo, "un-b", lambda written: written.replace("40 euros", "60 euros"))
    assert "personne ne l’avait appris" in words_of(trainer.see(REVIEW))
    trainer.submit(PUBLISH_NOW)
    assert rows(world) == [("40 euros", "60 euros", "")]


def test_too_long_a_sentence_is_refused_and_given_back(world: World) -> None:
    begin(world, 1, question=False)
    theo, trainer = trainer_of(world)
    draft(world, theo, "un-b", lambda written: written.replace("40 euros", "60 euros"))
    trainer.see(REVIEW)
    page = trainer.submit(PUBLISH_NOW, 422, follow=False, why="mot " * 100)
    assert "300 caractères au plus" in words_of(page)
    assert "mot mot" in next(str(each.get("value")) for each in page.all("input") if each.get("name") == "why")


def test_a_publication_at_a_date_keeps_its_sentence(world: World) -> None:
    begin(world, 1, question=False)
    theo, trainer = trainer_of(world)
    draft(world, theo, "un-b", lambda written: written.replace("40 euros", "60 euros"))
    trainer.see(REVIEW)
    trainer.submit(PUBLISH_ON_DAY, why="Le décret.", due="2026-12-24T08:00", when="date")
    assert world.count(PlannedPublication, why="Le décret.") == 1
    world.clock.pass_by(days=40)
    world.write(lambda session: publish_next(session, world.app.config["CROISEE"], world.clock.now()))
    assert rows(world) == [("40 euros", "60 euros", "Le décret.")]


def test_a_key_that_moves_asks_why_too(world: World) -> None:
    person = world.person()
    world.take(person, "un-a-quiz")
    theo, trainer = trainer_of(world)
    draft(world, theo, "un-a-quiz", lambda written: written.replace("- [x] Juste 1\n- [ ] Fausse 1", "- [ ] Juste 1\n- [x] Fausse 1"))
    assert "1 personne l’avait appris, et sera prévenue" in words_of(trainer.see("/atelier/documents/un-a-quiz/relecture"))
    trainer.submit(PUBLISH_NOW, why="Une erreur de notre part.")
    assert rows(world) == [("Juste 1", "Fausse 1", "Une erreur de notre part.")]


# --- « Toujours vrai ? » ---


def test_one_click_confirms_a_fact_for_a_year_and_publishes_nothing_else(world: World) -> None:
    begin(world, 0, question=False)
    world.publish(("modules/a-verifier.md", LIST))
    _, trainer = trainer_of(world)
    page = trainer.see("/atelier/faits")
    assert "2 faits sont à vérifier" in words_of(page)
    assert "ligne=" in page.link("Non : corriger")
    before = texts_of(world, "facts")
    page = trainer.submit("Toujours vrai")
    assert "1 fait est à vérifier" in words_of(page)
    lines = published_text(world, "facts").split("\n")
    assert lines[0] == "- 2027-10-31 · Le seuil est de 40 euros{fait:seuil} · Le service des marchés · 2026-11, Théo Formateur"
    assert lines[1:] == LIST.split("\n")[1:]
    assert texts_of(world, "facts") == before + 1


def test_a_list_that_moved_meanwhile_is_read_again(world: World) -> None:
    world.publish(("modules/a-verifier.md", LIST))
    _, trainer = trainer_of(world)
    trainer.see("/atelier/faits")
    world.publish(("modules/a-verifier.md", LIST.replace("Un autre", "Encore un autre")))
    assert "La liste a changé" in words_of(trainer.submit("Toujours vrai"))
    assert published_text(world, "facts").startswith("- 2026-10-31")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (1, "- 2027-10-31 · Le seuil est de 40 euros{fait:seuil} · Le service des marchés · 2026-12, Awa"),
        (2, "- 2027-11-01 · Un autre fait, qui tient\n  sur deux lignes · Ailleurs · 2026-12, Awa"),
    ],
)
def test_a_line_is_confirmed_and_the_others_stay(line: int, wanted: str) -> None:
    found, until = still_true(LIST, line, date(2026, 12, 1), "Awa")
    assert wanted in found
    assert until.year == 2027
    assert found.count("\n") == LIST.count("\n")


def test_a_leap_day_comes_back_as_the_day_before() -> None:
    assert still_true("- 2024-02-29 · Un fait · Ailleurs", 1, date(2024, 3, 1), "Awa")[1] == date(2025, 2, 28)


def test_who_knows_is_told_to_trainers_without_names_and_never_of_fewer_than_five(world: World) -> None:
    readers = begin(world, 6, question=False)
    world.publish(threshold("60 euros"))
    world.do(facts.see, readers[0], ["seuil"])
    _, trainer = trainer_of(world)
    words = words_of(trainer.see("/atelier/faits"))
    assert "1 sur 6 sait" in words
    assert "Lectrice" not in words
    assert world.count(FactChange) >= 1
