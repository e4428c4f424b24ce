"""The pages of identity in a real browser: axe is silent, light and dark, wide and narrow; the keyboard is enough."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from app.identity import services
from app.identity.models import Person
from app.identity.rules import Role
from app.platform import clock
from app.platform.db import db
from tests.browsers import follow
from tests.identity.builders import PASSWORD, SMALL, TODAY, stored_person
from tests.platform.web.axe import complaints_in_each_size
from tests.words import CHANGE_PASSWORD, EMAIL_ADDRESS, PASSWORD_FIELD, SAVE_PASSWORD, SIGN_IN, SIGN_IN_PAGE, SIGN_OUT, WRONG_PASSWORD

pytestmark = pytest.mark.browser

INES = "inès.carpentier@croisee.example"
SIZES = ((320, "light"), (1280, "dark"))
"""Contrasts of both schemes are computed from the tokens (tests/platform/web/test_contrast.py)."""


def complaints(page: Page) -> list[str]:
    return complaints_in_each_size(page, SIZES)


@pytest.fixture
def link(app: Flask) -> str:
    """Inès, with territories and a scope, and the path of a password link of hers."""
    number = stored_person(app, roles=[Role.LEARNER, Role.MANAGER])
    with app.app_context():
        person = db.session.get_one(Person, number)
        services.sync_territories(db.session, SMALL)
        services.join_territory(db.session, person, "cite-lens", TODAY - timedelta(days=400))
        services.leave_territory(db.session, person, "cite-lens", TODAY - timedelta(days=10))
        services.join_territory(db.session, person, "cite-lille-sud", TODAY - timedelta(days=10))
        services.set_scope(db.session, person, ["departement-nord"])
        db.session.commit()
        return "/mot-de-passe-oublie/" + services.password_link_token(app.config["CROISEE"].secret_key, person, clock.now() + timedelta(hours=1))


@pytest.mark.proof
def test_axe_is_silent_on_every_page_refused_forms_included(live: str, context: BrowserContext, link: str) -> None:
    page = context.new_page()
    found: list[str] = []
    for path in ("/connexion", "/connexion?next=/compte", "/mot-de-passe-oublie", "/mot-de-passe-oublie/demande", "/mot-de-passe-oublie/faux", link):
        page.goto(live + path)
        found += complaints(page)
    follow(page.get_by_role("button", name=SAVE_PASSWORD))
    found += complaints(page)
    page.goto(live + "/connexion")
    follow(page.get_by_role("button", name=SIGN_IN), SIGN_IN_PAGE)
    found += complaints(page)
    sign_in_by_keyboard(page, live, "/compte")
    found += complaints(page)
    page.get_by_label("Nom affiché").fill("")
    follow(page.get_by_role("button", name="Enregistrer"), "Mon compte")
    found += complaints(page)
    page.goto(live + "/compte/mot-de-passe")
    follow(page.get_by_role("button", name=CHANGE_PASSWORD), CHANGE_PASSWORD)
    found += complaints(page)
    assert found == []


def sign_in_by_keyboard(page: Page, live: str, target: str) -> None:
    page.goto(f"{live}{target}")
    page.get_by_label(EMAIL_ADDRESS).focus()
    page.keyboard.type(INES)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation(url=f"{live}{target}"):
        page.keyboard.press("Enter")
    page.get_by_role("heading", level=1).wait_for()


@pytest.mark.usefixtures("link")
def test_the_keyboard_signs_in_and_out(live: str, context: BrowserContext) -> None:
    page = context.new_page()
    sign_in_by_keyboard(page, live, "/compte/mot-de-passe")
    page.goto(live + "/compte")
    page.locator("summary", has_text="Mon compte").focus()
    page.keyboard.press("Enter")
    follow(page.get_by_role("button", name=SIGN_OUT), SIGN_IN_PAGE, by="Enter")
    page.goto(live + "/compte")
    assert "/connexion" in page.url


@pytest.mark.usefixtures("link")
def test_a_refused_sign_in_says_why_and_keeps_the_address(live: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(live + "/connexion")
    page.get_by_label(EMAIL_ADDRESS).fill(INES)
    page.get_by_label(PASSWORD_FIELD).fill("pas le bon")
    follow(page.get_by_role("button", name=SIGN_IN), SIGN_IN_PAGE)
    assert WRONG_PASSWORD in page.get_by_role("alert").inner_text()
    assert page.get_by_label(EMAIL_ADDRESS).input_value() == INES
    assert page.get_by_label(PASSWORD_FIELD).input_value() == ""
