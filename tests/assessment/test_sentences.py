"""What the statistics of a quiz say: three sentences at most, the surest first, none where nothing is to be mended."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.item_analysis import ItemFigures, ItemRemark, PickFigures
from app.assessment.kinds.kind import Pick
from app.assessment.sentences import MOST, sentences
from app.assessment.statistics import QuestionStatistics

ALARM = ItemRemark(True, "l’option B attire les meilleurs", "12 sur 40 l’ont donnée.")


def question(
    number: int, facility: float | None, discrimination: float | None = 40.0, *, people: int = 40, wrong: int = 0, alarm: bool = False
) -> QuestionStatistics:
    """`wrong`: how many chose B, which is wrong."""
    figures = ItemFigures(people, facility=facility, discrimination=discrimination)
    picks = (
        (Pick("a", "l’option A", "Juste", True), PickFigures(people - wrong, 0.0, None)),
        (Pick("b", "l’option B", "Fausse", False), PickFigures(wrong, 0.0, None)),
    )
    return QuestionStatistics(
        f"q{number}", f"f{number}", "quiz", f"Question {number}", "choix", 10 * number, figures, Fraction(1, 4), picks, (ALARM,) if alarm else ()
    )


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ([question(1, 80.0)], []),
        ([question(1, 80.0), question(2, 30.0, wrong=26)], ["La 2 est manquée par 7 sur 10, qui donnent souvent l’option B : relisez la ligne 20."]),
        ([question(1, 30.0, wrong=3)], ["La 1 est manquée par 7 sur 10 : relisez la ligne 10."]),
        ([question(1, 40.0), question(2, 20.0)], ["La 2 est manquée par 8 sur 10 : relisez la ligne 20."]),
        ([question(1, 76.0, -3.0)], ["La 1 ne sépare personne : qui réussit le reste du quiz ne la réussit pas mieux ; relisez la ligne 10."]),
        ([question(1, 20.0, -3.0)], ["La 1 est manquée par 8 sur 10 : relisez la ligne 10."]),
        (
            [question(1, 20.0), question(2, 60.0, alarm=True)],
            ["La 2 : l’option B attire les meilleurs.", "La 1 est manquée par 8 sur 10 : relisez la ligne 10."],
        ),
        ([question(1, 30.0, None, people=6)], ["La 1 est manquée par 7 sur 10 : relisez la ligne 10."]),
        ([question(1, None, None, people=3)], []),
    ],
)
def test_what_is_said(questions: list[QuestionStatistics], expected: list[str]) -> None:
    said = [each.text.replace("\u202f", " ").replace("\u00a0", " ") for each in sentences(questions)]
    assert said == expected


many = st.lists(st.tuples(st.floats(0, 100), st.floats(-100, 100), st.integers(5, 90), st.booleans()), max_size=12)


@given(many)
def test_at_most_three_each_of_another_question_and_doubtful_keys_first(drawn: list[tuple[float, float, int, bool]]) -> None:
    questions = [
        question(number, facility, discrimination, people=people, alarm=alarm) for number, (facility, discrimination, people, alarm) in enumerate(drawn, 1)
    ]
    said = sentences(questions)
    assert len(said) <= MOST
    assert len({each.question.question_id for each in said}) == len(said)
    assert [each.key for each in said] == sorted((each.key for each in said), reverse=True)
    assert sum(each.key for each in said) == min(MOST, sum(bool(each.alarm) for each in questions))
