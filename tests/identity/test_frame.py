"""What stands around every page, in a real browser: a short header, a learner's four places under the thumb, everybody's places within reach."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from app.identity.rules import Role
from tests.browsers import arrive
from tests.identity.builders import INES, stored_person
from tests.words import MAIN_NAVIGATION, SIGN_OUT

pytestmark = pytest.mark.browser

HEIGHT = "element => element.getBoundingClientRect().height"
"""Of the header: without the lines of a course, as none is published here."""
ONE_LINE = 62
"""The same, on a wide screen."""
WIDE = (1024, 1152, 1153, 1280, 1366, 1440, 1920)
NARROW: ViewportSize = {"width": 390, "height": 844}


def somebody(app: Flask, context: BrowserContext, live: str, *roles: Role, name: str = "Inès Carpentier") -> Page:
    stored_person(app, name=name, email=INES, roles=list(roles))
    tab = arrive(context, f"{live}/compte")
    tab.goto(f"{live}/affichage")
    return tab


def test_a_learner_s_telephone(app: Flask, context: BrowserContext, live: str) -> None:
    tab = somebody(app, context, live, Role.LEARNER)
    tab.set_viewport_size(NARROW)
    assert tab.locator(".site-header").evaluate(HEIGHT) == 54
    bar = tab.get_by_role("navigation", name="Mes pages")
    assert bar.get_by_role("link").all_inner_texts() == ["Parcours", "Réviser", "Trouver", "Carnet"]
    assert all(link.evaluate(HEIGHT) >= 44 for link in bar.get_by_role("link").all())
    last = tab.get_by_role("contentinfo").get_by_role("link").last
    last.focus()
    assert last.bounding_box()["y"] + last.evaluate(HEIGHT) <= bar.bounding_box()["y"], "what has the focus is above the bar"  # type: ignore[index]
    tab.emulate_media(media="print")
    expect(bar).to_be_hidden()
    tab.emulate_media(media="screen")
    tab.locator("body").evaluate("element => element.classList.add('in-attempt')")
    expect(bar).to_be_hidden()


def test_every_place_is_in_the_menu_of_a_narrow_screen_and_in_one_line_of_a_wide_one(app: Flask, context: BrowserContext, live: str) -> None:
    """Of those who work here too, and without a script."""
    tab = somebody(app, context, live, Role.TRAINER, Role.MANAGER, Role.ADMINISTRATOR)
    assert tab.locator(".site-header").evaluate(HEIGHT) == ONE_LINE
    places = tab.get_by_role("navigation", name=MAIN_NAVIGATION).get_by_role("link").all_inner_texts()
    assert places == ["Atelier", "Pilotage", "Administration", "Le cours"]
    tab.set_viewport_size(NARROW)
    expect(tab.locator(".bar")).to_be_hidden()
    assert tab.locator(".site-header").evaluate(HEIGHT) == 54
    tab.get_by_text("Menu", exact=True).click()
    assert tab.get_by_role("navigation", name=MAIN_NAVIGATION).get_by_role("link").all_inner_texts() == places
    expect(tab.get_by_role("button", name=SIGN_OUT)).to_be_visible()


@pytest.mark.parametrize("roles", [[Role.LEARNER], [Role.LEARNER, Role.TRAINER], list(Role)], ids=lambda roles: f"{len(roles)} roles")
@pytest.mark.parametrize("name", ["Maëlle Cousin Degroote", "Jean-Christophe-Alexandre Vandenbroucke-Delannoy"])
def test_one_line_whatever_one_is_called_and_whichever_page_is_open(app: Flask, context: BrowserContext, live: str, name: str, roles: list[Role]) -> None:
    """The page that is open is marked in the line, and takes no more room there than the others do."""
    tab = somebody(app, context, live, *roles, name=name)
    for path in ("/affichage", "/progression", "/reseau"):
        tab.goto(live + path)
        for width in WIDE:
            tab.set_viewport_size({"width": width, "height": 900})
            assert tab.locator(".site-header > .frame").evaluate(HEIGHT) <= ONE_LINE, (path, width)
            assert tab.evaluate("document.documentElement.scrollWidth") == width
    first = name.split()[0]
    expect(tab.locator(".account > summary")).to_contain_text(first)
    expect(tab.get_by_text(name)).to_be_hidden()
    tab.locator(".account > summary").click()
    expect(tab.get_by_text(name)).to_be_visible()
