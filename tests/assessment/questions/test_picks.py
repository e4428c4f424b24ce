"""What an answer picked, and what chance earns: against every possible answer, one by one."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations, permutations, product
from statistics import mean

import pytest

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.choices import TickedOptions
from app.assessment.kinds.gaps import FilledGaps
from app.assessment.kinds.matching import MatchedPairs
from app.assessment.kinds.ordering import RankedItems
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionResponse, TypedText
from app.content.values.quiz import Answer
from tests import builders


def picked(answer: Answer, given: QuestionResponse) -> list[tuple[str, str, bool]]:
    question = builders.question(answer)
    return [(pick.label.replace("\u202f", " "), pick.text, pick.correct) for pick in kind_of(question).picks(given, kind_of(question).grade(given, Lexicon()))]


def test_options_have_letters_in_the_order_of_the_file() -> None:
    answer = builders.choices("Le maire", "x Le préfet", "Le recteur")
    assert picked(answer, TickedOptions(("2",))) == [("l’option B", "Le préfet", True)]
    assert picked(answer, TickedOptions(("3",))) == [("l’option C", "Le recteur", False)]
    assert [pick.label for pick in kind_of(builders.question(answer)).pickable()] == ["l’option A", "l’option B", "l’option C"]


def test_accepted_writings_are_one_pick_and_refused_ones_meet_by_their_folded_form() -> None:
    answer = builders.short_text("contrat de ville")
    question = builders.question(answer)
    keys = {
        text: [pick.key for pick in kind_of(question).picks(TypedText(text), kind_of(question).grade(TypedText(text), Lexicon()))]
        for text in ("Contrat de ville", "contrat de ville", "Contrat  de cité", "CONTRAT DE CITÉ")
    }
    assert keys["Contrat de ville"] == keys["contrat de ville"] == ["="]
    assert keys["Contrat  de cité"] == keys["CONTRAT DE CITÉ"] == ["contrat de cite"]
    assert picked(answer, TypedText("contrat de ville")) == [("une réponse acceptée", "", True)]
    assert picked(answer, TypedText("contrat de cité")) == [("la réponse « contrat de cité »", "contrat de cité", False)]


def test_pairs_and_gaps_are_picked_one_by_one() -> None:
    pairs = builders.matching("Préfet => État", "Maire => Commune")
    assert picked(pairs, MatchedPairs((("1", "Commune"), ("2", "Commune")))) == [
        ("l’association « Préfet » avec « Commune »", "Préfet → Commune", False),
        ("l’association « Maire » avec « Commune »", "Maire → Commune", True),
    ]
    gaps = builders.gaps("Le [[PEDT]] concerne les temps [[(périscolaires) | scolaires]].")
    assert picked(gaps, FilledGaps(("PPRE", "périscolaires"))) == [
        ("dans le trou 1, la réponse « PPRE »", "PPRE", False),
        ("dans le trou 2, une réponse acceptée", "", True),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        builders.choices("x a", "b"),
        builders.short_text("a"),
        builders.matching("a => b", "c => d"),
        builders.ordering("a", "b", "c"),
        builders.gaps("[[a]]"),
        builders.open_text("a"),
    ],
)
def test_a_blank_answer_picks_nothing(answer: Answer) -> None:
    assert picked(answer, kind_of(builders.question(answer)).blank) == []


def test_what_is_written_for_oneself_is_nobodys_statistics() -> None:
    assert picked(builders.open_text("a"), TypedText("Mon avis.")) == []
    assert kind_of(builders.question(builders.open_text("a"))).guess_share() == 0


def _boxes(count: int) -> list[QuestionResponse]:
    keys = [str(number) for number in range(1, count + 1)]
    return [TickedOptions(tuple(some)) for some in chain.from_iterable(combinations(keys, size) for size in range(count + 1))]


@pytest.mark.parametrize(
    ("answer", "possible"),
    [
        (builders.choices("a", "x b", "c"), [TickedOptions((key,)) for key in "123"]),
        (builders.true_false(True), [TickedOptions((key,)) for key in "12"]),
        (builders.choices("x a", "x b", "c"), _boxes(3)),
        (builders.choices("x a", "x b", "x c", "d", "e"), _boxes(5)),
        (builders.choices("x a", "x b"), _boxes(2)),
        (builders.choices("x a", "x b", "c", exact_credit=True), _boxes(3)),
        (builders.matching("a => 1", "b => 2", distractors=("3",)), [MatchedPairs((("1", one), ("2", two))) for one, two in product("123", repeat=2)]),
        (builders.ordering("a", "b", "c", "d"), [RankedItems(tuple((key, rank) for rank, key in enumerate(order, 1))) for order in permutations("1234")]),
    ],
)
def test_chance_earns_the_mean_of_every_possible_answer(answer: Answer, possible: list[QuestionResponse]) -> None:
    question = builders.question(answer)
    assert kind_of(question).guess_share() == mean([kind_of(question).grade(given, Lexicon()).fraction for given in possible])


def test_nobody_guesses_what_is_typed() -> None:
    assert kind_of(builders.question(builders.short_text("a"))).guess_share() == 0
    assert kind_of(builders.question(builders.gaps("[[a]] et [[(b) | c]]"))).guess_share() == Fraction(1, 4)
