"""A question is asked at a heading, answered by one of two trainers, published for all in other words, found and read. By axe, wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext

from tests.authoring.feedback.improving_browser import words
from tests.authoring.feedback.inbox import begun
from tests.authoring.publishing.publishing_browser import seen_well
from tests.browsers import arrive, follow, press
from tests.record.world import World
from tests.words import ANSWERED_CLEARLY, CLEAR_THANKS, PUBLISH_FOR_ALL, PUBLISH_UNDER_LESSON, SEND_QUESTION, WAITING_FOR_ANSWER, YOUR_ANSWER

pytestmark = [pytest.mark.proof, pytest.mark.browser]


def test_a_question_is_asked_answered_and_published(world: World, context: BrowserContext, other: BrowserContext, live: str) -> None:
    begun(world)
    learner = arrive(context, f"{live}/lecons/la-lecon")
    learner.get_by_role("button", name="Noter, garder, demander : Le préfet").click()
    follow(learner.get_by_role("link", name="Poser une question : Le préfet"))
    seen_well(learner)
    learner.get_by_label("Votre question aux formateurs").fill("Qui signe à Lens ?")
    press(learner, SEND_QUESTION)
    assert WAITING_FOR_ANSWER in words(learner)
    trainer = arrive(other, f"{live}/atelier/messages", "claire.formatrice@croisee.example")
    press(trainer, "Je m’en occupe : Leçon la-lecon")
    seen_well(trainer)
    trainer.get_by_label(YOUR_ANSWER).fill("Le préfet de votre département.")
    press(trainer, "Répondre")
    follow(trainer.get_by_role("link", name=PUBLISH_FOR_ALL))
    seen_well(trainer)
    trainer.get_by_label("La question").fill("Qui signe la convention ?")
    trainer.get_by_label("La réponse").fill("Le préfet du département.")
    press(trainer, PUBLISH_UNDER_LESSON)
    assert "Questions fréquentes Qui signe la convention ? Le préfet du département." in words(trainer)
    learner.reload()
    seen_well(learner)
    press(learner, CLEAR_THANKS)
    assert ANSWERED_CLEARLY in words(learner)
    learner.goto(f"{live}/recherche?q=convention")
    follow(learner.get_by_role("link", name="Qui signe la convention ?"))
    seen_well(learner)
    assert "Lens" not in words(learner)
