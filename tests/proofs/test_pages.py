"""axe (WCAG 2.2 A and AA, best practices) finds nothing on any page of the real course, nothing overflows, the keyboard reaches everything.

The pages are those of the URL map: a page that is added later is looked at too, or fails here until it is given a value for its address.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, url_for
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from app import clock
from app.assessment.attempts import start
from app.assessment.models import Attempt
from app.authoring.drafts import services as drafts
from app.content.store.queries import course
from app.db import db, writing
from app.identity.models import Person
from app.identity.rules import Admission, Role, admission
from app.learning.progress.models import Attestation, Cohort
from tests.proofs.learners import InBrowser, sign_in
from tests.web.test_axe import FOCUSED, complaints

pytestmark = [pytest.mark.proof, pytest.mark.browser]

TRAINER = "thomas.delvigne@croisee.example"
LEARNER = "celine.vandamme@croisee.example"
WHO = {
    "anyone": None,
    "learner": LEARNER,
    "trainer": TRAINER,
    "manager": "karim.haddouche@croisee.example",
    "administrator": "aurelie.dussart@croisee.example",
}
SHOWN = [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]
BRIEFLY = SHOWN[0], SHOWN[3]
"""For a page that is looked at in every display with a learner already: what differs is the header."""
NEED_AN_ACT = {
    "authoring.archive_check",
    "authoring.reading",
    "invitation.accept",
    "invitation.printed",
    "identity.reset",
    "imports.check",
    "learning.resume",
    "preferences.letters",
    "reminders.edit",
    "reminders.rule",
    "reminders.answer",
    "preferences.stop",
}
"""Pages that exist only after somebody's act, a few minutes or once: their own tests show them."""
NO_PAGE = {"static", "media.image", "health.live", "health.ready"}


@pytest.fixture
def values(app: Flask) -> dict[str, Any]:
    """A value for each variable of an address; `attempt_id` is an open attempt of the learner."""
    with app.app_context(), writing() as session:
        people = {person.email: person.id for person in session.scalars(select(Person))}
        learner = people[LEARNER]
        attempt = start.start_attempt(session, course(session), learner, "ep-origines-quiz", seed=7, now=clock.now())
        draft = drafts.open_draft(session, "ep-refondation", people[TRAINER], clock.now())
        drafts.save_draft(session, draft, draft.text + "\nUne phrase de plus.\n", version=draft.version, now=clock.now())
        return {
            "document_id": draft.document_id,
            "revision_id": draft.base_revision_id,
            "person_id": learner,
            "other_id": people["youssef.benkaddour@croisee.example"],
            "cohort_id": session.scalars(select(Cohort.id)).first(),
            "module_id": "education-prioritaire",
            "lesson_id": "ep-refondation",
            "quiz_id": "ep-bilan",
            "attempt_id": attempt.id,
            "position": 1,
            "attestation_id": session.scalars(select(Attestation.id).filter_by(person_id=learner)).first(),
        }


def addresses(app: Flask, values: dict[str, Any], role: Role | None = None) -> list[str]:
    """Every page of the URL map, or those that this role may open."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGE | NEED_AN_ACT]
    rules = [rule for rule in rules if role is None or admission({role}, rule.endpoint) is Admission.ALLOWED]
    unknown = {name for rule in rules for name in rule.arguments} - values.keys()
    assert not unknown, f"give a value for {unknown}, here or in NEED_AN_ACT"
    with app.test_request_context():
        return sorted({url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}) for rule in rules})


def more(app: Flask, values: dict[str, Any]) -> list[str]:
    """Each question of the open attempt, a correction, and lessons and quizzes of each module."""
    with app.app_context():
        published = course(db.session)
        sent = db.session.scalars(select(Attempt.id).filter(Attempt.person_id == values["person_id"], Attempt.submitted_at.is_not(None)))
        questions = [f"/tentatives/{values['attempt_id']}/questions/{place}" for place in range(2, 9)]
        corrections = [f"/tentatives/{attempt}" for attempt in list(sent)[:2]]
        return [*questions, *corrections, *(f"/modules/{module.id}" for module in published.modules.values())]


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("who", WHO)
def test_axe_finds_nothing_on_any_page(app: Flask, values: dict[str, Any], passwords: dict[str, str], tab: Page, live: str, who: str) -> None:
    email = WHO[who]
    if email:
        sign_in(InBrowser(tab, live), email, passwords[email])
    found: list[str] = []
    looked, known = 0, set(addresses(app, values, Role.LEARNER)) if who in ("trainer", "manager", "administrator") else set[str]()
    for path in [*addresses(app, values), *(more(app, values) if who == "learner" else [])]:
        if not is_page(tab, live + path, signed_in=email is not None):
            continue
        looked += 1
        for width, scheme in BRIEFLY if path in known else SHOWN:
            tab.set_viewport_size({"width": width, "height": 800})
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{width} {scheme} {complaint}" for complaint in complaints(tab)]
    assert found == []
    assert looked >= {"anyone": 8, "learner": 25, "trainer": 45, "manager": 15, "administrator": 25}[who], looked


@pytest.mark.parametrize("width", [1280, 320])
def test_the_keyboard_reaches_everything_and_its_focus_is_seen(
    app: Flask, values: dict[str, Any], passwords: dict[str, str], tab: Page, live: str, width: int
) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    sign_in(InBrowser(tab, live), LEARNER, passwords[LEARNER])
    wrong: list[str] = []
    for path in [*addresses(app, values), *more(app, values)]:
        if is_page(tab, live + path, signed_in=True):
            wrong += [f"{path} {complaint}" for complaint in walk(tab)]
    assert not wrong, "\n".join(wrong)


STOPS = """() => {
  const groups = new Set();
  let stops = 0;
  for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
    if (element.disabled || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.type === "radio" && (groups.has(element.name) || (element.form.querySelector(`[name="${element.name}"]:checked`) ?? element) !== element)) continue;
    if (element.type === "radio") groups.add(element.name);
    element.dataset.stop = stops++;
  }
  return stops;
}"""
"""Numbers what Tab must reach: of a group of radios, one."""


def walk(tab: Page) -> list[str]:
    """Press Tab from the top to the end: what was not reached, or reached unseen."""
    wanted, reached, wrong = set(range(tab.evaluate(STOPS))), set(), []
    for _ in range(len(wanted) + 10):
        tab.keyboard.press("Tab")
        stop = tab.evaluate("document.activeElement?.dataset.stop ?? null")
        if stop is None:
            break
        reached.add(int(stop))
        seen = tab.evaluate(FOCUSED)
        if not seen["visible"]:
            wrong.append(f"focus not seen on « {seen['name']} » ({seen['outline']})")
    return wrong + [f"not reached: {outer(tab, stop)}" for stop in sorted(wanted - reached)]


def outer(tab: Page, stop: int) -> str:
    return str(tab.locator(f"[data-stop='{stop}']").evaluate("element => element.outerHTML"))[:120]


def is_page(tab: Page, address: str, signed_in: bool) -> bool:
    """True if this person is shown a page there: not a file, not a refusal, not the sign-in page again."""
    probe = tab.request.get(address)
    if probe.status != 200 or not probe.headers.get("content-type", "").startswith("text/html"):
        assert probe.status in (200, 403, 404, 409), f"{address}: {probe.status}"
        return False
    if not signed_in and "/connexion" in probe.url and "/connexion" not in address:
        return False
    tab.goto(address)
    return True
