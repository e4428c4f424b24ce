"""A second trainer asked to read: the letter, the list, the answer about the very text that was read; publishing never waits for it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from app.authoring.models import ReadingRequest
from app.identity.rules import Role
from app.platform.french import with_french_spaces
from app.platform.mail.outbox import OutgoingMail
from tests.authoring.trainers import draft
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import PUBLISH_NOW, READ_AND_AGREED

REVIEW = "/atelier/documents/un-a/relecture"


@pytest.fixture
def theo(world: World) -> int:
    world.app.config["CROISEE"] = replace(world.app.config["CROISEE"], smtp_host="127.0.0.1", site_url="https://croisee.example")
    return world.person("Théo Formateur", role=Role.TRAINER, enrolled=False)


@pytest.fixture
def anne(world: World) -> int:
    return world.person("Anne Autre", role=Role.TRAINER, enrolled=False)


@pytest.fixture
def asker(world: World, theo: int, anne: int) -> StrictClient:
    """Théo, who has asked Anne."""
    draft(world, theo, "un-a", lambda text: text.replace("Des faits.", "Des faits à relire."))
    client = world.signed_in(theo)
    client.see(REVIEW)
    client.submit("Demander", reader=str(anne), message="Le chiffre est-il juste ?\nMerci.")
    return client


def letters(world: World) -> list[OutgoingMail]:
    return world.read(lambda session: list(session.scalars(select(OutgoingMail))))


def test_the_one_who_is_asked_is_told_and_answers(world: World, asker: StrictClient, anne: int) -> None:
    assert "Anne Autre : demandé le 24 novembre 2026, pas encore de réponse" in words_of(asker.page)
    (letter,) = letters(world)
    assert letter.recipient == "anne.autre@croisee.example"
    assert with_french_spaces("Le chiffre est-il juste ?") in letter.text
    reader = world.signed_in(anne)
    page = reader.see("/atelier/lectures")
    reader.see(page.link("Leçon un-a"))
    assert f"/atelier/lectures/{1}" in letter.text
    assert "[ajouté : à relire]" in " ".join(reader.page.text_of(each) for each in reader.page.all("ins"))
    reader.submit("Répondre", agreed="oui")
    assert "Vous avez répondu" in reader.page.text
    assert "Anne Autre : lu, d’accord" in words_of(asker.see(REVIEW))


def test_remarks_are_shown_and_an_answer_may_change(world: World, asker: StrictClient, anne: int) -> None:
    reader = world.signed_in(anne)
    reader.see("/atelier/lectures/1")
    reader.submit("Répondre", status=422)
    assert "Écrivez vos remarques" in reader.page.text
    reader.submit("Répondre", agreed="non", remarks="La date est fausse.")
    page = asker.see(REVIEW)
    assert "des remarques" in words_of(page)
    assert "La date est fausse." in page.text
    reader.see("/atelier/lectures/1")
    reader.submit("Répondre", agreed="oui", remarks="")
    assert READ_AND_AGREED in words_of(asker.see(REVIEW))


def test_an_answer_is_about_the_text_that_was_read(world: World, asker: StrictClient, theo: int, anne: int) -> None:
    reader = world.signed_in(anne)
    reader.see("/atelier/lectures/1")
    draft(world, theo, "un-a", lambda text: text + "\nEncore une phrase.\n")
    reader.submit("Répondre", status=409, agreed="oui", remarks="Rien à dire.")
    assert "Encore une phrase." in reader.page.text
    assert "Rien à dire." in reader.page.text
    reader.submit("Répondre", agreed="oui")
    draft(world, theo, "un-a", lambda text: text + "\nEt une autre.\n")
    assert "sur un texte qui a changé depuis" in words_of(asker.see(REVIEW))


def test_publishing_does_not_wait_but_says_so(world: World, asker: StrictClient, anne: int) -> None:
    assert "pas encore de réponse : vous pouvez publier sans l’attendre" in words_of(asker.see(REVIEW))
    asker.submit(PUBLISH_NOW)
    assert world.count(ReadingRequest) == 0
    reader = world.signed_in(anne)
    assert "Rien pour le moment." in reader.see("/atelier/lectures").text
    reader.see("/atelier/lectures/1", status=404)


def test_asking_twice_is_asking_once(world: World, asker: StrictClient, anne: int) -> None:
    form = asker.page.form("Demander")
    fields = {**form["fields"], "reader": str(anne), "message": "Le chiffre est-il juste ?\nMerci."}
    for _ in range(2):
        assert asker.post(form["action"], data=fields).status_code == 303
    assert world.count(ReadingRequest) == 1
    assert len(letters(world)) == 1


def test_only_a_trainer_can_be_asked_and_only_the_asked_one_answers(world: World, asker: StrictClient, theo: int) -> None:
    learner = world.person()
    form = asker.page.form("Demander")
    for wrong in (str(learner), str(theo), "", "99"):
        assert asker.post(form["action"], data={**form["fields"], "reader": wrong}).status_code == 422
    assert asker.post(form["action"], data={**form["fields"], "message": "x" * 4001}).status_code == 422
    asker.see("/atelier/lectures/1", status=404)
    assert world.count(ReadingRequest) == 1
