"""What is dear is done in one process at a time on a host, outside any transaction that writes; who comes meanwhile is told so and loses nothing."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

from app.identity.rules import Role
from app.platform import sandbox
from tests.administration.imports.imports import workbook
from tests.authoring.incoming.busy import ARCHIVE, DOCUMENT, FETCH, IMAGES, PEOPLE, WORD, archive_with_image
from tests.authoring.incoming.pictures import picture
from tests.authoring.sending import drafts, everything, give, send, take
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import TRY_IN_A_MINUTE


@pytest.fixture
def trainer(world: World) -> StrictClient:
    return world.signed_in(world.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER))


@pytest.fixture
def administrator(world: World) -> StrictClient:
    return world.signed_in(world.person("Ada Lambert", enrolled=False, role=Role.ADMINISTRATOR))


@contextmanager
def somebody_at_work(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sandbox, "LONG_WAIT", 0)
    with sandbox._place(world.app.config["CROISEE"].instance_path / sandbox.LOCK, 0):
        yield


# --- Busy ---


def test_an_image_that_comes_meanwhile_is_told_to_come_back(world: World, trainer: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer.see(IMAGES)
    before = everything(world)
    with somebody_at_work(world, monkeypatch):
        page = send(trainer, "Ajouter", "plan.png", picture(), status=503, alternative="Le plan du quartier")
        assert TRY_IN_A_MINUTE in words_of(page)
        fields = page.form("Ajouter")["fields"]
        assert fields["alternative"] == "Le plan du quartier"
        answer = trainer.post(IMAGES, data={**fields, "file": (io.BytesIO(picture()), "plan.png")}, headers=FETCH)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert TRY_IN_A_MINUTE in answer.get_json()["error"]
        assert trainer.get("/atelier").status_code == 200
    assert everything(world) == before
    trainer.see(IMAGES)
    send(trainer, "Ajouter", "plan.png", picture(), alternative="Le plan")
    assert set(drafts(world)["un-a"].media) == {"plan.png"}


def test_a_text_that_is_pasted_meanwhile_stays_in_its_form(world: World, trainer: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer.see(WORD)
    before = everything(world)
    with somebody_at_work(world, monkeypatch):
        page = trainer.submit("Regarder", status=503, files=None, pasted="Tout autre", html="<h1>Un <b>autre</b></h1><p>Oui.</p>")
        fields = page.form("Regarder")["fields"]
        assert (fields["pasted"].strip(), fields["html"]) == ("Tout autre", "<h1>Un <b>autre</b></h1><p>Oui.</p>")
        assert trainer.post(WORD, data=fields).headers["Retry-After"] == "60"
        assert TRY_IN_A_MINUTE in words_of(page)
        assert "Réessayez" in words_of(give(trainer, "cours.docx", DOCUMENT.data(), status=503))
    assert everything(world) == before
    trainer.see(WORD)
    assert "Un autre" in words_of(trainer.submit("Regarder", pasted=fields["pasted"], html=fields["html"], files=None))


def test_an_archive_with_images_waits_for_its_turn(world: World, trainer: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    data = archive_with_image(trainer)
    trainer.see(ARCHIVE)
    before = everything(world)
    with somebody_at_work(world, monkeypatch):
        assert TRY_IN_A_MINUTE in words_of(send(trainer, "Vérifier", "cours.zip", data, status=503))
        assert everything(world) == before
        trainer.see(ARCHIVE)
        send(trainer, "Vérifier", "cours.zip", trainer.get("/atelier/archive/cours.zip").data)  # no image, and so no process
    trainer.see(ARCHIVE)
    send(trainer, "Vérifier", "cours.zip", data)
    with somebody_at_work(world, monkeypatch):
        assert "Réessayez" in words_of(trainer.submit("Importer et publier 1", status=503))
    trainer.see(ARCHIVE)
    send(trainer, "Vérifier", "cours.zip", data)
    trainer.submit("Importer et publier 1")
    assert "images/plan.png" not in trainer.see("/lecons/un-a").html
    assert "/media/" in trainer.page.html


def test_a_workbook_of_people_waits_for_its_turn(world: World, administrator: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    administrator.see(PEOPLE)
    with somebody_at_work(world, monkeypatch):
        page = send(administrator, "Vérifier", "gens.xlsx", workbook(("Nom",), ("Zoé",)), status=503)
        assert TRY_IN_A_MINUTE in words_of(page)
        administrator.see(PEOPLE)
        assert "Zoé" in words_of(send(administrator, "Vérifier", "gens.csv", "Nom\nZoé\n".encode()))


# --- Outside any transaction that writes ---


class Sending(Protocol):
    def __call__(self) -> object: ...


def test_nobody_who_writes_waits_for_a_process(world: World, trainer: StrictClient, administrator: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """While each process runs, somebody else takes SQLite's writer at once."""
    base = world.app.config["CROISEE"].database_url.removeprefix("sqlite:///")
    really, free = sandbox.output, []

    def looked_at(instance: Path, code: Path, *arguments: str, **others: Any) -> bytes:
        with closing(sqlite3.connect(base, timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        free.append(code.stem if code.stem != "process" else code.parent.name)
        return really(instance, code, *arguments, **others)

    data = archive_with_image(trainer)
    monkeypatch.setattr(sandbox, "output", looked_at)
    trainer.see(IMAGES)
    send(trainer, "Ajouter", "plan.png", picture(), alternative="Le plan")
    take(trainer, "cours.docx", DOCUMENT.data(), module="mod-un")
    trainer.see(ARCHIVE)
    send(trainer, "Vérifier", "cours.zip", data)
    trainer.submit("Importer et publier 1")
    administrator.see(PEOPLE)
    send(administrator, "Vérifier", "gens.xlsx", workbook(("Nom",), ("Zoé",)))
    assert administrator.get("/pilotage/rapport.pdf").status_code == 200
    assert free == ["image_process", "intake", *["image_process"] * 3, "imports", "printing_process"]
