"""The plan in a real browser: a line is moved by hand. A module from nothing is in `tests/authoring/editor/test_module_browser.py`."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext

from tests.authoring.atelier import ADDRESS, Atelier
from tests.browsers import arrive

pytestmark = [pytest.mark.proof, pytest.mark.browser]


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    return Atelier(app)


def test_a_lesson_is_dragged_to_another_place(atelier: Atelier, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/atelier", ADDRESS)
    handle, first = tab.locator("#plan-suite .handle"), tab.locator("#plan-accueil")
    handle.hover()
    tab.mouse.down()
    box = first.bounding_box()
    assert box
    tab.mouse.move(box["x"] + 40, box["y"] + 4, steps=4)
    with tab.expect_navigation():
        tab.mouse.up()
    names = tab.locator("ol[data-plan=module-un] > [data-line]").evaluate_all("rows => rows.map(row => row.dataset.line)")
    assert names == ["suite", "accueil"]
