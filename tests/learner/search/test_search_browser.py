"""The journey in a real browser, with a script and without: `/`, a sigle, the list as one types, the heading with its words marked; axe, the width of a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsers import arrive, follow, press
from tests.platform.web.axe import complaints_in_each_size
from tests.record import courses
from tests.record.conftest import clock, empty, world
from tests.record.world import World
from tests.words import BACK_TO_PAGE

__all__ = ["clock", "empty", "world"]
pytestmark = pytest.mark.browser

FAR = "\n\n".join(["Un paragraphe qui éloigne la suite."] * 40)


@pytest.fixture
def site(world: World) -> World:
    world.publish(courses.lesson("un-b", title="La troïka", body=f"Un début.\n\n{FAR}\n\n## Les pilotes {{#pilotes}}\n\nLe préfet décide du QPV.\n\n{FAR}"))
    world.person()
    return world


def test_found_as_one_types_and_opened_at_the_heading(site: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/compte")
    tab.keyboard.press("/")
    expect(tab.get_by_label("Trouver dans Croisée")).to_be_focused()
    tab.keyboard.type("introuvable")
    tab.keyboard.press("Enter")
    expect(tab.locator("#trouves")).to_have_text("Rien ne correspond.")
    tab.locator("h1").click()
    tab.keyboard.press("/")
    expect(tab.get_by_label("Mots à trouver")).to_be_focused()
    tab.keyboard.type("préf")
    expect(tab.locator("#trouves")).to_have_text("1 passage.")
    assert "q=pr%C3%A9f" in tab.url
    tab.get_by_label("Mots à trouver").fill("préfets")
    tab.wait_for_url("**/recherche?q=pr%C3%A9fets")
    expect(tab.locator("mark")).to_have_text("préfet")
    opened(tab)
    assert tab.evaluate("[...CSS.highlights.get('found')].map(String)") == ["préfet"]
    tab.go_back()
    expect(tab.get_by_label("Mots à trouver")).to_have_value("préfets")
    expect(tab.locator(".hits li")).to_have_count(1)


def test_suggested_under_the_field_and_opened_by_keyboard(site: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/compte")
    field = tab.get_by_label("Trouver dans Croisée")
    tab.keyboard.press("/")
    tab.keyboard.type("pilottes")
    option = tab.get_by_role("option", name="Les pilotes")
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert complaints_in_each_size(tab, ((1280, "light"), (390, "dark"), (320, "light"))) == []
    tab.keyboard.press("Escape")
    expect(option).to_have_count(0)
    tab.keyboard.type(" ")
    expect(option).to_be_visible()
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    expect(tab.locator("[role=option][aria-selected=true]")).to_have_count(1)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/lecons/un-b#pilotes")


def opened(tab: Page) -> None:
    follow(tab.get_by_role("link", name="Les pilotes"), "La troïka")
    assert tab.url.endswith("/lecons/un-b#pilotes")
    expect(tab.get_by_role("heading", name="Les pilotes")).to_be_in_viewport()


def test_the_key_may_be_turned_off(site: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/compte")
    tab.goto(f"{live}/affichage?page=/compte")
    tab.get_by_label("Aucun raccourci").check()
    press(tab, "Enregistrer")
    follow(tab.get_by_role("link", name=BACK_TO_PAGE), "Mon compte")
    tab.keyboard.press("/")
    expect(tab.get_by_label("Trouver dans Croisée")).not_to_be_focused()
    tab.goto(f"{live}/affichage?page=/compte")
    press(tab, "Rétablir")
    tab.keyboard.press("/")
    expect(tab.get_by_label("Trouver dans Croisée")).to_be_focused()


def test_without_a_script_and_on_a_telephone(site: World, browser: Browser, live: str) -> None:
    site.publish(courses.COVER)
    context = browser.new_context(java_script_enabled=False, locale="fr-FR", viewport={"width": 390, "height": 844})
    tab = arrive(context, f"{live}/compte")
    assert (tab.locator(".site-header").bounding_box() or {})["height"] == 64, "52 and the three lines of the course, which is why it is published here"
    tab.get_by_label("Trouver dans Croisée").fill("pilotes")
    follow(tab.get_by_role("button", name="Trouver partout"), "Recherche")
    expect(tab.locator("#trouves")).to_have_text("1 passage.")
    tab.get_by_label("Type").select_option("glossaire")
    follow(tab.get_by_role("button", name="Trouver", exact=True), "Recherche")
    expect(tab.locator("#trouves")).to_have_text("Rien ne correspond.")
    follow(tab.get_by_role("link", name="voyez partout"), "Recherche")
    opened(tab)
    context.close()


def test_axe_finds_nothing_and_nothing_overflows(site: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/compte")
    tab.goto(f"{live}/recherche?q=paragraphe")
    assert complaints_in_each_size(tab, ((1280, "light"), (390, "dark"))) == []
    tab.goto(f"{live}/recherche?q=troica")
    assert complaints_in_each_size(tab, ((360, "light"),)) == []
