"""Two trainers, two browsers, one text; a date given and taken back; an old text that returns. Each page seen wide and narrow, light and dark, by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.identity.rules import Role
from tests.authoring.publishing.publishing_browser import seen_well
from tests.authoring.trainers import published_text
from tests.authoring.writing import rewrite, text_of
from tests.browsers import arrive, follow, press
from tests.record import courses
from tests.record.world import World
from tests.words import (
    ASK_REVIEW,
    CANCEL_PLANNING,
    PUBLISH_NOW,
    PUBLISH_ON_DAY,
    READ_AND_AGREED,
    SEE_LEARNERS_PAGE,
    TAKE_MERGED_TEXT,
    WITHDRAW_FROM_COURSE,
    WITHDRAW_TEXT,
)

pytestmark = [pytest.mark.proof, pytest.mark.browser]

EDITOR = "/atelier/documents/un-a"


@pytest.fixture
def people(world: World) -> World:
    """Two trainers; three learners, of whom two have read the lesson."""
    for name in ("Théo Formateur", "Anne Autre"):
        world.person(name, role=Role.TRAINER, enrolled=False)
    learners = [world.person(f"Apprenant {number}") for number in range(3)]
    for learner in learners[:2]:
        world.finish(learner, "un-a")
    return world


def open_link(tab: Page, words: str) -> None:
    follow(tab.get_by_role("link", name=words).first)


def write(tab: Page, live: str, before: str, after: str) -> None:
    """Change some words in the editor, save, and go to the review."""
    tab.goto(live + EDITOR)
    text = text_of(tab)
    assert before in text
    rewrite(tab, text.replace(before, after))
    tab.locator("[data-saved]").wait_for()
    tab.wait_for_timeout(1500)
    tab.goto(f"{live}{EDITOR}/relecture")
    assert tab.locator(".diff ins").count() == 1


def test_two_trainers_on_one_text(people: World, context: BrowserContext, other: BrowserContext, live: str) -> None:
    theo = arrive(context, f"{live}/atelier", "théo.formateur@croisee.example")
    anne = arrive(other, f"{live}/atelier", "anne.autre@croisee.example")
    write(theo, live, "Des faits.", "Des faits de Théo.")
    write(anne, live, "Des faits.", "Des faits d’Anne.")
    assert "2 personnes l’ont terminé" in theo.locator(".stated").inner_text().replace("\u00a0", " ")
    seen_well(theo)
    expect(anne.get_by_role("button", name=PUBLISH_NOW)).to_be_in_viewport()
    press(anne, PUBLISH_NOW)
    assert "Des faits d’Anne." in published_text(people, "un-a")
    press(theo, PUBLISH_NOW)
    assert theo.locator("h1").inner_text().startswith("Fusion")
    seen_well(theo)
    press(theo, TAKE_MERGED_TEXT)
    assert "sans choix" in theo.get_by_role("alert").inner_text()
    theo.get_by_label("Un autre texte, ci-dessous").check()
    theo.get_by_role("textbox", name="Un autre texte").fill("Des faits de Théo et d’Anne.")
    press(theo, TAKE_MERGED_TEXT)
    press(theo, PUBLISH_NOW)
    assert "Des faits de Théo et d’Anne.\n" in published_text(people, "un-a")
    open_link(theo, SEE_LEARNERS_PAGE)
    assert "Des faits de Théo et d’Anne." in theo.locator("main").inner_text()


def test_a_colleague_reads_and_a_date_is_given_and_taken_back(people: World, context: BrowserContext, other: BrowserContext, live: str) -> None:
    theo = arrive(context, f"{live}/atelier", "théo.formateur@croisee.example")
    write(theo, live, "Des faits.", "Des faits de demain.")
    theo.get_by_text(ASK_REVIEW).click()
    theo.get_by_label("Message").fill("Le chiffre est-il juste ?")
    press(theo, "Demander")
    anne = arrive(other, f"{live}/atelier", "anne.autre@croisee.example")
    seen_well(anne)
    open_link(anne, "« Leçon un-a »")
    anne.get_by_label("Lu, d’accord").check()
    seen_well(anne)
    press(anne, "Répondre")
    theo.reload()
    assert READ_AND_AGREED in theo.locator("main").inner_text()
    theo.get_by_text("À une date").click()
    theo.get_by_label("Date et heure, à Paris").fill("2026-12-01T08:00")
    press(theo, PUBLISH_ON_DAY)
    assert "1er décembre 2026" in theo.locator("main").inner_text().replace("\u00a0", " ")
    seen_well(theo)
    press(theo, CANCEL_PLANNING)
    assert "annulée" in theo.get_by_role("status").inner_text()


def test_an_old_text_returns_and_a_text_is_taken_out(people: World, context: BrowserContext, live: str) -> None:
    first = published_text(people, "un-a")
    people.publish(courses.rewritten(courses.lesson("un-a", quiz="un-a-quiz")))
    theo = arrive(context, f"{live}{EDITOR}/historique", "théo.formateur@croisee.example")
    seen_well(theo)
    open_link(theo, "Version 1")
    seen_well(theo)
    press(theo, "Reprendre cette version")
    press(theo, PUBLISH_NOW)
    assert published_text(people, "un-a") == first
    theo.goto(f"{live}{EDITOR}/historique")
    open_link(theo, WITHDRAW_TEXT)
    seen_well(theo)
    press(theo, WITHDRAW_FROM_COURSE)
    assert "retiré du cours" in theo.locator("main").inner_text()
    for path in ("/atelier/retraits", "/atelier/fichiers"):
        theo.goto(live + path)
        seen_well(theo)
