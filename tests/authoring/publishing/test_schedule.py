"""Publication at a date: kept once, by a command that may be killed or repeated; refused, with a letter, where it can no longer be made."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from app.authoring.drafts.queries import published_revision
from app.authoring.drafts.services import check
from app.authoring.models import Draft, PlannedPublication
from app.authoring.publishing import overdue, services
from app.authoring.publishing.services import publish_next
from app.identity.audit import AdministrativeAct
from app.identity.models import Person
from app.identity.rules import Role
from app.platform.db import writing
from app.platform.mail.outbox import OutgoingMail
from tests.authoring.trainers import draft, published_text, texts_of
from tests.record import courses
from tests.record.world import Clock, World, words_of
from tests.strict import StrictClient
from tests.words import CANCEL_PLANNING, MERGE_VERSIONS, PUBLISH_NOW, PUBLISH_ON_DAY, TAKE_MERGED_TEXT

TOMORROW = "2026-11-25T08:00"


@pytest.fixture
def trainer(world: World) -> int:
    settings = world.app.config["CROISEE"]
    world.app.config["CROISEE"] = replace(settings, smtp_host="127.0.0.1", site_url="https://croisee.example")
    return world.person("Théo Formateur", role=Role.TRAINER, enrolled=False)


@pytest.fixture
def client(world: World, trainer: int) -> StrictClient:
    """Théo, who has promised a change of « un-a » for tomorrow at eight."""
    draft(world, trainer, "un-a", lambda text: text.replace("Des faits.", "Des faits de demain."))
    client = world.signed_in(trainer)
    client.see("/atelier/documents/un-a/relecture")
    client.submit(PUBLISH_ON_DAY, due=TOMORROW)
    return client


def run(world: World) -> str:
    """The command, as a timer starts it."""
    result = world.app.test_cli_runner().invoke(args=["atelier", "publish-due"])
    assert result.exit_code == 0, result.output
    return result.output.strip()


NOTHING = "Publications programmées : 0\u00a0faite, 0\u00a0refusée."
ONE = "Publications programmées : 1\u00a0faite, 0\u00a0refusée."
REFUSED = "Publications programmées : 0\u00a0faite, 1\u00a0refusée."


def test_a_promise_is_kept_once_at_its_time(world: World, client: StrictClient) -> None:
    assert "Publication programmée le 25 novembre 2026 à 8 h 00" in words_of(client.page)
    assert run(world) == NOTHING
    assert "de demain" not in published_text(world, "un-a")
    world.clock.pass_by(days=1)
    assert run(world) == ONE
    assert run(world) == NOTHING
    assert "Des faits de demain." in published_text(world, "un-a")
    assert texts_of(world, "un-a") == 2
    assert world.count(Draft) == world.count(PlannedPublication) == 0
    acts = world.read(lambda session: [(act.act, act.actor_id) for act in session.scalars(select(AdministrativeAct).order_by(AdministrativeAct.id))])
    assert [act for act, _actor in acts] == ["publication_scheduled", "text_published"]
    assert len({actor for _act, actor in acts}) == 1


def test_a_date_that_is_past_or_no_date_is_refused(world: World, client: StrictClient) -> None:
    for due in ("2026-11-23T08:00", "", "demain"):
        client.submit(PUBLISH_ON_DAY, status=422, due=due)
        assert "Donnez une date et une heure à venir" in client.page.text
    assert world.count(PlannedPublication) == 1


def test_a_date_is_changed_and_cancelled(world: World, client: StrictClient) -> None:
    client.submit(PUBLISH_ON_DAY, due="2026-11-30T18:30")
    assert "30 novembre 2026 à 18 h 30" in words_of(client.page)
    client.submit(CANCEL_PLANNING)
    world.clock.pass_by(days=10)
    assert run(world) == NOTHING
    assert world.count(Draft) == 1


def test_publishing_now_forgets_the_date(world: World, client: StrictClient) -> None:
    client.submit(PUBLISH_NOW)
    assert world.count(PlannedPublication) == 0


def test_what_was_read_is_published_and_the_draft_goes_on(world: World, client: StrictClient, trainer: int) -> None:
    draft(world, trainer, "un-a", lambda text: text + "\nEncore à moitié écr\n")
    page = client.see("/atelier/documents/un-a/relecture")
    assert "Votre brouillon a changé depuis" in page.text
    world.clock.pass_by(days=1)
    assert run(world) == ONE
    assert "à moitié" not in published_text(world, "un-a")
    page = client.see("/atelier/documents/un-a/relecture")
    assert "Quelqu’un a publié" not in page.text
    assert "[ajouté : Encore à moitié écr]" in [page.text_of(each) for each in page.all("ins")]


def test_a_text_that_moved_is_refused_with_a_letter_and_merged_by_hand(world: World, client: StrictClient) -> None:
    path, text = courses.lesson("un-a", quiz="un-a-quiz")
    world.publish((path, text.replace("L'essentiel", "Tout l'essentiel")))
    world.clock.pass_by(days=1)
    assert run(world) == REFUSED
    assert run(world) == NOTHING, "it is refused once"
    assert "de demain" not in published_text(world, "un-a")
    letter = world.read(lambda session: session.scalars(select(OutgoingMail)).one())
    assert "fusion" in letter.text
    assert "https://croisee.example/atelier/documents/un-a/relecture" in letter.text
    page = client.see("/atelier/documents/un-a/relecture")
    assert "n’a pas été faite" in page.text
    client.see(page.link(MERGE_VERSIONS))
    client.submit(TAKE_MERGED_TEXT)
    client.submit(PUBLISH_NOW)
    assert "Des faits de demain." in published_text(world, "un-a")
    assert world.count(PlannedPublication) == 0


def test_a_course_that_changed_around_it_is_looked_at_again(world: World, trainer: int) -> None:
    """The text links to a lesson that is withdrawn before its time."""
    draft(world, trainer, "un-a", lambda text: text + "\nVoir [là](un-b).\n")
    client = world.signed_in(trainer)
    client.see("/atelier/documents/un-a/relecture")
    client.submit(PUBLISH_ON_DAY, due=TOMORROW)
    world.withdraw("un-b")
    world.clock.pass_by(days=1)
    assert run(world) == REFUSED
    assert "un-b" not in published_text(world, "un-a")
    assert "des erreurs" in world.read(lambda session: session.scalars(select(OutgoingMail.text)).one())


def test_somebody_who_left_publishes_nothing(world: World, client: StrictClient, trainer: int) -> None:
    def leave() -> None:
        with world.app.app_context(), writing() as session:
            session.get_one(Person, trainer).active = False

    leave()
    world.clock.pass_by(days=1)
    assert run(world) == REFUSED
    assert world.count(OutgoingMail) == 0


def test_one_date_a_document(world: World, client: StrictClient) -> None:
    other = world.person("Anne Autre", role=Role.TRAINER, enrolled=False)
    draft(world, other, "un-a", lambda text: text + "\nAnne.\n")
    anne = world.signed_in(other)
    anne.see("/atelier/documents/un-a/relecture")
    assert "par Théo Formateur" in words_of(anne.page)
    anne.submit(PUBLISH_ON_DAY, status=422, due=TOMORROW)
    assert "déjà programmée" in anne.page.text


def test_texts_promised_together_come_together(world: World, trainer: int) -> None:
    draft(world, trainer, "un-b", lambda text: text.replace("Des faits.", "Voir [la suite](deux-a#apres)."))
    draft(world, trainer, "deux-a", lambda text: text.replace("## Première partie {#debut}", "## Suite {#apres}"))
    client = world.signed_in(trainer)
    client.see("/atelier/documents/un-b/relecture?avec=deux-a")
    client.submit(PUBLISH_ON_DAY, due=TOMORROW)
    assert world.count(PlannedPublication) == 2
    world.clock.pass_by(days=1)
    assert run(world) == ONE
    assert "{#apres}" in published_text(world, "deux-a")
    assert "deux-a#apres" in published_text(world, "un-b")


def test_one_that_waits_says_why_wherever_its_author_looks(world: World, trainer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two promised together the other one is in the way; then nothing is; then nobody tried."""
    draft(world, trainer, "un-b", lambda text: text.replace("Des faits.", "Voir [la suite](deux-a#apres)."))
    draft(world, trainer, "deux-a", lambda text: text.replace("## Première partie {#debut}", "## Suite {#apres}\n\n[Là](un-a)."))
    client = world.signed_in(trainer)
    client.see("/atelier/documents/un-b/relecture?avec=deux-a")
    client.submit(PUBLISH_ON_DAY, due=TOMORROW)
    page = client.see("/atelier")
    assert "Publication prévue" in words_of(page)
    assert "n’a pas été faite" not in words_of(page)
    kept = world.read(lambda session: published_revision(session, "un-a")).text  # type: ignore[union-attr]
    world.withdraw("un-a")
    world.clock.pass_by(days=1)
    late = "le travail qui publie n’a pas tourné"
    places = ("/atelier", "/atelier/documents/un-b/relecture")
    assert all(late in words_of(client.see(place)) for place in places)
    assert run(world) == REFUSED
    why = "il y a des erreurs dans « Leçon deux-a »"
    assert all(why in words_of(client.see(place)) for place in places)
    assert "Le texte a des erreurs" in words_of(client.see("/atelier/documents/deux-a/relecture"))
    letter = world.read(lambda session: session.scalars(select(OutgoingMail.text)).one()).replace("\u202f", " ")
    assert "« Leçon un-b » et « Leçon deux-a »" in letter
    assert why in letter
    assert words_of(client.see("/atelier")).count("n’a pas été faite") == 2
    judged = Mock(side_effect=check)
    monkeypatch.setattr(overdue, "check", judged)
    assert "Publication en retard" in words_of(client.see("/atelier?voir=programmes"))
    assert [len(call.args[0]) for call in judged.call_args_list] == [2], "both, at once"
    world.publish(("modules/un/un-a.md", kept))
    assert all("Plus rien ne l’empêche" in words_of(client.see(place)) for place in places)


class Killed(Exception):
    """What stands for a kill: the transaction never ends."""


@pytest.mark.parametrize("place", ["forget", "discard_draft", "release"])
def test_killed_in_the_middle_it_has_done_nothing(world: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    def die(*_args: object, **_named: object) -> None:
        raise Killed

    world.clock.pass_by(days=1)
    with monkeypatch.context() as patched:
        patched.setattr(services, place, die)
        result = world.app.test_cli_runner().invoke(args=["atelier", "publish-due"])
        assert isinstance(result.exception, Killed)
    assert texts_of(world, "un-a") == 1
    assert run(world) == ONE
    assert texts_of(world, "un-a") == 2


def test_several_timers_at_once_on_each_database(either: World) -> None:
    trainer = either.person("Théo Formateur", role=Role.TRAINER, enrolled=False)
    for document in ("un-a", "un-b", "deux-a"):
        draft(either, trainer, document, lambda text: text.replace("Des faits.", "Des faits de demain."))
        client = either.signed_in(trainer)
        client.see(f"/atelier/documents/{document}/relecture")
        client.submit(PUBLISH_ON_DAY, due=TOMORROW)
    either.clock.pass_by(days=1)

    def work(_number: int) -> int:
        return sum(iter(lambda: publish_one(either.app, either.clock), 0))

    assert sum(either.together(4, work)) == 3
    assert [texts_of(either, document) for document in ("un-a", "un-b", "deux-a")] == [2, 2, 2]


def publish_one(app: Flask, clock: Clock) -> int:
    with app.app_context(), writing() as session:
        return publish_next(session, app.config["CROISEE"], clock.now()) == "publié"
