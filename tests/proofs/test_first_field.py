"""On a telephone (390 × 844) the first field of each type of question stands in the first screen, above the bar of actions, and nothing spills."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext

from app.assessment.attempts import services
from app.assessment.attempts.sheet import attempt_of, sheet_of
from app.content.store.queries import course
from app.content.values.quiz import QuestionType
from app.identity.models import Person
from app.platform import clock
from app.platform.db import writing
from tests.proofs.learners import InBrowser, sign_in

pytestmark = [pytest.mark.proof, pytest.mark.browser]

LEARNER = "celine.vandamme@croisee.example"
MEASURE = """() => {
  const field = document.querySelector("form[data-autosave] fieldset :is(input, select, textarea)").getBoundingClientRect();
  const bar = document.querySelector(".attempt-actions").getBoundingClientRect();
  const strip = document.querySelector(".stops").getBoundingClientRect();
  return { top: field.top, bottom: field.bottom, bar: bar.top, end: bar.bottom, wide: Math.max(document.documentElement.scrollWidth, strip.right) };
}"""


@pytest.fixture
def longest(app: Flask) -> dict[str, str]:
    """The address of the question of each type that has the most to read above its first field, with its situation, of the whole course."""
    found: dict[str, tuple[int, str]] = {}
    with app.app_context(), writing() as session:
        person = session.query(Person).filter_by(email=LEARNER).one().id
        published = course(session)
        for quiz_id in (quiz.id for quiz in published.quizzes.values() if not quiz.is_pool):
            attempt = services.start_attempt(session, published, person, quiz_id, seed=7, now=clock.now())
            for entry in sheet_of(session, attempt_of(session, person, attempt.id)).entries:
                asked, situation = entry.pooled.question, entry.pooled.situation
                read = len(asked.statement.text) + (len(situation.text.text) if situation else 0)
                found[asked.kind.value] = max(found.get(asked.kind.value, (0, "")), (read, f"/tentatives/{attempt.id}/questions/{entry.position}"))
    return {kind: path for kind, (_, path) in found.items()}


def test_the_first_field_of_each_type_is_in_the_first_screen(longest: dict[str, str], passwords: dict[str, str], context: BrowserContext, live: str) -> None:
    assert set(longest) >= {kind.value for kind in QuestionType} - {QuestionType.OPEN.value}
    tab = context.new_page()
    tab.set_viewport_size({"width": 390, "height": 844})
    sign_in(InBrowser(tab, live), LEARNER, passwords[LEARNER])
    for kind, path in longest.items():
        tab.goto(live + path)
        seen = tab.evaluate(MEASURE)
        assert seen["wide"] <= 390, (kind, path)
        assert seen["top"] + 44 <= seen["bar"] <= 844, (kind, path, seen)
