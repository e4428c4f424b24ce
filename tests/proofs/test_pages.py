"""Every page of the real course in a real browser, as each role sees it: the checkers find nothing, nothing is cut, the keyboard reaches everything.

A page is loaded once for all that is looked at on it (`tests/proofs/checkers.py`); each test then reads what was found. Colours, and the keyboard's way, are
those of what no page showed before: a list of a hundred links, or the header of another page, teaches nothing the second time.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Page

from app.identity.rules import Role
from tests.browsers import FLAGS, SHELL, arrive, chromium, served
from tests.proofs.checkers import CHECKS, FRESH, bring_in
from tests.proofs.every_page import WHO, addresses, more, open_lessons

pytestmark = [
    *(pytest.mark.proof, pytest.mark.browser, pytest.mark.long),
    pytest.mark.xdist_group("pages"),  # one process knows what was shown
    pytest.mark.parametrize("found", WHO, indirect=True, scope="module"),
]

UNPAINTED = "--disable-threaded-compositing"
"""Without a compositor's thread nothing is drawn: all that is asked here is known from the layout, and drawing took a third of the time."""
ROLES = {"anyone": None, "learner": Role.LEARNER, "trainer": Role.TRAINER, "manager": Role.MANAGER, "administrator": Role.ADMINISTRATOR}
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
    known = set(addresses(demonstration, values, *BEFORE[who])) if who in BEFORE else set()
    known |= LONG_AND_OPEN if who != "anyone" else set()
    paths = addresses(demonstration, values, ROLES[who])
    paths += {"learner": more(demonstration, values), "anyone": open_lessons(demonstration)}.get(who, [])
    complaints, looked = defaultdict[str, list[str]](list), set[str]()
    unseen = browser.browser_type.launch(executable_path=chromium(SHELL), args=[*FLAGS, UNPAINTED])
    context = unseen.new_context(locale="fr-FR", reduced_motion="reduce")
    bring_in(context)
    with served(demonstration) as live:
        email = WHO[who]
        tab = arrive(context, f"{live}/compte", email, passwords[email]) if email else context.new_page()
        for path in paths:
            if is_page(tab, live, path, signed_in=email is not None) and tab.url not in looked:
                looked.add(tab.url)  # an address may lead to another's page
                for name, check in (FRESH if path in known else CHECKS).items():
                    complaints[name] += [f"{path} {complaint}" for complaint in check(tab)]
    unseen.close()
    assert len(looked) >= FEWEST[who], len(looked)
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
