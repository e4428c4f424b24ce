"""Two trainers and a guest on one text: a passage selected becomes a remark, answered and closed; each page wide, narrow, light and dark, by axe."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from app.identity.rules import Role
from tests.authoring.publishing.publishing_browser import seen_well
from tests.authoring.trainers import draft
from tests.browsers import arrive, follow, press
from tests.record.world import World
from tests.words import ASK_REVIEW, MAKE_LINK, SEND_REMARK, YOUR_ANSWER

pytestmark = [pytest.mark.proof, pytest.mark.browser]

REMARKS = "/atelier/documents/un-a/remarques"


def test_two_trainers_and_a_guest(world: World, context: BrowserContext, other: BrowserContext, browser: Browser, live: str) -> None:
    theo = world.person("Théo Formateur", role=Role.TRAINER, enrolled=False)
    anne = world.person("Anne Autre", role=Role.TRAINER, enrolled=False)
    draft(world, theo, "un-a", lambda text: text.replace("Des faits.", "Des faits à relire."))
    author = arrive(context, f"{live}{REMARKS}", "théo.formateur@croisee.example")
    press(author, MAKE_LINK)
    address = author.locator("input[id^=lien-]").input_value()
    author.goto(f"{live}/atelier/documents/un-a/relecture")
    author.locator("summary", has_text=ASK_REVIEW).click()
    author.get_by_label("Qui", exact=True).select_option(str(anne))
    press(author, "Demander")
    guest = browser.new_context(locale="fr-FR").new_page()
    guest.goto(f"{live}/relecture/{address.rpartition('/')[2]}")
    guest.locator(".marked-page p", has_text="Des faits").first.evaluate("p => getSelection().selectAllChildren(p)")
    expect(guest.locator("#quote")).to_have_value(re.compile("Des faits"))
    guest.get_by_label("Votre nom").fill("Jeanne Lefèvre")
    guest.locator("#remark-text").fill("Lesquels ?")
    press(guest, SEND_REMARK)
    assert guest.locator(".remark-call").count() == 1
    seen_well(guest)
    reader = arrive(other, f"{live}/atelier/lectures/1", "anne.autre@croisee.example")
    reader.locator("summary", has_text="Répondre").first.click()
    reader.get_by_label(YOUR_ANSWER).first.fill("Ceux de 2014.")
    follow(reader.locator(".remark").get_by_role("button", name="Répondre"))
    seen_well(reader)
    author.goto(live + REMARKS)
    seen_well(author)
    press(author, "Clore")
    assert author.locator(".remark-call").count() == 0
