"""Which answers a corrected key may mark, and what they become: each of the nine types, its choices in any order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.choices import TickedOptions
from app.assessment.kinds.gaps import FilledGaps
from app.assessment.kinds.matching import MatchedPairs
from app.assessment.kinds.ordering import RankedItems
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionResponse, TypedText
from app.assessment.questions.grading import carry_answer, obstacle
from app.content.values.quiz import Answer
from tests import builders

Make = Callable[..., Answer]


def worth(before: Answer, after: Answer, answered: QuestionResponse) -> object:
    """What an answer to `before` is worth by `after`."""
    old, new = builders.question(before), builders.question(after)
    assert obstacle(old, new) == ""
    return kind_of(new).grade(carry_answer(answered, old, new), Lexicon()).fraction


@pytest.mark.parametrize(
    ("before", "after", "answered", "expected"),
    [
        (builders.choices("x a", "b", "c"), builders.choices("a", "x b", "c"), TickedOptions(("2",)), 1),
        (builders.choices("x a", "b", "c"), builders.choices("c", "x b", "a"), TickedOptions(("2",)), 1),
        (builders.choices("x a", "b", "c"), builders.choices("c", "b", "x a"), TickedOptions(("3",)), 0),
        (builders.true_false(True), builders.true_false(False), TickedOptions(("2",)), 1),
        (builders.choices("x a", "x b", "c"), builders.choices("x a", "b", "x c"), TickedOptions(("1", "3")), 1),
        (builders.short_text("a"), builders.short_text("a", "b"), TypedText("b"), 1),
        (builders.number("2013"), builders.number("2014"), TypedText("2014"), 1),
        (builders.matching("p => 1", "q => 2"), builders.matching("q => 1", "p => 2"), MatchedPairs((("1", "2"), ("2", "1"))), 1),
        (builders.ordering("a", "b", "c"), builders.ordering("c", "a", "b"), RankedItems((("3", 1), ("1", 2), ("2", 3))), 1),
        (builders.gaps("[[x]] et [[(b) | c]]"), builders.gaps("[[y]] et [[b | (c)]]"), FilledGaps(("y", "c")), 1),
    ],
)
def test_an_answer_says_the_same_in_the_corrected_file(before: Answer, after: Answer, answered: QuestionResponse, expected: int) -> None:
    assert worth(before, after, answered) == expected


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (builders.choices("x a", "b"), builders.choices("x a", "x b"), "type"),
        (builders.choices("x a", "b"), builders.short_text("a"), "type"),
        (builders.choices("x a", "b"), builders.choices("x a", "c"), "choix"),
        (builders.choices("x a", "b"), builders.choices("x a", "b", "c"), "choix"),
        (builders.choices("x a", "a"), builders.choices("a", "x a"), "même chose"),
        (builders.matching("p => 1", "q => 2"), builders.matching("p => 1", "q => 3"), "choix"),
        (builders.matching("p => 1", "q => 2"), builders.matching("p => 1", "r => 2"), "choix"),
        (builders.ordering("a", "b", "c"), builders.ordering("a", "b", "d"), "choix"),
        (builders.gaps("[[x]] et [[(b) | c]]"), builders.gaps("[[x]]"), "choix"),
        (builders.gaps("[[(b) | c]]"), builders.gaps("[[(b) | d]]"), "choix"),
    ],
)
def test_what_cannot_be_marked_again_says_why(before: Answer, after: Answer, words: str) -> None:
    assert words in obstacle(builders.question(before), builders.question(after))


def test_a_text_written_for_oneself_is_carried_to_another_model() -> None:
    old, new = builders.question(builders.open_text("Ancien modèle.")), builders.question(builders.open_text("Nouveau modèle."))
    assert obstacle(old, new) == ""
    assert carry_answer(TypedText("Mon avis."), old, new) == TypedText("Mon avis.")
    assert "type" in obstacle(old, builders.question(builders.short_text("a")))


@pytest.mark.parametrize("make", [builders.choices, builders.ordering])
@given(order=st.permutations(["a", "b", "c", "d"]), ticked=st.sets(st.sampled_from(["1", "2", "3", "4"])))
def test_moving_choices_about_moves_answers_along(make: Make, order: list[str], ticked: set[str]) -> None:
    """There and back again is the answer that was given."""
    first = builders.question(make("a", "b", "c", "d"))
    second = builders.question(make(*order))
    keys = tuple(sorted(ticked))
    answered: QuestionResponse = TickedOptions(keys) if make is builders.choices else RankedItems(tuple((key, rank) for rank, key in enumerate(keys, 1)))
    assert carry_answer(carry_answer(answered, first, second), second, first) == answered


@pytest.mark.parametrize(
    "answer",
    [builders.choices("x a", "b"), builders.matching("p => 1", "q => 2"), builders.ordering("a", "b", "c"), builders.gaps("[[x]]"), builders.short_text("a")],
)
def test_no_answer_stays_no_answer(answer: Answer) -> None:
    question = builders.question(answer)
    assert carry_answer(kind_of(question).blank, question, question) == kind_of(question).blank
