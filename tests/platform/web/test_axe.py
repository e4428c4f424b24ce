"""Pages in a real browser: axe finds nothing (WCAG 2.2 A and AA, best practices), nothing overflows at 320 pixels, focus is always seen."""

from __future__ import annotations

import pytest
from flask import Flask, abort, render_template
from playwright.sync_api import Page

from app.learner.quiz import QuizQuestionPage
from app.platform import hooks
from tests import builders
from tests.learner.quiz.question_pages import question_page
from tests.platform.web.axe import FOCUSED, complaints, page
from tests.words import REVIEW_BEFORE_SENDING, SAVE_AND_GO_ON, SKIP_TO_CONTENT

__all__ = ["page"]

pytestmark = pytest.mark.browser

PUBLIC = ("/aide", "/mentions-legales", "/donnees-personnelles", "/accessibilite", "/ecoconception", "/plan-du-site", "/decouvrir", "/connexion", "/nulle-part")
NINE = builders.one_of_each()
QUESTIONS = tuple(f"/essai/{place}" for place in range(len(NINE)))
CORRECTED = tuple(f"/essai/{place}/corrigee" for place in range(len(NINE)))


def show(place: int, corrected: bool = False) -> str:
    if not 0 <= place < len(NINE):
        abort(404)
    page: QuizQuestionPage = question_page(NINE[place], corrected=corrected)
    return render_template("learner/quiz/question.html", page=page)


@pytest.fixture
def app(app: Flask) -> Flask:
    """The real application, with the nine questions and their corrections shown to anyone."""
    app.add_url_rule("/essai/<int:place>", "try_question", show)
    app.add_url_rule("/essai/<int:place>/corrigee", "try_correction", lambda place: show(place, True))
    hooks.may_follow.give(app, lambda endpoint: endpoint == "security.login")
    app.before_request_funcs = {}
    return app


@pytest.mark.proof
@pytest.mark.parametrize("paths", [PUBLIC, QUESTIONS, CORRECTED], ids=["public", "questions", "corrections"])
def test_axe_finds_nothing(page: Page, live: str, paths: tuple[str, ...]) -> None:
    found: list[str] = []
    for path in paths:
        page.goto(live + path)
        found += complaints(page)
    assert found == []


def test_the_keyboard_reaches_every_control_and_its_focus_is_seen(page: Page, live: str) -> None:
    page.goto(live + QUESTIONS[0])
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUSED)
        if seen is None:
            break
        reached.append(seen["name"])
        assert seen["visible"], seen
    assert reached[0] == SKIP_TO_CONTENT
    assert {SAVE_AND_GO_ON, "Question précédente", REVIEW_BEFORE_SENDING} <= set(reached)
