"""A gap that asks for a number, a range or a quantity takes it as `Réponse :` would."""

from __future__ import annotations

import pytest

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.gaps import FilledGaps, GapsKind
from app.content.values.quiz import Gaps
from tests.content.quiz.parsing import parse_quiz
from tests.content.quiz.quiz_writings import HEAD, PATH


@pytest.mark.parametrize(
    ("written", "typed", "right"),
    [
        ("[[2013 à 2014]]", "2013", True),
        ("[[2013 à 2014]]", "2015", False),
        ("[[2013 ± 1]]", "2012", True),
        ("[[12,5 %]]", "12,5", True),
        ("[[12,5 %]]", "12,5 %", True),
        ("[[12,5 %]]", "12", False),
        ("[[1 362 ± 10]]", "1370", True),
        ("[[trois | 3]]", "3", True),
        ("[[préfet]]", "prefet", True),
    ],
)
def test_what_is_accepted(written: str, typed: str, right: bool) -> None:
    quiz, problems = parse_quiz(PATH, f"{HEAD}## Complétez {{#phrase}}\n\nOn dit {written} ici.\n")
    assert problems == ()
    assert quiz is not None
    question = quiz.questions[0]
    assert isinstance(question.answer, Gaps)
    assert (GapsKind(question).grade(FilledGaps((typed,)), Lexicon()).fraction == 1) is right
