"""In a real browser: a trainer announces a meeting, a CPO registers, takes the .ics, attends by code, and their hybrid path is complete; axe silent."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext

from app.network.meetings.attendance import show_code
from tests.browsers import arrive, in_each_size
from tests.identity.builders import PASSWORD
from tests.network.meetings.meeting import trainer
from tests.network.meetings.steps import STEP, hybrid
from tests.platform.web.axe import complaints
from tests.record.conftest import clock, empty
from tests.record.world import World
from tests.words import ANNOUNCE_MEETING, NOTE_PRESENCE, PRESENCE_NOTED

__all__ = ["clock", "empty", "hybrid"]

pytestmark = [pytest.mark.proof, pytest.mark.browser]


def test_a_meeting_from_its_announcement_to_a_complete_path(hybrid: World, live: str, context: BrowserContext, app: Flask) -> None:
    trainer(hybrid)
    anna = hybrid.person("Anna Un")
    hybrid.finish(anna, "un-a")
    host = arrive(context, f"{live}/connexion?next=/rencontres/nouvelle", "farid.trainer@croisee.example", PASSWORD)
    begins = hybrid.clock.now()  # 9 h, in Paris
    for label, value in (("Titre", "La troïka"), ("Jour", f"{begins:%Y-%m-%d}"), ("De", "09:30"), ("À", "11:00"), ("Nombre de places", "1")):
        host.get_by_label(label, exact=label in ("De", "À")).first.fill(value)
    host.get_by_label("Lieu").fill("Lille")
    host.get_by_label("Étape d’un parcours").select_option(STEP)
    host.get_by_role("button", name="Enregistrer").click()
    host.get_by_role("button", name=ANNOUNCE_MEETING).click()
    host.get_by_role("link", name="Inscrits et présences").wait_for()
    context.clear_cookies()

    mine = arrive(context, f"{live}/connexion?next=/rencontres", "anna.un@croisee.example", PASSWORD)
    mine.get_by_role("link", name="La troïka").click()
    mine.get_by_role("button", name="M’inscrire").click()
    with mine.expect_download() as kept:
        mine.get_by_role("link", name="Ajouter à mon agenda").click()
    assert "BEGIN:VEVENT" in kept.value.path().read_text(encoding="utf-8")
    hybrid.write(lambda session: show_code(session, 1, "424242", hybrid.clock.now()))
    mine.reload()
    mine.get_by_label("Code affiché dans la salle").fill("424 242")
    mine.get_by_role("button", name=NOTE_PRESENCE).click()
    mine.get_by_text(PRESENCE_NOTED).wait_for()
    found = []
    for _size in in_each_size(mine, ((1280, "light"), (390, "dark"))):
        for path in ("/", "/rencontres", "/rencontres/1", f"/lecons/{STEP}", "/rencontres/agenda"):
            mine.goto(live + path)
            found += complaints(mine)
    assert found == []
    assert hybrid.progress(anna).finished
