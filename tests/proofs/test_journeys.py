"""Whole journeys on the real course, in a real browser and without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import select

from app.content.store.queries import course
from app.content.values.quiz import QuestionType
from app.platform.db import db
from app.record.progress.models import Attestation
from tests.proofs.learners import InBrowser, Learner, Scriptless, answer_all, send, sign_in, words_of
from tests.strict import StrictClient
from tests.words import ATTEMPT_FAILED, ATTEMPT_PASSED, LESSON_READ, SEND_FOR_GOOD, TAKE_QUIZ_AGAIN, UNANSWERED

pytestmark = pytest.mark.proof

FIRST = "cites-educatives"
NEWCOMERS = {"browser": ("Inès Carpentier", "ines.carpentier@croisee.example"), "no script": ("Justine Hennebelle", "justine.hennebelle@croisee.example")}
HURRIED = {"browser": "samira.mokrani@croisee.example", "no script": "damien.platteau@croisee.example"}

Signed = Callable[[str], Learner]


@pytest.fixture(params=[pytest.param("browser", marks=pytest.mark.browser), "no script"])
def way(request: Any) -> str:
    return str(request.param)


@pytest.fixture
def signed(way: str, request: Any, passwords: dict[str, str]) -> Signed:
    """Signs somebody in, through the page."""

    def sign(email: str) -> Learner:
        learner: Learner
        if way == "browser":
            context: BrowserContext = request.getfixturevalue("context")
            learner = InBrowser(context.new_page(), request.getfixturevalue("live"))
        else:
            client: StrictClient = request.getfixturevalue("client")
            learner = Scriptless(client)
        sign_in(learner, email, passwords[email])
        return learner

    return sign


def next_thing(learner: Learner) -> str:
    """The address of the one next thing of the learner's table."""
    learner.go("/")
    page = learner.page()
    return page.step("Commencer" if "Commencer" in words_of(page).split() else "Reprendre")


def pass_quiz(app: Flask, learner: Learner, fail_first: bool) -> None:
    learner.press("Commencer")
    if fail_first:
        answer_all(app, learner, wrong=True)
        send(learner)
        seen = words_of(learner.page())
        assert ATTEMPT_FAILED in seen
        assert [heading for heading in learner.page().all("h2") if learner.page().text_of(heading) == "Correction"]
        learner.press(TAKE_QUIZ_AGAIN)
    answer_all(app, learner)
    send(learner)
    assert ATTEMPT_PASSED in words_of(learner.page())


def test_a_newcomer_goes_through_the_first_module_to_its_attestation(app: Flask, signed: Signed, way: str, request: Any) -> None:
    name, email = NEWCOMERS[way]
    with app.app_context():
        published = course(db.session)
        module = published.modules[FIRST]
        quizzes = {quiz.id for quiz in published.quizzes.values() if not quiz.is_pool and (quiz.module_id == FIRST or quiz.lesson_id in module.lesson_ids)}
        elements = quizzes | set(module.lesson_ids)
    learner, done, failed = signed(email), [], False
    while (address := next_thing(learner)).split("#")[0].rsplit("/", 1)[1] in elements:
        assert address not in done, f"{address} is still the next thing"
        assert f"Attestation du module {module.title}" not in words_of(learner.page())
        done.append(address)
        learner.go(address)
        if "/quiz/" in address:
            pass_quiz(app, learner, fail_first=not failed)
            failed = True
        else:
            learner.press(LESSON_READ)
        last = learner.page()
    assert len(done) == len(elements)
    assert f"« {module.title} » est terminé" in words_of(last)
    check_attestation(app, last.link("votre attestation"), name, email, module.title, way, request)


def check_attestation(app: Flask, address: str, name: str, email: str, title: str, way: str, request: Any) -> None:
    """What somebody reads who has the address and no account."""
    with app.app_context():
        version = db.session.scalars(select(Attestation.content_version).filter_by(id=address.rsplit("/", 1)[1])).one()
    if way == "browser":
        browser: Browser = request.getfixturevalue("browser")
        stranger = browser.new_context(locale="fr-FR")
        tab = stranger.new_page()
        answer = tab.goto(request.getfixturevalue("live") + address)
        assert answer is not None
        page, robots = InBrowser(tab, "").page(), answer.headers.get("x-robots-tag", "")
        stranger.close()
    else:
        client = app.test_client()
        robots = client.get(address).headers["X-Robots-Tag"]
        page = client.page
    seen = words_of(page)
    assert name in seen
    assert re.search(rf"a terminé le module « {title} » le \d+(er)? \w+ 20\d\d\.", seen)
    assert version[:12] in seen
    assert email not in seen
    assert "noindex" in robots
    assert [meta for meta in page.all("meta") if meta.get("name") == "robots" and "noindex" in meta.get("content")]


@pytest.mark.parametrize("quiz", ["ep-origines-quiz", "ep-relances-quiz"], ids=["corrected after each question", "corrected after sending"])
def test_answers_left_out_are_named_before_the_quiz_is_sent(app: Flask, signed: Signed, way: str, quiz: str) -> None:
    learner = signed(HURRIED[way])
    learner.go(f"/quiz/{quiz}")
    learner.press("Commencer")
    left = answer_all(app, learner, leave_out=3)
    page = learner.page()
    warning = next(element for element in page.all("p") if element.get("id") == "manques")
    assert [int(number) for number in re.findall(r"question.(\d+)", page.text_of(warning))] == left
    assert words_of(page).count(UNANSWERED) == len(left) > 1
    learner.press(SEND_FOR_GOOD)
    corrected = words_of(learner.page())
    assert learner.page().h1 == "Résultat"
    assert corrected.count(UNANSWERED) >= len(left) or corrected.count("sans réponse") >= len(left)
    assert "100 %" not in corrected


def test_the_quizzes_of_the_course_have_the_eight_types(app: Flask) -> None:
    with app.app_context():
        asked = {question.kind for quiz in course(db.session).quizzes.values() for question in quiz.questions}
        assert set(QuestionType) - {QuestionType.OPEN} <= asked
