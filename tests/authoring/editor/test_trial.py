"""A quiz tried in its preview: marked as a learner's would be, and nothing is kept."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.authoring.atelier import QUIZ, Atelier
from tests.record.world import words_of
from tests.words import MARK_TRIAL, RIGHT_ANSWER, TRIAL_IS_WORTH


@pytest.fixture
def either(any_app: Flask) -> Atelier:
    """On each database in turn."""
    return Atelier(any_app)


def test_a_quiz_is_tried_without_an_attempt(either: Atelier) -> None:
    before = either.counts()
    either.client.see(f"/atelier/documents/{QUIZ}/apercu")
    page = either.client.submit(MARK_TRIAL, status=200)
    assert "Votre essai vaut 0 %" in words_of(page)
    assert RIGHT_ANSWER in words_of(page)
    assert either.counts() == before


def test_an_unclear_answer_is_asked_again_before_a_trial_is_marked(either: Atelier) -> None:
    """As of a learner: nothing is marked, what was typed stands, the sentence says what to write."""
    either.write(QUIZ, "## Quel pourcentage ? {#habitants}\n\nRéponse : 3500\n\n> Une part.")
    either.client.see(f"/atelier/documents/{QUIZ}/apercu")
    field = [name for name in either.client.page.form(MARK_TRIAL)["fields"] if name.startswith("q")][-1]
    page = either.client.submit(MARK_TRIAL, status=200, **{field: "3.500"})
    assert "« 3.500 » se lit de deux façons" in words_of(page)
    assert TRIAL_IS_WORTH not in words_of(page)
    assert page.form(MARK_TRIAL)["fields"][field] == "3.500"
    page = either.client.submit(MARK_TRIAL, status=200, **{field: "3 500"})
    assert TRIAL_IS_WORTH in words_of(page)
