"""The whole path in a browser: a lesson out, changed and commented on as Word does it, in again, compared, kept, its remarks read; each page wide, narrow, light and dark, by axe."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from app.identity.rules import Role
from tests.authoring.circulating.carried import changed, commented, tracked
from tests.authoring.publishing.publishing_browser import seen_well
from tests.browsers import arrive, press
from tests.record.world import World
from tests.words import TAKE_INTO_DRAFT

pytestmark = [pytest.mark.proof, pytest.mark.browser]


def test_a_lesson_goes_out_and_comes_back(world: World, context: BrowserContext, live: str, tmp_path: Path) -> None:
    world.person("Théo Formateur", role=Role.TRAINER, enrolled=False)
    page = arrive(context, f"{live}/atelier/documents/un-a/fichier-a-relire", "théo.formateur@croisee.example")
    seen_well(page)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Fichier Word").click()
    assert coming.value.suggested_filename == "un-a-a-relire.docx"
    data = Path(coming.value.path()).read_bytes()
    read = tmp_path / "relu.docx"
    read.write_bytes(changed(changed(data, lambda made: tracked(made, "Des faits", "Des preuves")), lambda made: commented(made, "un-a", "Un autre titre ?")))
    page.goto(f"{live}/atelier/importer")
    page.get_by_label("Fichiers").set_input_files(read)
    press(page, "Regarder")
    assert page.locator("ins", has_text="preuves").count() == 1
    seen_well(page)
    press(page, TAKE_INTO_DRAFT)
    assert page.locator(".remark", has_text="Un autre titre").count() == 1
    assert "Des preuves" in page.locator(".marked-page").inner_text()
