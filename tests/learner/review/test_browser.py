"""The journey in a real browser, with a script and without: ten days later the right questions come, a letter's link is answered elsewhere; axe, a telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsers import arrive, follow, press
from tests.learner.review.letters.sending import addresses, asking, send
from tests.learner.review.reviewing import Reviewer
from tests.platform.web.axe import complaints_in_each_size
from tests.words import ALL_FOR_TODAY, DO_NOT_KNOW, SIGN_IN_PAGE, YOUR_ANSWER, YOUR_RIGHT_ANSWER, YOUR_WRONG_ANSWER

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def tab(request: Any, browser: Browser, reviewer: Reviewer, live: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param, locale="fr-FR", viewport={"width": 390, "height": 844})
    tab = arrive(context, f"{live}/revision")
    tab.goto(live)
    yield tab
    context.close()


def answer(tab: Page, words: str, button: str = "Répondre") -> None:
    """A click on the option, then on the button: the first, whose name is short."""
    tab.get_by_role("radio", name=re.compile(words)).check()
    follow(tab.get_by_role("button", name=button, exact=True), YOUR_ANSWER)


def test_ten_days_later(reviewer: Reviewer, tab: Page, live: str) -> None:
    follow(tab.get_by_role("link", name="3 questions"), "Réviser")
    follow(tab.get_by_role("link", name="Commencer"), "Question 1 sur 3")
    missed = tab.locator("legend").inner_text()
    answer(tab, "Fausse|recteur")
    expect(tab.get_by_text(YOUR_WRONG_ANSWER)).to_be_visible()
    for number in (2, 3):
        follow(tab.get_by_role("link", name="Question suivante"), f"Question {number} sur 3")
        answer(tab, "Juste|préfet")
    follow(tab.get_by_role("link", name="Terminer"), "Réviser")
    expect(tab.get_by_text(ALL_FOR_TODAY)).to_be_visible()
    reviewer.world.clock.pass_by(days=10)
    tab.goto(f"{live}/revision/question")
    expect(tab.locator("legend")).to_have_text(missed)
    follow(tab.get_by_role("button", name=DO_NOT_KNOW), YOUR_ANSWER)
    follow(tab.get_by_role("link", name="Question suivante"), "Question 2 sur 2")


def test_a_changed_choice_was_not_sure(reviewer: Reviewer, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/revision/question")
    tab.get_by_role("radio", name=re.compile("Fausse|recteur")).check()
    answer(tab, "Juste|préfet")
    assert [log.rating for log in reviewer.logs()] == [2]


def test_a_letter_is_answered_in_a_browser_that_knows_nobody(reviewer: Reviewer, context: BrowserContext, live: str) -> None:
    send(asking(reviewer))
    tab = context.new_page()
    tab.goto(live + addresses(reviewer)[0])
    assert complaints_in_each_size(tab, ((1280, "light"), (390, "dark"))) == []
    answer(tab, "Juste|préfet")
    expect(tab.get_by_text(YOUR_RIGHT_ANSWER)).to_be_visible()
    assert complaints_in_each_size(tab, ((1280, "light"), (390, "dark"))) == []
    follow(tab.get_by_role("link", name="continuer à réviser"), SIGN_IN_PAGE)
    assert [log.by_mail for log in reviewer.logs()] == [True]


@pytest.mark.proof
def test_axe_finds_nothing(reviewer: Reviewer, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/revision/question")
    sizes = ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"))
    assert complaints_in_each_size(tab, sizes) == []
    press(tab, DO_NOT_KNOW)
    assert complaints_in_each_size(tab, sizes) == []
    for path in ("/", "/revision", "/revision/memoire", "/revision/entrainement", "/revision/entrainement?voir=1"):
        tab.goto(live + path)
        assert complaints_in_each_size(tab, sizes) == [], path
