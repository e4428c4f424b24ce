"""`/affichage`: a browser keeps it, an account too, and the account's wins at sign-in."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext

from app.platform.web.display import COOKIE
from tests.browsers import press
from tests.identity.builders import row, sign_in
from tests.strict import Page, StrictClient
from tests.words import BACK_TO_PAGE, SIGN_IN_PAGE


def looks(page: Page) -> dict[str, str]:
    return {name: value for name, value in page.all("html")[0].attrib.items() if name.startswith("data-")}


def test_a_visitor_chooses_for_this_browser_and_takes_it_back(client: StrictClient) -> None:
    page = client.see(client.see("/connexion").link("Affichage"))
    assert looks(page) == {}
    assert "Rétablir" not in page.text
    page = client.submit("Enregistrer", size="125", scheme="dark")
    assert "Votre affichage est enregistré." in page.text
    assert looks(page) == looks(client.see("/aide")) == {"data-size": "125", "data-scheme": "dark"}
    assert client.see(page.link(BACK_TO_PAGE)).h1 == SIGN_IN_PAGE
    client.see("/affichage")
    assert looks(client.submit("Rétablir")) == {}
    assert client.get_cookie(COOKIE) is None


def test_the_account_keeps_it_and_wins_at_sign_in(app: Flask, client: StrictClient, ines: int) -> None:
    sign_in(client)
    client.see("/affichage")
    client.submit("Enregistrer", size="150", shortcut="none")
    assert row(app, ines).display == "150.normal.system.none"
    other = app.test_client()
    assert isinstance(other, StrictClient)
    other.set_cookie(COOKIE, "100.ample.dark")
    sign_in(other)
    assert looks(other.see("/aide")) == {"data-size": "150", "data-shortcut": "none"}
    client.see("/affichage")
    client.submit("Rétablir")
    sign_in(again := app.test_client())
    assert looks(again.see("/aide")) == {}  # type: ignore[attr-defined]


@pytest.mark.usefixtures("ines")
def test_whoever_chose_nothing_keeps_what_the_browser_shows(client: StrictClient) -> None:
    client.set_cookie(COOKIE, "112.normal.system")
    sign_in(client)
    assert looks(client.see("/aide")) == {"data-size": "112"}


def test_an_address_that_is_a_key_is_not_carried_along(client: StrictClient) -> None:
    assert client.see("/mot-de-passe-oublie/clef", 410).link("Affichage") == "/affichage"


def test_what_is_no_choice_is_refused_and_a_strange_way_back_is_not_shown(client: StrictClient) -> None:
    page = client.see("/affichage?page=//ailleurs.example")
    assert BACK_TO_PAGE not in page.text
    client.submit("Enregistrer", 422, follow=False, size="400")
    assert client.get_cookie(COOKIE) is None


@pytest.mark.usefixtures("ines")
def test_the_export_says_it_in_words(client: StrictClient) -> None:
    sign_in(client)
    client.see("/affichage")
    client.submit("Enregistrer", spacing="ample")
    assert "100 %, ample, comme l’appareil" in client.see("/compte/mes-donnees").text


@pytest.mark.browser
def test_the_example_follows_the_boxes_and_the_choice_holds_without_a_script(context: BrowserContext, live: str) -> None:
    """Light or dark whatever the device; paper stays paper."""
    tab = context.browser.new_page(java_script_enabled=False, color_scheme="light")  # type: ignore[union-attr]
    tab.goto(f"{live}/affichage")
    sample, ground = tab.locator(".display-sample"), "element => getComputedStyle(element).backgroundColor"
    light = sample.evaluate(ground)
    tab.get_by_label("Sombres").check()
    dark = sample.evaluate(ground)
    assert (light, dark) == ("rgb(252, 252, 250)", "rgb(18, 22, 29)")
    press(tab, "Enregistrer")
    root = tab.locator("html")
    assert root.evaluate(ground) == dark
    tab.emulate_media(media="print")
    assert root.evaluate(ground) == "rgb(255, 255, 255)"
    tab.close()
