"""`js/arranging.js` in a real browser, on the real template: rows move by keys, by drag and by rank, pairs by tap and by drag; menus stay the answer."""

from __future__ import annotations

import pytest
from flask import Flask, render_template
from playwright.sync_api import BrowserContext, Page, expect

from app.platform import hooks
from tests import builders
from tests.learner.quiz.question_pages import question_page

pytestmark = pytest.mark.browser

MATCHING, ORDERING = builders.one_of_each()[5:7]


@pytest.fixture
def app(app: Flask) -> Flask:
    """The page of an ordering and of a matching, shown to anyone; an answer goes nowhere."""
    pages = {"ordering": question_page(ORDERING), "matching": question_page(MATCHING)}
    app.add_url_rule("/essai/<kind>", "try_arranging", lambda kind: render_template("learner/quiz/question.html", page=pages[kind]))
    app.before_request_funcs = {}
    app.view_functions |= {"quiz.save_answer": lambda **_: {"saved_at": None, "key": "next"}}
    hooks.may_follow.give(app, lambda endpoint: False)
    return app


def opened(context: BrowserContext, live: str, kind: str) -> Page:
    tab = context.new_page()
    tab.goto(f"{live}/essai/{kind}")
    return tab


def rows(tab: Page) -> list[str]:
    """The rows in order; each has the rank of its place, once one was moved."""
    chosen = [menu.input_value() for menu in tab.locator(".pairs select").all()]
    assert chosen in ([""] * 4, ["1", "2", "3", "4"])
    return [text.strip() for text in tab.locator(".pair-text").all_text_contents()]


def given(tab: Page) -> list[str]:
    return [menu.evaluate("menu => menu.selectedOptions[0].text") for menu in tab.locator(".pairs select").all()]


def test_a_row_moves_by_keys_says_so_and_keeps_the_focus(context: BrowserContext, live: str) -> None:
    tab = opened(context, live, "ordering")
    one, two, three, four = rows(tab)
    tab.locator(".move[value$=down]").first.focus()
    with tab.expect_response("**/questions/2"):
        tab.keyboard.press("Enter")
    assert rows(tab) == [two, one, three, four]
    expect(tab.locator("[data-said]")).to_have_text(f"{one}, rang 2 sur 4.")
    for _ in range(2):
        tab.keyboard.press("Enter")
    assert rows(tab) == [two, three, four, one]
    focused = "document.activeElement.closest('li').querySelector('.pair-text').textContent.trim()"
    assert tab.evaluate(focused) == one
    tab.keyboard.press("Enter")  # ↓ is gone from the last row: the focus went to its ↑
    assert rows(tab) == [two, three, one, four]
    assert tab.url.endswith("/essai/ordering")


def test_a_row_is_dragged_by_its_handle_and_placed_by_its_rank(context: BrowserContext, live: str) -> None:
    tab = opened(context, live, "ordering")
    one, two, three, four = rows(tab)
    start, end = (tab.locator(".handle").nth(place).bounding_box() for place in (0, 2))
    assert start
    assert end
    tab.mouse.move(start["x"] + 5, start["y"] + 5)
    tab.mouse.down()
    tab.mouse.move(end["x"] + 5, end["y"] + end["height"], steps=10)
    with tab.expect_response("**/questions/2"):
        tab.mouse.up()
    assert rows(tab) == [two, three, one, four]
    tab.locator(".pairs select").nth(3).select_option("1")
    assert rows(tab) == [four, two, three, one]


def test_propositions_are_given_by_tap_to_the_next_row_or_dragged_to_any(context: BrowserContext, live: str) -> None:
    tab = opened(context, live, "matching")
    words = tab.locator(".target").all_text_contents()
    for place in (2, 0):
        tab.locator(".target").nth(place).click()
    assert given(tab) == [words[2], words[0], "Choisir…"]
    tab.locator(".pairs select").nth(0).focus()
    tab.locator(".target").nth(1).click()
    assert given(tab) == [words[1], words[0], "Choisir…"]
    target, row = tab.locator(".target").nth(3).bounding_box(), tab.locator(".pairs > li").nth(1).bounding_box()
    assert target
    assert row
    tab.mouse.move(target["x"] + 5, target["y"] + 5)
    tab.mouse.down()
    tab.mouse.move(row["x"] + 20, row["y"] + 20, steps=10)
    with tab.expect_response("**/questions/2"):
        tab.mouse.up()
    assert given(tab) == [words[1], words[3], "Choisir…"]


@pytest.mark.parametrize("kind", ["ordering", "matching"])
def test_without_a_script_nothing_is_shown_that_does_nothing(context: BrowserContext, live: str, kind: str) -> None:
    bare = context.browser
    assert bare
    plain = bare.new_context(java_script_enabled=False)
    tab = plain.new_page()
    tab.goto(f"{live}/essai/{kind}")
    expect(tab.locator(".handle, .target")).to_have_count(0)
    expect(tab.locator(".move")).to_have_count(8 if kind == "ordering" else 0)
    plain.close()
