"""One plan after a failure: each passage once, the most useful first."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.questions.correct import LessonLink
from app.assessment.questions.reading_plan import Passage, reading_plan

A, B, C = (LessonLink("lecon", "Leçon", anchor, anchor.upper()) for anchor in "abc")
WHOLE = LessonLink("lecon", "Leçon", "", "")
ONE, HALF, NOTHING = Fraction(1), Fraction(1, 2), Fraction(0)


@pytest.mark.parametrize(
    ("answers", "plan"),
    [
        ([], []),
        ([(A, NOTHING), (None, ONE)], []),  # right, or taught nowhere
        ([(A, ONE), (A, HALF)], [Passage(A, 2, Fraction(3, 2))]),
        ([(A, HALF), (B, ONE)], [Passage(B, 1, ONE), Passage(A, 1, HALF)]),
        ([(B, ONE), (A, ONE), (C, NOTHING)], [Passage(B, 1, ONE), Passage(A, 1, ONE)]),  # as dear: in the order of the questions
        ([(WHOLE, ONE), (WHOLE, ONE), (A, HALF)], [Passage(A, 1, HALF), Passage(WHOLE, 2, Fraction(2))]),  # the short reading first
    ],
)
def test_plan(answers: list[tuple[LessonLink | None, Fraction]], plan: list[Passage]) -> None:
    assert reading_plan(answers) == tuple(plan)


@given(st.lists(st.tuples(st.sampled_from([A, B, C, WHOLE, None]), st.fractions(0, 3))))
def test_every_missed_passage_is_there_once_and_no_point_is_lost_on_the_way(answers: list[tuple[LessonLink | None, Fraction]]) -> None:
    plan = reading_plan(answers)
    assert len({passage.link for passage in plan}) == len(plan)
    assert sum(passage.lost for passage in plan) == sum(lost for link, lost in answers if link)
    assert sum(passage.questions for passage in plan) == sum(1 for link, lost in answers if link and lost)
    assert [passage.lost for passage in plan if passage.link.anchor] == sorted((one.lost for one in plan if one.link.anchor), reverse=True)
