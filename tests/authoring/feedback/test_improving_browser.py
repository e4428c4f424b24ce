"""A learner reports an error, the trainer corrects the key, publishes, takes the marks up again and answers; the learner sees it. By axe, wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page

from app.identity.rules import Role
from tests.authoring.feedback.improving_browser import words
from tests.authoring.feedback.statistics_pages import begun, crowd
from tests.authoring.publishing.publishing_browser import seen_well
from tests.authoring.writing import rewrite, text_of
from tests.browsers import arrive, follow, press
from tests.record import courses, regrades
from tests.record.world import World
from tests.words import (
    GIVE_REASON,
    MARK_AGAIN,
    MARK_RAISED,
    MARK_RAISED_TO_PASS,
    MENDED_NOW,
    PASSED_TO_TRAINERS,
    PUBLISH_NOW,
    REPORTED_MISTAKE_MENDED,
    SEE_MARKS_TO_TAKE_UP,
    SEND_TO_TRAINERS,
    YOUR_ANSWER,
)

pytestmark = [pytest.mark.proof, pytest.mark.browser]

REASON = "La clé était fausse : B est la bonne réponse."


def test_a_key_is_corrected_and_the_learner_sees_it(world: World, context: BrowserContext, other: BrowserContext, live: str) -> None:
    lesson = courses.lesson("la-lecon", module="mod-reprise", quiz="controle")
    world.publish_together(courses.module("mod-reprise", ["la-lecon"]), lesson, regrades.quiz(), courses.path(["mod-reprise"]))
    world.person("Claire Formatrice", enrolled=False, role=Role.TRAINER)
    attempt = regrades.answer(world, world.person(), "A", "B")
    learner = arrive(context, f"{live}/tentatives/{attempt}")
    report(learner)
    trainer = arrive(other, f"{live}/atelier/messages", "claire.formatrice@croisee.example")
    correct_the_key(trainer, live)
    take_up_the_marks(trainer)
    trainer.goto(f"{live}/atelier/messages")
    trainer.get_by_label(YOUR_ANSWER).fill("Vous aviez raison, merci.")
    press(trainer, MENDED_NOW)
    read_it_everywhere(learner, live)


def report(learner: Page) -> None:
    """Under the corrected question."""
    assert "1 sur 2 points" in words(learner)
    wrong = next(number for number in (1, 2) if "Deuxième" in learner.locator(f"#question-{number}").inner_text())
    form = learner.locator(f"#q{wrong}-signaler")
    form.evaluate("(each) => { for (let one = each.parentElement.closest('details'); one; one = one.parentElement.closest('details')) one.open = true; }")
    form.locator("summary").first.click()
    seen_well(learner)
    form.get_by_label("Ce qui ne va pas").fill("B est la bonne réponse, dit la leçon.")
    follow(form.get_by_role("button", name=SEND_TO_TRAINERS))
    assert PASSED_TO_TRAINERS in words(learner)


def correct_the_key(trainer: Page, live: str) -> None:
    """From the report to its line, then the publication, which leads to the marks."""
    assert "1 erreur signalée attend une réponse" in words(trainer)
    seen_well(trainer)
    follow(trainer.get_by_role("link", name="Ligne", exact=False).first)
    seen_well(trainer)
    rewrite(trainer, regrades.quiz("B")[1])
    trainer.wait_for_timeout(1500)
    trainer.goto(f"{live}/atelier/documents/controle/relecture")
    trainer.locator("#why").fill("La bonne réponse était fausse.")
    press(trainer, PUBLISH_NOW)
    follow(trainer.get_by_role("link", name=SEE_MARKS_TO_TAKE_UP))


def take_up_the_marks(trainer: Page) -> None:
    """The effect is said first; a reason is asked for."""
    assert "1 tentative gagne des points." in words(trainer)
    seen_well(trainer)
    press(trainer, MARK_AGAIN)
    assert GIVE_REASON in words(trainer)
    seen_well(trainer)
    trainer.get_by_label("Motif").fill(REASON)
    press(trainer, MARK_AGAIN)
    assert "1 note relevée" in words(trainer)


def read_it_everywhere(learner: Page, live: str) -> None:
    """The learner's table, correction and record."""
    learner.goto(live)
    assert MARK_RAISED in words(learner)
    assert REPORTED_MISTAKE_MENDED in words(learner)
    seen_well(learner)
    follow(learner.get_by_role("link", name="Une question a été corrigée"))
    assert f"Motif : {REASON}" in words(learner)
    assert "2 sur 2 points" in words(learner)
    seen_well(learner)
    learner.goto(f"{live}/mes-questions")
    assert "Vous aviez raison, merci." in words(learner)
    learner.goto(f"{live}/progression")
    learner.locator("main details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    assert MARK_RAISED_TO_PASS in words(learner)
    seen_well(learner)


def test_the_statistics_name_the_line_that_leads_to_the_editor(world: World, context: BrowserContext, live: str) -> None:
    begun(world, wrong=True)
    crowd(world, 90, 1)
    trainer = arrive(context, f"{live}/atelier/statistiques", "claire.formatrice@croisee.example")
    seen_well(trainer)
    follow(trainer.get_by_role("link", name="Quiz controle"))
    assert "l’option A attire les meilleurs : clé à vérifier" in words(trainer)
    seen_well(trainer)
    follow(trainer.get_by_role("link", name="Corriger").first)
    line = int(trainer.url.partition("ligne=")[2].partition("#")[0])
    assert text_of(trainer).split("\n")[line - 1].startswith("## Question numéro 3")
    assert f"Ligne {line} " in trainer.locator("#atelier-ou").inner_text()
