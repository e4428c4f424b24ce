"""A file that cannot be kept: the disk is full or may not be written to, or its document is not there. Nothing is left of it."""

from __future__ import annotations

import errno
import io
import os

import pytest

from app.identity.rules import Role
from tests.authoring.incoming.busy import ARCHIVE, DOCUMENT, FETCH, IMAGES, WORD, archive_with_image
from tests.authoring.incoming.pictures import picture
from tests.authoring.sending import everything, send
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import DISK_FULL


@pytest.fixture
def trainer(world: World) -> StrictClient:
    return world.signed_in(world.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_disk_is_said_and_nothing_is_left(world: World, trainer: StrictClient, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(handle: int) -> None:
        raise OSError(number, "no room")

    data = archive_with_image(trainer)
    trainer.see(IMAGES)
    fields = trainer.page.form("Ajouter")["fields"]
    before = everything(world)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        page = send(trainer, "Ajouter", "plan.png", picture(), status=503, alternative="Le plan")
        assert DISK_FULL in words_of(page)
        answer = trainer.post(IMAGES, data={**fields, "alternative": "x", "file": (io.BytesIO(picture()), "plan.png")}, headers=FETCH)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "disque" in answer.get_json()["error"]
        trainer.see(WORD)
        trainer.submit("Regarder", status=503, files=(io.BytesIO(DOCUMENT.data()), "cours.docx"))
        trainer.see(ARCHIVE)
        send(trainer, "Vérifier", "cours.zip", data, status=503)
    assert everything(world) == before
    trainer.see(IMAGES)
    send(trainer, "Ajouter", "plan.png", picture(), alternative="Le plan")


def test_another_fault_of_a_file_is_an_error_of_ours(world: World, trainer: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(handle: int) -> None:
        raise OSError(errno.EIO, "broken")

    trainer.see(IMAGES)
    monkeypatch.setattr(os, "fsync", broken)
    assert "Erreur du serveur" in words_of(send(trainer, "Ajouter", "plan.png", picture(), status=500, alternative="Le plan"))


def test_an_image_for_a_document_that_is_not_there_is_not_kept(world: World, trainer: StrictClient) -> None:
    fields = trainer.see(IMAGES).form("Ajouter")["fields"]
    before = everything(world)
    sent = {**fields, "alternative": "x", "file": (io.BytesIO(picture()), "plan.png")}
    assert trainer.post("/atelier/documents/nulle-part/images", data=sent).status_code == 404
    assert everything(world) == before
