"""The page from which a module is taken away, and its files."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.exchange.packages import contents
from app.identity.rules import Role
from tests.record import courses
from tests.record.conftest import clock, empty, world
from tests.record.world import World, words_of
from tests.strict import StrictClient

__all__ = ["clock", "empty", "world"]
TYPED = "## Le sigle ? {#sigle}\n\nRéponse :\n\n- [x] Le contrat de ville"


@pytest.fixture
def trainer(world: World) -> StrictClient:
    return world.signed_in(world.person("Formatrice", role=Role.TRAINER))


def test_a_trainer_takes_a_module_away(world: World, trainer: StrictClient) -> None:
    plan = trainer.see("/atelier?sur=mod-un")
    assert "/atelier/emporter/mod-un" in [link.get("href") for link in plan.all("a")]
    page = trainer.see("/atelier/emporter/mod-un")
    said = words_of(page)
    assert "2 leçons, 2 questions" in said.replace("\u00a0", " ")
    assert "Les bonnes réponses voyagent dans le fichier." in said
    assert "réussi à partir de 70" in said.replace("\u00a0", " ")
    assert "Ce qui ne part pas" in said
    for form, manifest in (("scorm12", "imsmanifest.xml"), ("cmi5", "cmi5.xml")):
        response = trainer.get(f"/atelier/emporter/mod-un/{form}")
        assert response.headers["Content-Disposition"] == f'attachment; filename="mod-un-{form}.zip"'
        with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
            assert manifest in archive.namelist()


def test_what_would_be_cut_is_said_and_not_written(world: World, trainer: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", questions=TYPED))
    monkeypatch.setattr(contents, "SUSPENDED_MOST", 60)
    page = trainer.see("/atelier/emporter/mod-un", status=422)
    assert "Répartissez ses quiz sur deux modules." in words_of(page)
    assert "Télécharger" not in words_of(page)
    assert trainer.get("/atelier/emporter/mod-un/scorm12").status_code == 404


@pytest.mark.parametrize("path", ["/atelier/emporter/absent", "/atelier/emporter/mod-un/scorm2004", "/atelier/emporter/absent/cmi5"])
def test_what_is_not_there(trainer: StrictClient, path: str) -> None:
    assert trainer.get(path).status_code == 404
