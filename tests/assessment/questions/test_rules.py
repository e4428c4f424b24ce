"""Partial credit, marks, the four grading methods: exact, independent of order, 1 for the key alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.answers.compare import MatchRule, MatchVerdict
from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.kinds.choices import TickedOptions
from app.assessment.kinds.gaps import FilledGaps
from app.assessment.kinds.matching import MatchedPairs
from app.assessment.kinds.ordering import RankedItems
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout, QuestionResponse, TypedText
from app.assessment.questions import grading
from app.assessment.questions.grading import Mark
from app.content.values.quiz import Answer, Choices, Gaps, GradingMethod, Matching, Ordering, QuestionType
from tests import builders

LEXICON = Lexicon()


def worth(answer: Answer, given: QuestionResponse) -> Fraction:
    return kind_of(builders.question(answer)).grade(given, LEXICON).fraction


# --- Types of question -----------------------------------------------------------------------------------------------


def test_single_and_true_false_are_all_or_nothing() -> None:
    single = builders.choices("Le maire", "x Le préfet", "Le recteur")
    assert [worth(single, TickedOptions(keys)) for keys in ((), ("1",), ("2",), ("1", "2"))] == [0, 0, 1, 0]
    assert [worth(builders.true_false(False), TickedOptions((key,))) for key in ("1", "2")] == [0, 1]


def test_one_of_several_right_ones_suffices() -> None:
    kind = kind_of(builders.question(builders.choices("x a", "x b", "c", kind=QuestionType.SINGLE)))
    assert [kind.grade(TickedOptions(tuple(keys)), LEXICON).fraction for keys in ("", "1", "2", "3")] == [0, 1, 1, 0]
    assert (kind.guess_share(), kind.luck()) == (Fraction(2, 3), pytest.approx(2 / 3))
    layout = QuestionLayout(1, "une", shuffle=False)
    assert [kind.grade(kind.read_answer(layout, dict(kind.sample(layout, right))), LEXICON).fraction for right in (True, False)] == [1, 0]
    assert "une suffit" in kind.credit
    assert kind.answer.alternatives() == ()


@pytest.mark.parametrize(
    ("keys", "expected"),
    [("", 0), ("1", "1/3"), ("12", "2/3"), ("123", 1), ("1234", "1/2"), ("12345", 0), ("4", 0), ("14", 0), ("124", "1/6"), ("45", 0)],
)
def test_multiple_takes_a_share_for_each_right_and_gives_one_back_for_each_wrong(keys: str, expected: str | int) -> None:
    answer = builders.choices("x a", "x b", "x c", "d", "e")
    assert worth(answer, TickedOptions(tuple(keys))) == Fraction(expected)


def test_multiple_with_exact_credit_is_all_or_nothing() -> None:
    answer = builders.choices("x a", "x b", "c", exact_credit=True)
    assert [worth(answer, TickedOptions(tuple(keys))) for keys in ("1", "12", "123", "")] == [0, 1, 0, 0]


def test_multiple_without_a_wrong_option_gives_the_share_ticked() -> None:
    answer = builders.choices("x a", "x b", "x c", "x d")
    assert [worth(answer, TickedOptions(tuple(keys))) for keys in ("", "1", "12", "1234")] == [0, Fraction(1, 4), Fraction(1, 2), 1]


def test_matching_gives_the_share_of_right_pairs() -> None:
    answer = builders.matching("Préfet => État", "Recteur => Éducation nationale", "DASEN => Éducation nationale", distractors=("Région",))
    assert worth(answer, MatchedPairs((("1", "État"), ("2", "Éducation nationale"), ("3", "Éducation nationale")))) == 1
    assert worth(answer, MatchedPairs((("1", "Région"), ("3", "Éducation nationale")))) == Fraction(1, 3)


@pytest.mark.parametrize(
    ("order", "expected"),
    [("1234", 1), ("2341", "2/3"), ("4123", "2/3"), ("1243", "1/3"), ("4321", 0), ("2143", 0), ("1324", 0), ("3412", "2/3")],
)
def test_ordering_gives_the_share_of_neighbours_kept(order: str, expected: str | int) -> None:
    answer = builders.ordering("a", "b", "c", "d")
    assert worth(answer, RankedItems(tuple((key, rank) for rank, key in enumerate(order, 1)))) == Fraction(expected)


def test_an_ordering_half_filled_or_with_a_rank_given_twice_earns_only_what_is_certain() -> None:
    answer = builders.ordering("a", "b", "c", "d")
    assert worth(answer, RankedItems((("2", 2), ("3", 3)))) == Fraction(1, 3)
    assert worth(answer, RankedItems((("1", 1), ("2", 2), ("3", 2), ("4", 3)))) == 0
    assert worth(answer, RankedItems((("1", 1), ("2", 1), ("3", 1), ("4", 1)))) == 0


def test_gaps_give_the_share_of_right_gaps_and_say_what_accepted_each() -> None:
    answer = builders.gaps("Le [[projet éducatif territorial | PEDT]] concerne les temps [[(périscolaires) | scolaires]] de l’[[école]].")
    found = kind_of(builders.question(answer)).grade(FilledGaps(("pedt", "périscolaires", "ville")), LEXICON)
    assert found.fraction == Fraction(2, 3)
    assert found.verdicts == (MatchVerdict(MatchRule.CASE, "PEDT"), MatchVerdict(MatchRule.EXACT, "périscolaires"), None)


def test_a_menu_is_not_a_text() -> None:
    assert worth(builders.gaps("L’[[(État) | état]]."), FilledGaps(("état",))) == 0


def test_typed_answers_say_what_accepted_them() -> None:
    text = kind_of(builders.question(builders.short_text("REP+"))).grade(TypedText("rep +"), LEXICON)
    assert (text.fraction, text.verdicts) == (1, (MatchVerdict(MatchRule.ACCENTS, "REP+"),))
    refused = kind_of(builders.question(builders.short_text("REP+"))).grade(TypedText("REP"), LEXICON)
    assert (refused.fraction, refused.verdicts) == (0, (None,))
    assert worth(builders.short_text("REP+", strict=True), TypedText("REP +")) == 0
    assert worth(builders.number("54 à 56"), TypedText("55,5")) == 1
    assert worth(builders.number("54 à 56"), TypedText("57")) == 0


SIGLES = lexicon_of(builders.glossary(QPV="quartier prioritaire de la politique de la ville"), builders.confusables())


@pytest.mark.parametrize(
    ("statement", "answer", "given", "expected"),
    [
        ("Comment s’appelle ce quartier ?", builders.short_text("quartier prioritaire de la politique de la ville"), TypedText("QPV"), 1),
        ("Que veut dire QPV ?", builders.short_text("quartier prioritaire de la politique de la ville"), TypedText("QPV"), 0),
        ("Complétez.", builders.gaps("Ici, un [[quartier prioritaire de la politique de la ville]]."), FilledGaps(("QPV",)), 1),
        ("Que veut dire QPV ?", builders.gaps("Un [[quartier prioritaire de la politique de la ville]]."), FilledGaps(("QPV",)), 0),
        ("Complétez.", builders.gaps("Un QPV est un [[quartier prioritaire de la politique de la ville]]."), FilledGaps(("QPV",)), 0),
    ],
)
def test_what_the_question_or_its_text_with_gaps_writes_is_no_answer(statement: str, answer: Answer, given: QuestionResponse, expected: int) -> None:
    assert kind_of(builders.question(answer, statement=statement)).grade(given, SIGLES).fraction == expected


def test_an_answer_of_another_type_than_the_question_is_a_bug() -> None:
    with pytest.raises(AttributeError):
        worth(builders.choices("x a", "b"), TypedText("1"))


def test_a_text_with_gaps_half_filled_counts_all_its_gaps() -> None:
    answer = builders.gaps("[[un]], [[deux]] et [[trois]]")
    assert worth(answer, FilledGaps(("un", "deux"))) == Fraction(2, 3)
    assert worth(answer, FilledGaps(("un", "deux", "trois", "quatre"))) == 1


@pytest.mark.parametrize("text", ["", "Un mot.", "Je réunis la troïka."])
def test_an_open_question_moves_no_mark(text: str) -> None:
    """All of no points: never missed, and the share of the others stays what it is."""
    worths = [(Fraction(2), Fraction(1, 2)), (Fraction(0), worth(builders.open_text("Je réunis la troïka."), TypedText(text)))]
    assert worths[1] == (0, 1)
    assert grading.mark_of(worths).fraction == grading.mark_of(worths[:1]).fraction == Fraction(1, 2)
    assert grading.mark_of(worths[1:]).fraction == 1


def test_an_expected_mistake_earns_nothing_even_one_letter_away() -> None:
    assert worth(builders.short_text("prioritaire", mistakes=(("prioritaires", "Au singulier."),)), TypedText("prioritaires")) == 0


@pytest.mark.parametrize("question", builders.one_of_each(), ids=lambda question: question.id)
def test_blank_earns_nothing(question: builders.Question) -> None:
    assert kind_of(question).blank.is_blank
    assert Fraction(question.points) * kind_of(question).grade(kind_of(question).blank, LEXICON).fraction == 0


# --- Properties ------------------------------------------------------------------------------------------------------

CHOICES = (
    st.lists(st.booleans(), min_size=2, max_size=8).filter(any).map(lambda marks: builders.choices(*(f"x o{n}" if m else f"o{n}" for n, m in enumerate(marks))))
)


@given(CHOICES, st.data())
def test_choices_are_within_bounds_independent_of_order_and_1_only_for_the_key(answer: Choices, data: st.DataObject) -> None:
    keys = [option.key for option in answer.options]
    ticked = data.draw(st.lists(st.sampled_from(keys), unique=True))
    fraction = worth(answer, TickedOptions(tuple(ticked)))
    assert 0 <= fraction <= 1
    assert fraction == worth(answer, TickedOptions(tuple(data.draw(st.permutations(ticked)))))
    assert (fraction == 1) == (set(ticked) == {option.key for option in answer.options if option.correct})


@given(CHOICES)
def test_ticking_everything_or_nothing_earns_nothing(answer: Choices) -> None:
    everything = tuple(option.key for option in answer.options)
    has_wrong = not all(option.correct for option in answer.options)
    assert worth(answer, TickedOptions(())) == 0
    assert not has_wrong or worth(answer, TickedOptions(everything)) == 0


@given(st.integers(3, 6).flatmap(lambda n: st.permutations(range(1, n + 1))))
def test_ordering_is_within_bounds_and_1_only_for_the_key(order: list[int]) -> None:
    answer: Ordering = builders.ordering(*(f"étape {n}" for n in range(len(order))))
    ranks = tuple((str(key), rank) for rank, key in enumerate(order, 1))
    fraction = worth(answer, RankedItems(ranks))
    assert 0 <= fraction <= 1
    assert fraction == worth(answer, RankedItems(tuple(reversed(ranks))))
    assert (fraction == 1) == (order == sorted(order))
    assert fraction == Fraction(sum(b == a + 1 for a, b in pairwise(order)), len(order) - 1)


@given(st.lists(st.sampled_from("ABC"), min_size=2, max_size=6), st.data())
def test_matching_is_within_bounds_and_1_only_for_the_key(rights: list[str], data: st.DataObject) -> None:
    answer: Matching = builders.matching(*(f"gauche {n} => {right}" for n, right in enumerate(rights)), distractors=("D",))
    given_rights = data.draw(st.lists(st.sampled_from("ABCD"), min_size=len(rights), max_size=len(rights)))
    pairs = tuple((pair.key, right) for pair, right in zip(answer.pairs, given_rights, strict=True))
    fraction = worth(answer, MatchedPairs(pairs))
    assert 0 <= fraction <= 1
    assert fraction == worth(answer, MatchedPairs(tuple(data.draw(st.permutations(pairs)))))
    assert (fraction == 1) == (given_rights == rights)


@given(st.lists(st.sampled_from(["collège", "école", "lycée"]), min_size=1, max_size=5), st.data())
def test_gaps_are_within_bounds_and_1_only_for_the_key(rights: list[str], data: st.DataObject) -> None:
    answer: Gaps = builders.gaps(" ".join(f"[[{right}]]" for right in rights))
    texts = tuple(data.draw(st.lists(st.sampled_from(["collège", "école", "lycée", "", "autre"]), min_size=len(rights), max_size=len(rights))))
    fraction = worth(answer, FilledGaps(texts))
    assert 0 <= fraction <= 1
    assert (fraction == 1) == (list(texts) == rights)


@given(st.lists(st.tuples(st.fractions(0, 5, max_denominator=4), st.fractions(0, 1, max_denominator=12)), max_size=8), st.data())
def test_a_mark_is_exact_and_independent_of_the_order_of_questions(worths: list[tuple[Fraction, Fraction]], data: st.DataObject) -> None:
    mark = grading.mark_of(worths)
    assert mark == grading.mark_of(data.draw(st.permutations(worths)))
    assert 0 <= mark.raw <= mark.maximum
    assert 0 <= mark.fraction <= 1


# --- Attempts --------------------------------------------------------------------------------------------------------

TENTHS = [Fraction(n, 10) for n in (5, 9, 6)]


@pytest.mark.parametrize(
    ("method", "after_one", "after_two", "after_three"),
    [
        (GradingMethod.BEST, "5/10", "9/10", "9/10"),
        (GradingMethod.MEAN, "5/10", "7/10", "2/3"),
        (GradingMethod.FIRST, "5/10", "5/10", "5/10"),
        (GradingMethod.LAST, "5/10", "9/10", "6/10"),
    ],
)
def test_four_grading_methods_over_one_two_and_three_attempts(method: GradingMethod, after_one: str, after_two: str, after_three: str) -> None:
    assert list(_kept(method, TENTHS)) == [Fraction(after_one), Fraction(after_two), Fraction(after_three)]
    assert list(_kept(method, [])) == []


def _kept(method: GradingMethod, marks: Iterable[Fraction]) -> Iterator[Fraction]:
    return grading.counting_marks((method, mark) for mark in marks)


def test_each_attempt_counts_by_the_method_of_its_own() -> None:
    methods = (GradingMethod.FIRST, GradingMethod.LAST, GradingMethod.MEAN, GradingMethod.BEST)
    marks = [Fraction(n, 10) for n in (5, 9, 4, 3)]
    assert list(grading.counting_marks(zip(methods, marks, strict=True))) == [Fraction(n, 10) for n in (5, 9, 6, 9)]


@pytest.mark.parametrize("method", GradingMethod)
def test_the_kept_mark_lies_between_the_marks(method: GradingMethod) -> None:
    for order in permutations(TENTHS):
        assert all(min(order) <= kept <= max(order) for kept in _kept(method, order))


def test_the_best_mark_never_falls_by_another_attempt() -> None:
    assert list(_kept(GradingMethod.BEST, [Fraction(7, 10), Fraction(1, 10)])) == [Fraction(7, 10)] * 2


def test_a_pass_compares_unrounded_fractions() -> None:
    pass_mark = Fraction(Decimal("0.7"))
    assert grading.passes(Fraction(7, 10), pass_mark)
    assert not grading.passes(Fraction(6999999, 10000000), pass_mark)
    assert not grading.passes(Fraction(2, 3) + Fraction(1, 33), pass_mark)
    assert grading.mark_of([(Fraction(1), Fraction(1, 3))] * 3).fraction == Fraction(1, 3)


def test_a_question_without_points_has_nothing_to_lose() -> None:
    assert [grading.grade_unanswered(points).fraction for points in (Decimal(0), Decimal(1), Decimal("0.5"))] == [1, 0, 0]


def test_a_quiz_without_points_asks_nothing() -> None:
    assert grading.mark_of([(Fraction(0), Fraction(0))]).fraction == 1


def test_regrading_may_only_raise() -> None:
    pass_mark = Fraction(7, 10)
    low, high = Mark(Fraction(5), Fraction(10)), Mark(Fraction(8), Fraction(10))
    assert grading.regrade_mark(low, False, high, pass_mark) == grading.RegradedMark(high, True, maintained=False)
    assert grading.regrade_mark(high, True, low, pass_mark) == grading.RegradedMark(high, True, maintained=True)
    assert grading.regrade_mark(low, True, low, pass_mark) == grading.RegradedMark(low, True, maintained=False)
    shorter = Mark(Fraction(5), Fraction(9))
    assert grading.regrade_mark(low, False, shorter, pass_mark) == grading.RegradedMark(shorter, False, maintained=False)


@given(*[st.fractions(0, 10, max_denominator=6)] * 2, st.booleans())
def test_regrading_never_lowers_a_mark_nor_takes_a_pass_away(before: Fraction, after: Fraction, passed: bool) -> None:
    found = grading.regrade_mark(Mark(before, Fraction(10)), passed, Mark(after, Fraction(10)), Fraction(7, 10))
    assert found.mark.fraction >= before / 10
    assert found.passed >= passed
    assert found.maintained == (after < before)
