"""The pages by which one module leaves, and an archive says where it comes from."""

from __future__ import annotations

import pytest

from app.identity.rules import Role
from tests.authoring.incoming.zips import unzipped, zipped
from tests.authoring.sending import send
from tests.record.world import World, words_of
from tests.strict import StrictClient


@pytest.fixture
def trainer(world: World) -> StrictClient:
    return world.signed_in(world.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER))


def test_a_module_goes_out_and_what_comes_in_says_where_it_comes_from(world: World, trainer: StrictClient) -> None:
    trainer.see("/atelier/archive")
    answer = trainer.get("/atelier/archive/module.zip?module=mod-un&licence=CC+BY-SA+4.0")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="croisee-mod-un.zip"'
    assert trainer.get("/atelier/archive/module.zip?module=inconnu").status_code == 404
    trainer.see("/atelier/archive")
    page = words_of(send(trainer, "Vérifier", "module.zip", answer.data))
    assert "D’où elle dit venir" in page
    assert "LicenceCC BY-SA 4.0" in page
    trainer.see("/atelier/archive")
    without = zipped({path: data.decode() for path, data in unzipped(answer.data).items() if path != "croisee.json"})
    assert "D’où elle dit venir" not in words_of(send(trainer, "Vérifier", "module.zip", without))


def test_many_remarks_on_a_file_are_folded(world: World, trainer: StrictClient) -> None:
    """The texts of another site meet another glossary and another list of sources: hundreds of lines would hide the verdicts."""
    files = {path: data.decode() for path, data in unzipped(trainer.get("/atelier/archive/module.zip?module=mod-un&licence=x").data).items()}
    path = "modules/mod-un/un-a.md"
    trainer.see("/atelier/archive")
    notes = "".join(f"[^jamais{number}]: Un titre, 2020.\n" for number in range(4))
    page = send(trainer, "Vérifier", "module.zip", zipped(files | {path: f"{files[path]}\n{notes}"}))
    assert f"5 remarques sur {path}" in words_of(page).replace("\u00a0", " ")
