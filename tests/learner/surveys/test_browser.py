"""The journey in a real browser: a survey answered by who has finished a module, its results read by a responsable; axe, a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from app.identity.rules import Role
from tests.browsers import arrive, follow
from tests.identity.builders import TODAY
from tests.learner.surveys.asking import PAGE, Asked
from tests.platform.web.axe import complaints_in_each_size

pytestmark = [pytest.mark.browser, pytest.mark.proof]


def test_from_an_answer_to_its_result(asked: Asked, context: BrowserContext, live: str) -> None:
    asked.many(4, TODAY, satisfait=["Plutôt d’accord"], temps=["Juste"])
    tab = arrive(context, f"{live}/modules/mod-un")
    follow(tab.get_by_role("link", name="Votre avis"), "Votre avis")
    assert complaints_in_each_size(tab, ((1280, "light"), (390, "dark"))) == []
    tab.get_by_role("group", name="Satisfait").get_by_label("Tout à fait d’accord").check()
    tab.get_by_label("Ce qui manque").fill("Des exemples.")
    follow(tab.get_by_role("button", name="Envoyer"), "Module mod-un")
    expect(tab.get_by_text("Votre réponse est comptée")).to_be_visible()
    tab.goto(live + PAGE)
    assert complaints_in_each_size(tab, ((1280, "light"),)) == []
    asked.world.clock.pass_by(days=8)
    asked.world.person("Un Responsable", enrolled=False, role=Role.MANAGER)
    context.clear_cookies()
    tab = arrive(context, f"{live}/pilotage/enquetes", "un.responsable@croisee.example")
    expect(tab.get_by_text("100", exact=False).first).to_be_visible()
    assert complaints_in_each_size(tab, ((1280, "light"), (390, "dark"))) == []
    follow(tab.get_by_role("link", name="Votre avis"), "Votre avis")
    expect(tab.get_by_text("5 réponses favorables sur 5").first).to_be_visible()
    expect(tab.get_by_text("Des exemples.")).to_have_count(0)
    assert complaints_in_each_size(tab, ((1280, "light"), (390, "dark"))) == []
