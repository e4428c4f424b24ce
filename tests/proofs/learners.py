"""The same verbs for a learner in a real browser and for one whose browser runs no script, so that both make the same journey."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page as BrowserPage

from app.assessment.attempts.sheet import sheet_of
from app.assessment.kinds.responses import Form
from app.assessment.models import Attempt
from app.platform.db import db
from tests.browsers import fill_in
from tests.strict import Page, StrictClient
from tests.words import REVIEW_BEFORE_SENDING, SAVE_AND_GO_ON, SEND_ANSWER, SEND_FOR_GOOD, SIGN_IN, SKIP_FOR_NOW

PLACE = re.compile(r'action="/tentatives/(\d+)/questions/(\d+)"')


class Learner(Protocol):
    def go(self, path: str) -> None: ...

    def page(self) -> Page:
        """The page that is before the learner."""

    def press(self, button: str, form: Form | None = None) -> None:
        """Fill the form of this button, and press it."""


def follow(learner: Learner, words: str) -> None:
    learner.go(learner.page().link(words))


def sign_in(learner: Learner, email: str, password: str) -> None:
    learner.go("/connexion")
    learner.press(SIGN_IN, {"email": [email], "password": [password]})


def words_of(page: Page) -> str:
    return page.text.replace("\u202f", " ").replace("\u00a0", " ")


@dataclass
class Scriptless:
    client: StrictClient

    def go(self, path: str) -> None:
        self.client.see(urlsplit(path).path)

    def page(self) -> Page:
        return self.client.page

    def press(self, button: str, form: Form | None = None) -> None:
        self.client.submit(button, **(form or {}))


@dataclass
class InBrowser:
    tab: BrowserPage
    address: str

    def go(self, path: str) -> None:
        answer = self.tab.goto(self.address + path)
        assert answer is None or answer.status == 200, f"{path}: {answer.status}"

    def page(self) -> Page:
        return Page(self.tab.content())

    def press(self, button: str, form: Form | None = None) -> None:
        fill_in(self.tab, form or {})
        with self.tab.expect_navigation():
            self.tab.get_by_role("button", name=button).first.click()


def key_of(app: Flask, attempt: int, position: int, wrong: bool = False) -> Form:
    """What the learner would send who knows the answer, or who does not."""
    with app.app_context():
        entry = sheet_of(db.session, db.session.get_one(Attempt, attempt)).entries[position - 1]
        return entry.kind.sample(entry.layout, right=not wrong)


def send(learner: Learner) -> None:
    """From the recap, if the last correction did not close the attempt."""
    if learner.page().h1 == REVIEW_BEFORE_SENDING:
        learner.press(SEND_FOR_GOOD)


def answer_all(app: Flask, learner: Learner, wrong: bool = False, leave_out: int = 0) -> list[int]:
    """From the first question to the recap, or to the result of a quiz that was corrected on the way. One question in `leave_out` is left without an answer; gives their numbers."""
    left: list[int] = []
    for _ in range(50):
        page = learner.page()
        if page.h1 in (REVIEW_BEFORE_SENDING, "Résultat"):
            return left
        place = PLACE.search(page.html)
        assert place, f"neither a question nor the recap: {page.h1}"
        attempt, position = int(place[1]), int(place[2])
        immediate = SEND_ANSWER in page.text
        if leave_out and position % leave_out == 0:
            left.append(position)
            learner.press(SKIP_FOR_NOW if immediate else SAVE_AND_GO_ON)
            continue
        learner.press(SEND_ANSWER if immediate else SAVE_AND_GO_ON, key_of(app, attempt, position, wrong))
        if immediate and learner.page().h1 != "Résultat":
            follow(learner, "Continuer")
    raise AssertionError("this quiz does not end")
