"""Every page of the real course in a real browser, as each role sees it: the checkers find nothing, nothing is cut, the keyboard reaches everything.

A page is loaded once for all that is looked at on it (`tests/proofs/checkers.py`); each test then reads what was found.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Page

from app.identity.rules import Role
from tests.browsers import served
from tests.proofs.checkers import CHECKS, axe_again, bring_in
from tests.proofs.every_page import WHO, addresses, more, open_lessons
from tests.proofs.learners import InBrowser, sign_in

EACH_ROLE = [pytest.param(who, marks=pytest.mark.xdist_group(f"pages of {who}")) for who in WHO]
pytestmark = [pytest.mark.proof, pytest.mark.browser, pytest.mark.parametrize("found", EACH_ROLE, indirect=True, scope="module")]

BRIEFLY = {"axe": axe_again}
"""For a page that is looked at whole with another role already: what differs is the header, or a column."""
BEFORE = {"trainer": [Role.LEARNER], "manager": [Role.LEARNER, Role.TRAINER], "administrator": [Role.LEARNER, Role.TRAINER, Role.MANAGER]}
"""Whose pages were looked at whole, for each role."""
LONG_AND_OPEN = {"/frise", "/glossaire"}
"""The longest, the same for everybody: looked at whole with who has no account."""
FEWEST = {"anyone": 16, "learner": 25, "trainer": 45, "manager": 15, "administrator": 25}
"""Pages that each role is shown."""
Found = dict[str, list[str]]
"""Check → complaints, each with its page."""


@pytest.fixture(scope="module")
def found(request: Any, demonstration: Flask, values: dict[str, Any], passwords: dict[str, str], browser: Browser) -> Found:
    """What each check finds on all the pages of one role."""
    who: str = request.param
    known = {path for role in BEFORE.get(who, ()) for path in addresses(demonstration, values, role)}
    known |= LONG_AND_OPEN if who != "anyone" else set()
    paths = addresses(demonstration, values)
    paths += {"learner": more(demonstration, values), "anyone": open_lessons(demonstration)}.get(who, [])
    complaints, looked = defaultdict[str, list[str]](list), 0
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    bring_in(context)
    with served(demonstration) as live:
        tab = context.new_page()
        if email := WHO[who]:
            sign_in(InBrowser(tab, live), email, passwords[email])
        for path in paths:
            if is_page(tab, live, path, signed_in=email is not None):
                looked += 1
                for name, check in (BRIEFLY if path in known else CHECKS).items():
                    complaints[name] += [f"{path} {complaint}" for complaint in check(tab)]
    context.close()
    assert looked >= FEWEST[who], looked
    return complaints


def is_page(tab: Page, live: str, path: str, signed_in: bool) -> bool:
    """True if this person is shown a page there: not a file, not a refusal, not the sign-in page again."""
    try:
        answer = tab.goto(live + path)
    except Error as error:
        if "ERR_ABORTED" not in str(error) and "Download is starting" not in str(error):
            raise
        return False
    assert answer is not None
    assert answer.status in (200, 403, 404, 409), f"{path}: {answer.status}"
    if answer.status != 200 or not answer.headers.get("content-type", "").startswith("text/html"):
        return False
    return signed_in or "/connexion" not in tab.url or "/connexion" in path


def none_of(found: Found, *checks: str) -> None:
    complaints = [complaint for check in checks for complaint in found[check]]
    assert not complaints, "\n".join(complaints)


def test_axe_finds_nothing_on_any_page(found: Found) -> None:
    """WCAG 2.2 A and AA, best practices; wide and narrow, light and dark."""
    none_of(found, "axe", "axe, narrow")


def test_html_codesniffer_finds_no_error_on_any_page(found: Found) -> None:
    none_of(found, "HTML_CodeSniffer")


def test_the_keyboard_reaches_everything_and_its_focus_is_seen(found: Found) -> None:
    none_of(found, "keyboard", "keyboard, narrow")


def test_every_page_holds_at_400_per_cent(found: Found) -> None:
    none_of(found, "zoom")


def test_text_may_be_doubled_and_spaced(found: Found) -> None:
    none_of(found, "text size", "text spacing")


def test_the_colours_of_the_reader_leave_everything_in_sight(found: Found) -> None:
    none_of(found, "forced colours")


def test_nothing_moves_for_who_asked_for_less_motion(found: Found) -> None:
    none_of(found, "reduced motion")
