"""What may be told of answers: lots of five or more, which never change and from which nothing smaller can be made."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.values.library import AGREEMENT, After, Moment, Survey, SurveyAnswerShape, SurveyQuestion
from app.content.values.text import Fragment
from app.learner.surveys.rules import FLOOR, SHEETS, QuestionCounts, answers_of, counted_with, is_over, lots, quarter_of, question_counts, series, week_of

MONDAY = date(2026, 9, 7)
NO_TEXT = Fragment("", 1)


def question(identifier: str, asked: SurveyAnswerShape, options: tuple[str, ...] = ()) -> SurveyQuestion:
    return SurveyQuestion(identifier, identifier.capitalize(), asked, options, NO_TEXT, 1)


SCALE = question("accord", SurveyAnswerShape.SCALE, AGREEMENT)
ONE, SEVERAL = question("temps", SurveyAnswerShape.SINGLE, ("Court", "Long")), question("aide", SurveyAnswerShape.MULTIPLE, ("Quiz", "Leçons"))
FREE = question("manque", SurveyAnswerShape.FREE)
SURVEY = Survey("avis", "Avis", Moment.HOT, frozenset(After), NO_TEXT, (SCALE, ONE, SEVERAL, FREE))


@pytest.mark.parametrize(
    ("day", "week", "quarter"),
    [
        (date(2026, 9, 7), MONDAY, "2026-T3"),
        (date(2026, 9, 13), MONDAY, "2026-T3"),
        (date(2026, 12, 31), date(2026, 12, 28), "2026-T4"),
        (date(2027, 1, 3), date(2026, 12, 28), "2027-T1"),
    ],
)
def test_the_week_and_the_quarter_of_a_day(day: date, week: date, quarter: str) -> None:
    assert (week_of(day), quarter_of(day)) == (week, quarter)


def test_a_week_is_told_a_day_after_its_end() -> None:
    assert [is_over(MONDAY, MONDAY + timedelta(days=days)) for days in (0, 6, 7, 8)] == [False, False, False, True]


@pytest.mark.parametrize(
    ("fields", "answers"),
    [
        ({}, {}),
        ({"accord": ["4"], "temps": ["1"], "aide": ["1", "2"], "manque": [" Rien. "]}, {"accord": [AGREEMENT[3]], "temps": ["Court"], "aide": ["Quiz", "Leçons"], "manque": ["Rien."]}),
        ({"accord": ["9"], "temps": ["1", "2"], "aide": ["x"], "manque": ["  "], "autre": ["1"]}, {}),
        ({"manque": ["a" * 30]}, {"manque": ["a" * 20]}),
    ],
)  # fmt: skip
def test_what_a_form_says(fields: dict[str, list[str]], answers: dict[str, list[str]]) -> None:
    assert answers_of(SURVEY, fields, 20) == answers


def test_counts_hold_sums_and_texts_in_no_order_of_arrival() -> None:
    counts = counted_with({}, SURVEY, {"manque": ["Zut"], "accord": [AGREEMENT[0]]})
    counts = counted_with(counts, SURVEY, {"manque": ["Ah"], "aide": ["Quiz", "Leçons"]})
    assert question_counts(counts, SHEETS) == QuestionCounts(2, {}, ())
    assert question_counts(counts, series(FREE)) == QuestionCounts(2, {}, ("Ah", "Zut"))
    assert question_counts(counts, series(SEVERAL)) == QuestionCounts(1, {"Leçons": 1, "Quiz": 1}, ())
    assert question_counts(counts, series(ONE)) == QuestionCounts()


def test_reworded_answers_begin_anew() -> None:
    assert series(ONE) != series(question("temps", SurveyAnswerShape.SINGLE, ("Court.", "Long")))


ANSWERED = st.lists(st.integers(0, 7), max_size=30)


def weekly(numbers: list[int]) -> list[tuple[date, QuestionCounts]]:
    return [(MONDAY + timedelta(weeks=place), QuestionCounts(people, {"oui": people})) for place, people in enumerate(numbers)]


@given(ANSWERED, st.integers(0, 250), st.integers(0, 250))
def test_whatever_is_subtracted_from_whatever_nobody_is_left_alone(numbers: list[int], one: int, other: int) -> None:
    """Lots are of five or more, apart from one another, whole; those of a day are the first ones of a later day."""
    earlier, later = (lots(weekly(numbers), MONDAY + timedelta(days=days)) for days in sorted((one, other)))
    assert later[: len(earlier)] == earlier
    assert all(lot.told.answered >= FLOOR and lot.told.counts["oui"] == lot.told.answered for lot in later)
    assert all(before.until < after.since for before, after in itertools.pairwise(later))
    difference = sum(lot.told.answered for lot in later) - sum(lot.told.answered for lot in earlier)
    assert difference == 0 or difference >= FLOOR


@given(ANSWERED)
def test_what_waits_is_less_than_five(numbers: list[int]) -> None:
    told = lots(weekly(numbers), MONDAY + timedelta(weeks=60))
    assert 0 <= sum(numbers) - sum(lot.told.answered for lot in told) < FLOOR
