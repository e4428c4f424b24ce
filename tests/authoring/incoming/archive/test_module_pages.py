"""The pages by which one module leaves, signed, and an archive says where it comes from."""

from __future__ import annotations

import pytest

from app.identity.rules import Role
from app.record.attestations import keys
from tests.authoring.incoming.zips import unzipped, zipped
from tests.authoring.sending import send
from tests.record.world import World, words_of
from tests.strict import StrictClient


@pytest.fixture
def trainer(world: World) -> StrictClient:
    return world.signed_in(world.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER))


def test_a_module_goes_out_signed_and_what_comes_in_says_who_signed_it(world: World, trainer: StrictClient) -> None:
    world.write(lambda session: keys.prepare_key(session, world.app.config["CROISEE"].instance_path, world.clock.now(), bits=2048))
    assert "Empreinte de cette clé" in words_of(trainer.see("/atelier/archive"))
    answer = trainer.get("/atelier/archive/module.zip?module=mod-un&licence=CC+BY-SA+4.0")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="croisee-mod-un.zip"'
    assert trainer.get("/atelier/archive/module.zip?module=inconnu").status_code == 404
    files = {path: data.decode() for path, data in unzipped(answer.data).items()}
    trainer.see("/atelier/archive")
    page = words_of(send(trainer, "Vérifier", "module.zip", answer.data))
    assert "Signée par ce site, et rien n’y a changé depuis." in page
    assert "LicenceCC BY-SA 4.0" in page
    for changed, said in (
        (files | {"modules/mod-un/un-a.md": files["modules/mod-un/un-a.md"].replace("Des faits.", "D’autres faits.")}, "des fichiers ont été changés"),
        (files | {"croisee.jws": "x"}, "Sa signature n’est pas valable"),
        ({path: text for path, text in files.items() if path != "croisee.jws"}, "Cette archive n’est pas signée"),
    ):
        trainer.see("/atelier/archive")
        assert said in words_of(send(trainer, "Vérifier", "module.zip", zipped(changed)))


def test_many_remarks_on_a_file_are_folded(world: World, trainer: StrictClient) -> None:
    """The texts of another site meet another glossary and another list of sources: hundreds of lines would hide the verdicts."""
    files = {path: data.decode() for path, data in unzipped(trainer.get("/atelier/archive/module.zip?module=mod-un&licence=x").data).items()}
    path = "modules/mod-un/un-a.md"
    trainer.see("/atelier/archive")
    notes = "".join(f"[^jamais{number}]: Un titre, 2020.\n" for number in range(4))
    page = send(trainer, "Vérifier", "module.zip", zipped(files | {path: f"{files[path]}\n{notes}"}))
    assert f"5 remarques sur {path}" in words_of(page).replace("\u00a0", " ")


def test_a_key_that_cannot_be_read_shuts_nothing_else(world: World, trainer: StrictClient) -> None:
    key = world.app.config["CROISEE"].instance_path / keys.FILE
    key.write_text("x")
    page = words_of(trainer.see("/atelier/archive"))
    assert "Aucun module ne peut partir." in page
    assert "Vérifier l’archive" in page
    assert trainer.get("/atelier/archive/module.zip?module=mod-un").status_code == 503
    key.unlink()
