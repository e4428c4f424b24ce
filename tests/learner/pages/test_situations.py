"""A situation in a real browser, with and without a script: one chooses, reads what follows, goes back and tries the other; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsers import arrive
from tests.content.rendering.lessons import NOTES
from tests.content.stories import SCENES, STORY
from tests.learner.pages.lesson_browser import END, listener
from tests.platform.web.axe import complaints
from tests.record import courses
from tests.record.world import World
from tests.words import LESSON_READ, LISTEN_TO_LESSON, TRY_ANOTHER_CHOICE

pytestmark = pytest.mark.browser


@pytest.fixture
def situation(world: World, live: str) -> str:
    """The address of a situation."""
    world.person()
    path, text = courses.lesson("un-a", body=STORY)
    world.publish((path, text + NOTES))
    return f"{live}/lecons/un-a"


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def tab(request: Any, browser: Browser, situation: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param, locale="fr-FR", viewport={"width": 390, "height": 800})
    yield arrive(context, situation)
    context.close()


def choice(tab: Page, words: str) -> Any:
    return tab.locator("summary", has_text=words)


def seen(tab: Page) -> list[str]:
    return [anchor for anchor in SCENES if tab.locator(f"#{anchor}").is_visible()]


def test_a_story_is_followed_by_the_keyboard_then_tried_another_way(tab: Page) -> None:
    assert seen(tab) == []
    choice(tab, "Réunir les trois").press("Enter")
    assert seen(tab) == ["reunir"]
    choice(tab, "Partir").press("Space")
    expect(tab.get_by_text("Personne ne rappelle.")).to_be_visible()
    assert seen(tab) == ["reunir", "partir"]
    tab.locator(".scene-after:visible").get_by_role("link", name=TRY_ANOTHER_CHOICE).click()
    expect(tab.locator("#a-choisir-1-titre")).to_be_in_viewport()
    choice(tab, "Attendre").click()
    assert seen(tab) == ["reunir", "attendre", "partir"]
    tab.locator(".scene-after:visible").first.get_by_role("link", name="Revenir au premier choix").click()
    expect(tab.locator("#a-choisir-titre")).to_be_in_viewport()
    choice(tab, "Réunir les trois").click()
    choice(tab, "Écrire").click()
    assert seen(tab) == ["ecrire"]
    tab.get_by_role("button", name=LESSON_READ).click()
    expect(tab.locator(".doing")).to_contain_text("Leçon terminée")
    assert seen(tab) == [], "nothing is kept of what was chosen"


def test_a_link_to_a_scene_opens_the_way_to_it(tab: Page, situation: str) -> None:
    tab.goto(f"{situation}#garder")
    expect(tab.locator("#garder")).to_be_in_viewport()
    assert seen(tab) == ["ecrire", "garder"]


def test_paper_shows_all_of_it_with_numbers(tab: Page) -> None:
    expect(tab.get_by_text("voir 2.1.")).to_be_hidden()
    tab.emulate_media(media="print")
    assert seen(tab) == list(SCENES)
    expect(tab.get_by_text("voir 2.1.")).to_be_visible()
    expect(tab.get_by_text(TRY_ANOTHER_CHOICE).first).to_be_hidden()
    expect(tab.get_by_text("Rien n’est noté")).to_be_hidden()


def test_no_way_of_it_is_too_wide_nor_faulty(situation: str, context: BrowserContext) -> None:
    tab = arrive(context, situation)
    for opened in (False, True):
        tab.evaluate("open => document.querySelectorAll('details.scene').forEach(each => each.open = open)", opened)
        for width, scheme in ((1280, "light"), (320, "dark")):
            tab.set_viewport_size({"width": width, "height": 800})
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert complaints(tab) == []
            assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_only_the_way_that_was_chosen_is_read_aloud(situation: str, context: BrowserContext) -> None:
    tab = listener(context, situation, "fr-FR")
    choice(tab, "Écrire").click()
    tab.evaluate("scrollTo(0, 0)")
    tab.get_by_role("button", name=LISTEN_TO_LESSON).click()
    tab.evaluate(f"() => {{ while (speechSynthesis.now) {END} }}")
    said = " ".join(tab.evaluate("said"))
    assert "1 Réunir les trois" in said
    assert "Elle tient en dix lignes." in said
    assert "Trois chaises" not in said
    assert TRY_ANOTHER_CHOICE not in said
    assert "voir 1" not in said


def test_the_place_that_is_kept_is_one_that_was_read(situation: str, context: BrowserContext) -> None:
    tab = arrive(context, situation)
    tab.set_viewport_size({"width": 1280, "height": 400})
    tab.locator("#a-retenir").evaluate("title => title.scrollIntoView()")
    expect(tab.locator(".contents-wide a[aria-current=location]")).to_have_text("À retenir")
    tab.evaluate("scrollTo(0, 0)")
    expect(tab.locator(".contents-wide a[aria-current=location]")).to_have_count(0)
