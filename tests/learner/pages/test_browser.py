"""A short journey in a real browser, and what becomes of an answer there when the session ended meanwhile. Longer ones: tests/proofs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from app.assessment.models import Response
from app.identity import services as identity
from app.identity.models import Person
from app.platform.db import db
from app.record.progress.models import Submission
from app.record.progress.rules import Progress
from tests.browsers import arrive, press, sign_in
from tests.record.world import World
from tests.words import (
    ANSWER_SAVED_AT,
    ANSWER_TO_QUESTION,
    ATTEMPT_FAILED,
    ERASE_ANSWER,
    LESSON_READ,
    REVIEW_BEFORE_SENDING,
    SAVE_AND_GO_ON,
    SEND_FOR_GOOD,
    SEND_WHAT_WAS_TYPED,
    SIGN_IN,
    SIGN_IN_AGAIN,
    TAKE_QUIZ,
    TAKE_QUIZ_AGAIN,
    TAKE_UP_FORM,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def tab(world: World, context: BrowserContext, live: str) -> Page:
    """Inès, signed in, before her table."""
    world.person()
    return arrive(context, f"{live}/connexion")


def end_sessions(world: World) -> None:
    with world.app.app_context():
        identity.close_sessions(db.session, db.session.get_one(Person, 1))
        db.session.commit()


def title(tab: Page, words: str) -> None:
    expect(tab.get_by_role("heading", level=1)).to_have_text(words)


def answer(tab: Page, right: bool = True) -> None:
    tab.get_by_label("Juste" if right else "Fausse").check()
    expect(tab.locator("[data-saved]")).to_contain_text(ANSWER_SAVED_AT)
    press(tab, SAVE_AND_GO_ON)


def test_a_newcomer_finishes_a_module_and_shows_the_attestation(world: World, tab: Page, browser: Browser, live: str) -> None:
    tab.get_by_role("link", name="Commencer").click()
    title(tab, "Leçon un-a")
    press(tab, LESSON_READ)
    tab.get_by_role("button", name=TAKE_QUIZ).click()
    for right in (False, False):
        answer(tab, right)
    title(tab, REVIEW_BEFORE_SENDING)
    press(tab, SEND_FOR_GOOD)
    expect(tab.locator(".verdict").first).to_contain_text(ATTEMPT_FAILED)
    press(tab, TAKE_QUIZ_AGAIN)
    for right in (True, True):
        answer(tab, right)
    press(tab, SEND_FOR_GOOD)
    tab.get_by_role("link", name="Continuer : Leçon un-b").click()
    press(tab, LESSON_READ)
    expect(tab.locator(".messages")).to_contain_text("« Module mod-un » est terminé")
    address = tab.get_by_role("link", name="votre attestation").get_attribute("href")
    elsewhere = browser.new_context().new_page()
    elsewhere.goto(f"{live}{address}")
    title(elsewhere, "Attestation : Module mod-un")
    expect(elsewhere.locator("main")).to_contain_text("Inès Carpentier")
    elsewhere.context.close()
    assert world.progress(1) == Progress(3, 6)


def test_resuming_leads_to_the_heading_where_one_stopped(world: World, other: BrowserContext, tab: Page, live: str) -> None:
    """From any device: the place is on the server."""
    tab.set_viewport_size({"width": 400, "height": 300})
    tab.goto(f"{live}/lecons/un-a")
    with tab.expect_response("**/repere") as kept:
        tab.locator("#fin").evaluate("heading => heading.scrollIntoView()")
    assert kept.value.status == 204
    page = arrive(other, f"{live}/connexion")
    page.get_by_role("link", name="Reprendre").click()
    assert page.url.endswith("/lecons/un-a#fin") or page.url.endswith("/lecons/un-a#a-retenir")


@pytest.fixture
def question(tab: Page, live: str) -> Page:
    tab.goto(f"{live}/quiz/un-a-quiz")
    press(tab, "Commencer")
    title(tab, "Question 1 sur 2")
    return tab


def test_a_session_that_ended_keeps_the_answer_and_sends_it_on_return(world: World, question: Page) -> None:
    end_sessions(world)
    question.get_by_label("Juste").check()
    expect(question.get_by_role("alert")).to_contain_text("Votre session a expiré. Votre réponse est gardée dans ce navigateur")
    assert world.count(Response) == 0
    question.get_by_role("link", name=SIGN_IN_AGAIN).click()
    sign_in(question)
    title(question, "Question 1 sur 2")
    expect(question.get_by_label("Juste")).to_be_checked()
    expect(question.locator("[data-saved]")).to_contain_text(ANSWER_SAVED_AT)
    assert world.count(Response) == 1


def test_erasing_with_the_button(world: World, question: Page) -> None:
    question.get_by_label("Juste").check()
    expect(question.locator("[data-saved]")).to_contain_text(ANSWER_SAVED_AT)
    question.reload()
    press(question, ERASE_ANSWER)
    title(question, "Question 1 sur 2")
    expect(question.get_by_label("Juste")).not_to_be_checked()
    assert world.read(lambda session: list(session.scalars(select(Response.readable).order_by(Response.id))))[-1] == ""


@pytest.fixture
def plain(world: World, browser: Browser, live: str) -> Iterator[Page]:
    """The same browser, running no script."""
    world.person()
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    yield arrive(context, f"{live}/connexion")
    context.close()


def test_without_script_the_answer_is_kept_by_the_server_and_shown_on_return(world: World, plain: Page, live: str) -> None:
    plain.goto(f"{live}/quiz/un-a-quiz")
    press(plain, "Commencer")
    end_sessions(world)
    plain.get_by_label("Juste").check()
    press(plain, SAVE_AND_GO_ON)
    title(plain, SIGN_IN)
    sign_in(plain)
    title(plain, TAKE_UP_FORM)
    expect(plain.locator("main")).to_contain_text(ANSWER_TO_QUESTION)
    press(plain, SEND_WHAT_WAS_TYPED)
    title(plain, "Question 2 sur 2")
    assert (world.count(Response), world.count(Submission, replayed_at=None)) == (1, 0)
