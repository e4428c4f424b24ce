"""A recording in a real browser: its time codes seek, in a lesson and on its page; an address into its transcription unfolds it."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Request, expect
from playwright.sync_api import Page as Tab
from sqlalchemy.orm import Session

from app.content.store import media
from app.settings import current_settings
from tests.authoring.incoming.library import made
from tests.browsers import arrive, in_each_size
from tests.content.publishing import publish
from tests.learning import courses
from tests.learning.world import World
from tests.reference.library.test_library_pages import TEXT

pytestmark = [pytest.mark.proof, pytest.mark.browser]

HEARD = TEXT.replace("[1:02:03]", "[00:20]")
LESSON = courses.lesson("la-lecon", body="Un mot.\n\n![](seance-2022)")


@pytest.fixture
def site(world: World) -> World:
    def work(session: Session) -> None:
        files = {"seance.mp3": made.mp3(1500), "synthese.pdf": made.pdf()}
        kept = {name: media.store(current_settings().media_path, name, data) for name, data in files.items()}
        for path, text in (("modules/bibliotheque.md", HEARD), courses.module("le-module", ["la-lecon"]), LESSON):
            publish(session, path, text, author_id=None, now=world.clock.now(), media=kept if path.endswith("bibliotheque.md") else None)

    world.write(work)
    world.person()
    return world


def _press_code(tab: Tab, words: str) -> None:
    tab.get_by_role("link", name=f"Écouter à {words}").click()
    tab.wait_for_function("() => document.querySelector('audio').currentTime >= 20")


def test_a_time_code_seeks_and_an_address_unfolds(site: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/connexion?next=/bibliotheque/seance-2022%23la-suite")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    tab.on("request", note)
    tab.goto(f"{live}/bibliotheque/seance-2022#la-suite")
    expect(tab.locator("details", has=tab.locator("#la-suite"))).to_have_attribute("open", "")
    assert not [address for address in asked if address.endswith("/fichier")], "nothing is fetched before somebody listens"
    _press_code(tab, "00:20")
    assert tab.url.endswith("#la-suite")
    for _ in in_each_size(tab):
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.goto(f"{live}/lecons/la-lecon")
    tab.get_by_text("Transcription", exact=True).click()
    _press_code(tab, "00:20")
    assert tab.url.endswith("/lecons/la-lecon")
