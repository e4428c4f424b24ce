"""Files and browser both changed: one page says it, sets them together, and neither is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.administration.acts import LABELS
from app.authoring.models import Draft
from app.content.store.queries import Revision
from app.content.store.sync import Keep
from app.identity.audit import AdministrativeAct
from app.identity.rules import Role
from tests.authoring.trainers import draft, published_text
from tests.content.course_folder import LESSON, CourseFolder
from tests.making import make_app, make_settings
from tests.record.world import Clock, World, words_of
from tests.strict import StrictClient
from tests.words import DRAFT_ALREADY, PUBLISH_NOW, TAKE_MERGED_TEXT

DOCUMENT = "exemple-un"


@pytest.fixture
def folder(tmp_path: Path) -> CourseFolder:
    return CourseFolder(tmp_path)


@pytest.fixture
def world(folder: CourseFolder, clock: Clock, tmp_path: Path) -> World:
    """A site whose course comes from files."""
    world = World(make_app(make_settings(tmp_path / "instance", course_path=folder.root)), clock)
    world.read(folder.sync)
    return world


@pytest.fixture
def client(world: World) -> StrictClient:
    return world.signed_in(world.person("Théo Formateur", role=Role.TRAINER, enrolled=False))


def lesson_id(folder: CourseFolder) -> str:
    return next(line.partition(":")[2].strip() for line in folder.read().splitlines() if line.startswith("id"))


def publish_here(world: World, client: StrictClient, document: str, line: str) -> None:
    """A line more at the end of the text, from the browser."""
    author = world.read(lambda session: session.scalar(select(Revision.author_id).where(Revision.author_id.is_not(None)).limit(1))) or 1
    draft(world, author, document, lambda text: f"{text}\n{line}\n")
    client.see(f"/atelier/documents/{document}/relecture")
    client.submit(PUBLISH_NOW)


def test_nothing_to_do(world: World, client: StrictClient) -> None:
    assert "aucun texte n’a changé des deux côtés" in words_of(client.see("/atelier/fichiers"))
    client.see("/atelier/documents/rien/fichier", status=404)


def test_what_comes_from_files_is_an_act_and_nothing_twice(world: World, folder: CourseFolder) -> None:
    folder.replace("titre : ", "titre : Nouveau ")
    for _ in range(2):
        world.read(folder.sync)
    acts = world.read(lambda session: list(session.scalars(select(AdministrativeAct).order_by(AdministrativeAct.id))))
    assert [(act.act, act.actor_id, act.details["publiés"]) for act in acts][1:] == [("course_synchronised", None, 1)]
    assert acts[0].act in LABELS


def test_both_changed_are_set_together(world: World, client: StrictClient, folder: CourseFolder) -> None:
    document = lesson_id(folder)
    publish_here(world, client, document, "Une phrase du navigateur.")
    first = folder.read().splitlines()[-1]
    folder.write(LESSON, folder.read().replace("titre : ", "titre : Nouveau "))
    assert [each.path for each in world.read(folder.sync).conflicts] == [LESSON]
    page = client.see("/atelier/fichiers")
    assert f'href="/atelier/documents/{document}/fichier"' in page.html
    client.see(f"/atelier/documents/{document}/fichier")
    client.submit(TAKE_MERGED_TEXT)
    assert "Une phrase du navigateur." in world.read(lambda session: session.scalars(select(Draft.text)).one())
    client.submit(PUBLISH_NOW)
    text = published_text(world, document)
    assert "titre : Nouveau " in text
    assert "Une phrase du navigateur." in text
    assert first in text
    assert not world.read(folder.sync).conflicts
    world.read(folder.export)
    assert folder.read() == text
    assert world.read(folder.sync).unchanged > 0


def test_the_same_line_is_asked_and_the_file_stays_in_the_history(world: World, client: StrictClient, folder: CourseFolder) -> None:
    document = lesson_id(folder)
    publish_here(world, client, document, "Une phrase du navigateur.")
    folder.write(LESSON, folder.read() + "\nUne phrase du fichier.\n")
    client.see(f"/atelier/documents/{document}/fichier")
    client.submit(TAKE_MERGED_TEXT, status=422)
    client.submit(TAKE_MERGED_TEXT, **{"choix-0": "le-mien"})
    assert client.page.h1.startswith("Relecture")
    texts = world.read(lambda session: list(session.scalars(select(Revision.text).where(Revision.document_id == document))))
    assert any("Une phrase du fichier." in text for text in texts)
    assert "Une phrase du fichier." not in published_text(world, document)
    client.see(f"/atelier/documents/{document}/fichier", status=404)


def test_texts_to_compare_are_shown_as_they_were_typed(world: World, client: StrictClient, folder: CourseFolder) -> None:
    """Whoever reads a difference looks for the sign that differs, and may copy it: no space there is set by the site."""
    document = lesson_id(folder)
    publish_here(world, client, document, "Du navigateur : « oui » ; rien d’autre.")
    merged = folder.read().replace("titre : ", "titre : Nouveau ")
    folder.write(LESSON, merged)
    page = client.see(f"/atelier/documents/{document}/fichier")
    assert "<ins>" in page.html
    assert "Du navigateur : « oui » ; rien d’autre." in page.html
    folder.write(LESSON, f"{merged}\nDu fichier : « non » ; tout.\n")
    page = client.see(f"/atelier/documents/{document}/fichier")
    passages = [words for block in page.all("pre") if "Du fichier" in (words := "".join(block.itertext()))]
    assert any("Du fichier : « non » ; tout." in words for words in passages)
    assert any("[ajouté\u202f: " in words for words in passages)


def test_a_file_that_moved_again_is_shown_again(world: World, client: StrictClient, folder: CourseFolder) -> None:
    document = lesson_id(folder)
    publish_here(world, client, document, "Une phrase du navigateur.")
    folder.write(LESSON, folder.read() + "\nUne phrase du fichier.\n")
    client.see(f"/atelier/documents/{document}/fichier")
    folder.write(LESSON, folder.read() + "\nEt une autre.\n")
    client.submit(TAKE_MERGED_TEXT, status=409, **{"choix-0": "les-deux"})
    assert "Et une autre." in client.page.text
    client.submit(TAKE_MERGED_TEXT, **{"choix-0": "les-deux"})
    draft_text = world.read(lambda session: session.scalars(select(Draft.text)).one())
    assert all(line in draft_text for line in ("Une phrase du navigateur.", "Une phrase du fichier.", "Et une autre."))


def test_a_draft_in_the_way_stays(world: World, client: StrictClient, folder: CourseFolder) -> None:
    document = lesson_id(folder)
    publish_here(world, client, document, "Une phrase du navigateur.")
    folder.write(LESSON, folder.read() + "\nUne phrase du fichier.\n")
    draft(world, 1, document, lambda text: text + "\nÀ garder.\n")
    client.see(f"/atelier/documents/{document}/fichier")
    client.submit(TAKE_MERGED_TEXT, **{"choix-0": "les-deux"})
    assert DRAFT_ALREADY in client.page.text
    assert "À garder." in world.read(lambda session: session.scalars(select(Draft.text)).one())
    assert world.read(folder.sync).conflicts


def test_a_file_that_was_taken_away_is_named(world: World, client: StrictClient, folder: CourseFolder) -> None:
    document = lesson_id(folder)
    publish_here(world, client, document, "Une phrase du navigateur.")
    (folder.root / LESSON).unlink()
    page = client.see("/atelier/fichiers")
    assert "Fichiers effacés" in page.text
    assert LESSON in page.text
    world.read(lambda session: folder.sync(session, keep=Keep.BROWSER))
    assert "Fichiers effacés" not in client.see("/atelier/fichiers").text


def test_no_files_at_all(world: World, client: StrictClient, folder: CourseFolder) -> None:
    folder.root.rename(folder.root.with_name("ailleurs"))
    assert "ne sont pas sur cette machine" in client.see("/atelier/fichiers").text
