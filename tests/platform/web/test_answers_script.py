"""`js/answers.js` in a real browser, on the real template: saves as one answers, says so, and loses nothing when the line drops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, jsonify, redirect, render_template, request
from msgspec.structs import replace
from playwright.sync_api import BrowserContext, Page, expect

from app.learner.quiz import QuizQuestionPage
from app.platform import hooks
from tests import builders
from tests.browsers import served
from tests.learner.quiz.question_pages import SAVED_AT, question_page
from tests.words import CONNECTION_LOST, SAVE_AND_GO_ON, SESSION_EXPIRED, SIGN_IN_AGAIN, YOUR_ANSWER

pytestmark = pytest.mark.browser

ADDRESS = "/tentatives/7/questions/2"
SINGLE, MULTIPLE, TEXT = (builders.one_of_each()[place] for place in (0, 1, 3))


@dataclass
class FakeServer:
    """A page of one question, and what was posted to it."""

    page: QuizQuestionPage
    posts: list[dict[str, list[str]]] = field(default_factory=list)
    status: int = 200

    def show(self) -> str:
        return render_template("learner/quiz/question.html", page=self.page)

    def save(self) -> Any:
        if request.headers.get("X-Requested-With") != "fetch":
            return redirect("/apres", 303)
        if self.status == 303:
            return redirect("/apres", 303)
        if self.status != 200:
            return jsonify(error="Cette tentative est déjà envoyée."), self.status
        self.posts.append({name: request.form.getlist(name) for name in request.form if name != "csrf_token"})
        return jsonify(saved_at=SAVED_AT.isoformat(), key=f"key-{len(self.posts)}")


@pytest.fixture
def server(app: Flask) -> FakeServer:
    """The real application, where the page of a question is public and an answer goes no further than a list."""
    fake = FakeServer(question_page(SINGLE))
    app.before_request_funcs = {}
    app.view_functions |= {"quiz.question": lambda **_: fake.show(), "quiz.save_answer": lambda **_: fake.save()}
    app.add_url_rule("/apres", "after", lambda: Response("<!doctype html><title>après</title>", mimetype="text/html"))
    hooks.may_follow.give(app, lambda endpoint: False)
    return fake


@pytest.fixture
def address(app: Flask, server: FakeServer) -> Iterator[str]:
    with served(app) as live:
        yield live + ADDRESS


@pytest.fixture
def browser_page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def kept(page: Page) -> int:
    """How many answers wait in the browser."""
    return int(page.evaluate("localStorage.length"))


SAVED = "Réponse enregistrée à 14 h 05."


def test_a_choice_is_saved_as_it_is_made_and_the_page_says_so(browser_page: Page, server: FakeServer) -> None:
    browser_page.get_by_label("Le préfet").check()
    expect(browser_page.locator("[data-saved]")).to_have_text(SAVED)
    assert server.posts == [{"key": ["first-key"], "choix": server.posts[0]["choix"]}]
    browser_page.get_by_label("Le recteur").check()
    expect(browser_page.locator("[name=key]")).to_have_value("key-2")
    assert server.posts[1]["key"] == ["key-1"]


def test_typed_text_is_sent_when_the_typing_pauses(context: BrowserContext, address: str, server: FakeServer) -> None:
    server.page = question_page(TEXT)
    page = context.new_page()
    page.goto(address)
    page.get_by_label(YOUR_ANSWER).press_sequentially("contrat de ville", delay=20)
    expect(page.locator("[data-saved]")).to_have_text(SAVED)
    assert [post["texte"] for post in server.posts] == [["contrat de ville"]]


def test_emptying_an_answer_says_that_it_was_meant(context: BrowserContext, address: str, server: FakeServer) -> None:
    server.page = question_page(MULTIPLE)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Le maire").check()
    expect(page.locator("[name=key]")).to_have_value("key-1")
    page.get_by_label("Le maire").uncheck()
    expect(page.locator("[name=key]")).to_have_value("key-2")
    assert "erase" not in server.posts[0]
    assert server.posts[1]["erase"] == ["1"]


def test_a_lost_connection_is_said_the_answer_kept_and_sent_on_return(context: BrowserContext, browser_page: Page, server: FakeServer) -> None:
    context.set_offline(True)
    browser_page.get_by_label("Le préfet").check()
    expect(browser_page.get_by_role("alert")).to_contain_text(CONNECTION_LOST)
    assert kept(browser_page) == 1
    browser_page.get_by_role("button", name=SAVE_AND_GO_ON).click()
    expect(browser_page.get_by_role("alert")).to_contain_text(CONNECTION_LOST)
    assert browser_page.url.endswith(ADDRESS)
    context.set_offline(False)
    expect(browser_page.locator("[data-saved]")).to_have_text(SAVED)
    assert (kept(browser_page), len(server.posts)) == (0, 1)


def test_an_answer_kept_in_the_browser_comes_back_after_the_page_is_closed(
    context: BrowserContext, browser_page: Page, address: str, server: FakeServer
) -> None:
    server.status = 503
    browser_page.get_by_label("Le recteur").check()
    expect(browser_page.get_by_role("alert")).to_contain_text(CONNECTION_LOST)
    browser_page.close()
    server.status = 200
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_label("Le recteur")).to_be_checked()
    expect(page.locator("[data-saved]")).to_have_text(SAVED)
    assert kept(page) == 0


def test_an_older_answer_never_replaces_one_that_was_saved_elsewhere_since(
    context: BrowserContext, browser_page: Page, address: str, server: FakeServer
) -> None:
    server.status = 503
    browser_page.get_by_label("Le recteur").check()
    expect(browser_page.get_by_role("alert")).to_contain_text(CONNECTION_LOST)
    browser_page.close()
    server.status = 200
    server.page = replace(server.page, attempt=replace(server.page.attempt, saved_at=SAVED_AT), key="second-key")
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_label("Le recteur")).not_to_be_checked()
    assert kept(page) == 0
    # The first page may have sent its answer while it closed; this one sends nothing.
    assert [post for post in server.posts if post["key"] == ["second-key"]] == []


@pytest.mark.parametrize("status", [401, 303])
def test_an_expired_session_keeps_the_answer_and_leads_to_sign_in(browser_page: Page, server: FakeServer, status: int) -> None:
    """Whether the server says so to the script, or leads it to a page as it would a person."""
    server.status = status
    browser_page.get_by_label("Le maire").check()
    expect(browser_page.get_by_role("alert")).to_contain_text(SESSION_EXPIRED)
    assert browser_page.get_by_role("link", name=SIGN_IN_AGAIN).get_attribute("href") == f"/connexion?next={ADDRESS}"
    assert kept(browser_page) == 1


def test_a_refusal_is_said_in_the_words_of_the_server(browser_page: Page, server: FakeServer) -> None:
    server.status = 422
    browser_page.get_by_label("Le maire").check()
    expect(browser_page.get_by_role("alert")).to_have_text("Cette tentative est déjà envoyée.")
    assert kept(browser_page) == 0


def test_the_button_saves_first_then_goes_on(browser_page: Page, server: FakeServer) -> None:
    browser_page.get_by_label("Le préfet").check()
    browser_page.get_by_role("button", name=SAVE_AND_GO_ON).click()
    browser_page.wait_for_url("**/apres")
    assert len(server.posts) == 1
