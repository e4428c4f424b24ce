"""Two newcomers of opposite sides, on the real course, wide, narrow and without a script: opposite paths; one refuses a waiver, the other takes one back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.content.store.queries import course
from app.identity.rules import Side
from app.learner.positioning.models import Positioning, asked_question, rows_of
from app.platform.db import db
from app.record.progress.queries import path_progress_of
from tests.browsers import fill_in, follow, sign_in
from tests.identity.builders import PASSWORD, stored_person
from tests.platform.web.axe import complaints
from tests.proofs.conftest import demonstration
from tests.words import ACCEPT_WAIVER, BEGIN_POSITIONING, DO_NOT_KNOW, GIVE_UP_WAIVER, LEAVE_FROM_HERE, LESSON_READ, WAIVER_ABANDONED, YOU_LEAVE_FROM_HERE

__all__ = ["demonstration"]

pytestmark = [pytest.mark.proof, pytest.mark.browser]

CITY, LOCAL = "politique-de-la-ville", "politiques-educatives-locales"
NUMBERS = count()
IN_SIGHT = """() => {
  const field = document.querySelector(".attempt-main fieldset :is(input, select, textarea)").getBoundingClientRect();
  const bar = document.querySelector(".attempt-actions").getBoundingClientRect();
  return { top: field.top, bar: bar.top, end: bar.bottom };
}"""


@pytest.fixture
def app(demonstration: Flask) -> Flask:
    return demonstration


@dataclass
class Newcomer:
    """Somebody in a browser of their own, who knows one module well."""

    app: Flask
    tab: Page
    live: str
    person: int
    email: str
    knows: str
    script: bool

    def arrive(self) -> None:
        """To the offer at the end of the first lesson, and to what it leads to."""
        self.tab.goto(f"{self.live}/connexion")
        sign_in(self.tab, self.email, PASSWORD)
        follow(self.tab.get_by_role("link", name="Commencer :"))
        follow(self.tab.get_by_role("button", name=LESSON_READ))
        self.looked_at()
        follow(self.tab.get_by_role("link", name="questions au plus"), "Positionnement")
        self.looked_at()

    def looked_at(self) -> None:
        """Nothing spills."""
        width = (self.tab.viewport_size or {"width": 0})["width"]
        if self.tab.evaluate("document.scrollingElement.scrollWidth") > width:
            raise AssertionError(f"{self.tab.url} is wider than {width}")

    def take(self) -> int:
        """From the first question to the result; gives how many were asked."""
        follow(self.tab.get_by_role("button", name=BEGIN_POSITIONING))
        for asked in range(13):
            place = re.search(r"/positionnement/(\d+)/questions/(\d+)$", self.tab.url)
            if place is None:
                return asked
            self.looked_at()
            form = self.answer(int(place[1]), int(place[2]))
            fill_in(self.tab, form or {})
            follow(self.tab.get_by_role("button", name="Répondre" if form else DO_NOT_KNOW))
        raise AssertionError("more than twelve questions")

    def answer(self, test_id: int, position: int) -> dict[str, list[str]] | None:
        with self.app.app_context():
            row = next(row for row in rows_of(db.session, test_id) if row.position == position)
            asked = asked_question(db.session, db.session.get_one(Positioning, test_id), row)
            assert asked is not None
            return asked.kind.sample(asked.layout, right=True) if row.module_id == self.knows else None

    def waiver(self, module: str) -> Any:
        return self.tab.locator("li", has=self.tab.locator(f"#nom-{module}"))

    def box(self, module: str) -> Any:
        """On the result: that of the waiver of a module."""
        return self.tab.get_by_role("checkbox", name=self.title(module))

    def title(self, module: str) -> str:
        with self.app.app_context():
            return course(db.session).modules[module].title

    def waived(self) -> set[str]:
        """Modules of which something is waived."""
        with self.app.app_context():
            mine = path_progress_of(db.session, course(db.session), self.person)
            return {module.id for module in mine.modules() if mine.module_progress(module.id).waived}


SIZES = [pytest.param((1280, True), id="1280"), pytest.param((390, True), id="390"), pytest.param((390, False), id="390 without script")]


@pytest.fixture(params=SIZES)
def two(request: Any, browser: Browser, app: Flask, live: str) -> Iterator[tuple[Newcomer, Newcomer]]:
    width, script = request.param
    found = []
    for name, knows, side in (("Ana État", CITY, Side.ETAT), ("Bob Ville", LOCAL, Side.COLLECTIVITE)):
        email = f"{name.split()[0].lower()}.{next(NUMBERS)}@croisee.example"
        person = stored_person(app, name=name, email=email, side=side)
        context = browser.new_context(java_script_enabled=script, locale="fr-FR", viewport={"width": width, "height": 844})
        found.append(Newcomer(app, context.new_page(), live, person, email, knows, script))
    yield found[0], found[1]
    for one in found:
        one.tab.context.close()


def test_opposite_sides_opposite_paths(two: tuple[Newcomer, Newcomer]) -> None:
    state, town = two
    for one, other in ((state, LOCAL), (town, CITY)):
        one.arrive()
        assert 1 <= one.take() <= 12
        expect(one.tab.get_by_role("heading", level=1)).to_have_text(YOU_LEAVE_FROM_HERE)
        expect(one.box(one.knows)).to_be_checked()
        expect(one.box(other)).to_have_count(0)
        one.looked_at()

    town.box(LOCAL).uncheck()
    follow(town.tab.get_by_role("button", name=LEAVE_FROM_HERE))
    assert town.waived() == set()
    follow(state.tab.get_by_role("button", name=LEAVE_FROM_HERE))
    assert state.waived() == {CITY}
    state.tab.goto(f"{state.live}/")
    expect(state.tab.locator("main")).to_contain_text("dispensé")
    state.looked_at()

    town.tab.goto(f"{town.live}/positionnement")
    follow(town.waiver(LOCAL).get_by_role("button", name=ACCEPT_WAIVER))
    assert town.waived() == {LOCAL}
    state.tab.goto(f"{state.live}/positionnement")
    follow(state.waiver(CITY).get_by_role("button", name=GIVE_UP_WAIVER))
    expect(state.waiver(CITY)).to_contain_text("dispense abandonnée")
    assert state.waived() == set()
    state.tab.goto(f"{state.live}/progression")
    expect(state.tab.locator("main")).to_contain_text(WAIVER_ABANDONED)
    state.looked_at()


def test_the_first_field_is_in_the_first_screen_and_axe_finds_nothing(two: tuple[Newcomer, Newcomer]) -> None:
    state, _town = two
    state.arrive()
    follow(state.tab.get_by_role("button", name=BEGIN_POSITIONING))
    for _ in range(12):
        if "/questions/" not in state.tab.url:
            break
        seen = state.tab.evaluate(IN_SIGHT)
        if (state.tab.viewport_size or {})["width"] == 390:
            assert seen["top"] + 44 <= seen["bar"] <= 844, (state.tab.url, seen)
        follow(state.tab.get_by_role("button", name=DO_NOT_KNOW))
    if state.script:
        assert complaints(state.tab) == []
    for path in ("/positionnement", "/attentes") if state.script else ():  # axe is a script
        state.tab.goto(f"{state.live}{path}")
        assert complaints(state.tab) == []
