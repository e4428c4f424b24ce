"""A lesson in a real browser: what notes and sigles open, with and without script, its margin, its reading aloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsers import arrive
from tests.learner.pages.lesson_browser import END, listener
from tests.platform.web.axe import complaints
from tests.record import courses
from tests.record.world import World
from tests.words import LISTEN_TO_LESSON, PAUSE_IT

pytestmark = pytest.mark.browser

BODY = """
Un fait établi.[^a] [^b] La suite parle de la DSDEN, puis d'autre chose.

## Un intitulé {#titre}

""" + "Un paragraphe assez long pour que la page défile, phrase après phrase.\n\n" * 30 + """
### Vu de l'État

Un autre fait.[^a]

[^a]: Un premier titre, IREV, mai 2019, <https://example.org/a> (vérifié : 2026-11)
[^b]: Un second titre, Insee, 2024, <https://example.org/b> (vérifié : 2026-11)
"""  # fmt: skip
GLOSSARY = ("modules/glossaire.md", "DSDEN\n: direction des services départementaux. Elle dirige les écoles.\n")


@pytest.fixture
def lesson(world: World, live: str) -> str:
    """The address of a lesson with notes and a sigle."""
    world.person()
    world.publish(GLOSSARY, courses.lesson("un-a", quiz="un-a-quiz", body=BODY))
    return f"{live}/lecons/un-a"


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def tab(request: Any, browser: Browser, lesson: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param, locale="fr-FR", viewport={"width": 1280, "height": 800})
    yield arrive(context, lesson)
    context.close()


def test_a_call_opens_its_source_by_the_keyboard_and_leads_to_the_list(tab: Page) -> None:
    tab.get_by_role("button", name="Source 2").press("Enter")
    bubble = tab.locator(".source-card:popover-open")
    expect(bubble).to_contain_text("Un second titre, Insee, 2024")
    expect(bubble).to_contain_text("example.org (vérifié en novembre 2026)")
    tab.keyboard.press("Tab")
    expect(bubble.get_by_role("link", name="Un second titre")).to_be_focused()
    tab.keyboard.press("Escape")
    expect(bubble).to_be_hidden()
    tab.get_by_role("button", name="Source 1").first.click()
    expect(tab.locator("#note-1")).to_be_hidden()
    tab.get_by_role("link", name="Source 1, dans la liste").click()
    expect(tab.locator("#note-1")).to_be_in_viewport()
    tab.get_by_role("link", name="Retour au texte, appel 2").click()
    expect(tab.locator("#appel-1-2")).to_be_in_viewport()


def test_the_text_does_not_move_once_its_script_has_come(context: BrowserContext, lesson: str) -> None:
    """The place of « Écouter la leçon » is kept until its script runs; without a script it takes none."""
    tab = arrive(context, lesson)
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.route("**/reading.js*", lambda route: route.abort())
    tab.goto(lesson)
    listen, waiting = tab.get_by_role("button", name=LISTEN_TO_LESSON), box(tab.locator(".lesson-text"))
    expect(listen).to_be_hidden()
    tab.unroute("**/reading.js*")
    tab.goto(lesson)
    expect(listen).to_be_visible()
    assert box(tab.locator(".lesson-text")) == waiting


def test_a_first_visit_asks_for_five_files_and_moves_nothing(context: BrowserContext, lesson: str) -> None:
    """The page, its style, its face, its script, its icon; besides the face, 45 kB."""
    signed_in = arrive(context, lesson)
    browser = context.browser
    assert browser
    first = browser.new_context(storage_state=context.storage_state(), viewport={"width": 1280, "height": 800})
    tab, asked = first.new_page(), list[str]()
    tab.on("request", lambda request: asked.append(request.url))
    tab.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(one => { window.moved += one.value; })).observe({ type: 'layout-shift', buffered: true })"
    )
    tab.goto(lesson, wait_until="networkidle")
    assert len(asked) <= 5, asked
    assert tab.evaluate("window.moved") < 0.01
    sizes = tab.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].filter(one => !one.name.includes('woff2')).map(one => one.transferSize)"
    )
    assert 0 < sum(sizes) < 45_000
    first.close()
    signed_in.close()


def test_a_bubble_opens_in_the_margin_or_under_its_line(tab: Page) -> None:
    sigle = tab.get_by_role("button", name="DSDEN")
    tab.get_by_role("button", name="Source 2").click()
    assert box(tab.locator(".source-card:popover-open"))["width"] <= 1280 - box(tab.locator(".prose"))["x"] - box(tab.locator(".prose"))["width"] - 80
    tab.keyboard.press("Escape")
    bubble = tab.locator(".popover:popover-open")
    for width in (1280, 1024, 390):
        tab.set_viewport_size({"width": width, "height": 800})
        sigle.click()
        expect(bubble).to_contain_text("direction des services départementaux")
        expect(bubble).to_contain_text("Elle dirige les écoles.")
        line, text, opened = (box(found) for found in (sigle, tab.locator(".prose"), bubble))
        assert opened["x"] >= 0
        assert opened["x"] + opened["width"] <= width
        assert opened["y"] >= line["y"]
        beside, under = opened["x"] >= text["x"] + text["width"], opened["y"] >= line["y"] + line["height"]
        assert beside if width == 1280 else under
        tab.keyboard.press("Escape")


def box(what: Any) -> dict[str, float]:
    found: dict[str, float] = what.bounding_box()
    return found


def test_three_zones_on_a_wide_screen_and_no_overflow_on_any(tab: Page) -> None:
    for width in (1600, 1280, 1024, 800, 390, 320):
        tab.set_viewport_size({"width": width, "height": 800})
        text, contents = box(tab.locator(".prose")), tab.locator(".contents-wide")
        assert text["x"] + text["width"] <= width
        assert contents.is_visible() == (width >= 1024)
        if width >= 1280:
            assert box(contents)["x"] + box(contents)["width"] < text["x"]
            assert width - text["x"] - text["width"] > 240, "a margin for the sources"


def test_axe_finds_nothing_in_a_lesson_whatever_is_open(lesson: str, context: BrowserContext) -> None:
    tab = arrive(context, lesson)
    for width, scheme in ((1280, "light"), (320, "dark")):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        tab.locator(".notes").evaluate("fold => fold.open = true")
        tab.get_by_role("button", name="Source 2").click()
        assert complaints(tab) == []
        tab.keyboard.press("Escape")


def test_print_shows_every_source(tab: Page) -> None:
    tab.emulate_media(media="print")
    expect(tab.locator("#note-2")).to_be_visible()
    assert tab.locator("#note-2").bounding_box()["height"] > 0  # type: ignore[index]
    expect(tab.get_by_role("button", name=LISTEN_TO_LESSON)).to_be_hidden()


# --- Read aloud ------------------------------------------------------------------------------------------------------


def test_the_text_is_read_without_its_notes_and_its_paragraph_marked(context: BrowserContext, lesson: str) -> None:
    tab = listener(context, lesson, "fr-FR")
    tab.get_by_role("button", name=LISTEN_TO_LESSON).press("Enter")
    expect(tab.locator(".is-heard")).to_contain_text("Un fait établi.")
    tab.evaluate(END)
    tab.get_by_role("button", name=PAUSE_IT).click()
    assert tab.evaluate("speechSynthesis.now") is None
    tab.get_by_role("button", name="Reprendre l’écoute").click()
    tab.evaluate(END)
    expect(tab.locator(".is-heard")).to_have_text("Un intitulé")
    said = tab.evaluate("said")
    assert said[0] == "Un fait établi."
    assert said[1] == said[2] == "La suite parle de la DSDEN, direction des services départementaux, puis d’autre chose."
    assert said[3] == "Un intitulé"
    tab.get_by_role("button", name="Arrêter l’écoute").click()
    expect(tab.get_by_role("button", name=LISTEN_TO_LESSON)).to_be_focused()
    expect(tab.locator(".is-heard")).to_have_count(0)


def test_the_reading_ends_with_the_text_and_a_failure_is_told(context: BrowserContext, lesson: str) -> None:
    tab = listener(context, lesson, "fr-CA")
    tab.get_by_role("button", name=LISTEN_TO_LESSON).click()
    tab.evaluate(f"() => {{ while (speechSynthesis.now) {END} }}")
    assert tab.evaluate("said.at(-1)") == "L’essentiel de un-a."
    expect(tab.locator("[data-stop]")).to_be_hidden()
    tab.get_by_role("button", name=LISTEN_TO_LESSON).click()
    tab.evaluate("speechSynthesis.now.onerror()")
    expect(tab.locator(".listening")).to_contain_text("n’a pas pu lire à voix haute")


def test_without_a_french_voice_nothing_is_offered(context: BrowserContext, lesson: str) -> None:
    tab = listener(context, lesson, "en-US")
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    expect(tab.locator("[data-listening]")).to_be_hidden()
    assert tab.locator("[data-listening]").get_attribute("hidden") is not None
