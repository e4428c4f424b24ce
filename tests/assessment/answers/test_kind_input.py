"""Kind input: a right answer in any of its forms, and never a wrong one for all that."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.assessment.answers.compare import AskAgain, MatchRule, MatchVerdict, match_text
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.normalise import agreed_spellings, one_gender
from app.assessment.answers.numbers import LIMITS, MEASURES, match_number, plain_numbers, read_asked_number, read_number
from app.content.values.quiz import NumberAnswer
from tests import builders
from tests.assessment.answers.matching import ACCEPTED, LEXICON, REFUSED, Pair

AGE = "Jusqu’à quel âge accompagne-t-elle les jeunes ? (en années)"
STATEMENTS = [
    "",
    AGE,
    "Combien de milliards d’euros le programme représente-t-il ?",
    "En quelle année la relance a-t-elle lieu, environ 36 mois après ?",
    "Au-dessus de combien d’habitants une commune doit-elle planifier, et non dans plus de cas ?",
    "Combien la région compte-t-elle de cités en 2022 ?",
]
WORDS = [
    "ans",
    "mois",
    "€",
    "%",
    "millions",
    "milliards",
    "cités",
    "en",
    "le",
    "programme",
    "habitants",
    "environ",
    "plus de",
    "pas",
    "avant",
    "jusqu’à",
    "REP+",
]
numbers = st.integers(0, 10**10)
phrases = st.lists(st.sampled_from(WORDS), max_size=2).map(" ".join)


def of(value: int | Decimal, unit: str = "") -> NumberAnswer:
    return builders.number(str(value), unit=unit)


@given(numbers, numbers, phrases, phrases, st.sampled_from(STATEMENTS))
def test_no_word_ever_makes_a_neighbour_number_right(typed: int, key: int, before: str, after: str, statement: str) -> None:
    """Only a scale changes what a number is worth, and only to that many times it."""
    found = match_number(f"{before} {typed} {after}", of(key), statement)
    if isinstance(found, MatchVerdict):
        scale = next((10**power for word, power in (("millions", 6), ("milliards", 9)) if after.startswith(word)), 1)
        assert key in (typed, typed * scale)


@given(numbers, st.sampled_from(["mois", "jours", "€", "%", "semaines", "habitants", "M€", "km"]), phrases)
def test_another_unit_is_never_right(value: int, unit: str, before: str) -> None:
    assert not isinstance(match_number(f"{before} {value} {unit}", of(value), AGE), MatchVerdict)
    assert not isinstance(match_number(f"{before} {value} {unit}", of(value, "ans")), MatchVerdict)


@given(numbers, st.sampled_from(["pas", "plus de", "moins de", "environ", "avant", "sauf", "ni", "près de", "presque", "au moins", "non"]), st.booleans())
def test_what_changes_a_number_is_never_right_unless_the_question_asks_by_it(value: int, word: str, first: bool) -> None:
    typed = f"{word} {value}" if first else f"{value} {word}"
    for statement in ("Combien de cités ?", "Combien de cités ont plus de moyens, et pas moins, sauf une ?"):
        assert not isinstance(match_number(typed, of(value), statement), MatchVerdict)


@given(st.text(max_size=30) | st.tuples(phrases, numbers.map(str), phrases).map(" ".join), numbers, numbers, st.sampled_from(STATEMENTS))
def test_what_is_asked_again_says_nothing_of_the_key(typed: str, key: int, other: int, statement: str) -> None:
    first, second = (match_number(typed, of(each), statement) for each in (key, other))
    assert isinstance(first, AskAgain) == isinstance(second, AskAgain)
    if isinstance(first, AskAgain):
        assert first == second
        assert re.fullmatch(r"[A-ZÉ«].*\.", first.sentence, re.DOTALL)


@given(numbers, st.sampled_from(["", "ans", "années"]), st.sampled_from(["", "à", "jusqu’à"]))
def test_a_right_number_with_its_words_is_right(value: int, unit: str, lead: str) -> None:
    assert isinstance(match_number(f"{lead} {value} {unit}", of(value), AGE), MatchVerdict)


@given(st.decimals(0, 10**6, places=3, allow_nan=False))
def test_a_point_before_three_digits_is_never_guessed(value: Decimal) -> None:
    assume(1 <= value < 1000)
    assert isinstance(read_number(str(value), read_asked_number("")), AskAgain)
    assert read_number(str(value).replace(".", ","), read_asked_number("")) == value


def test_what_a_question_asks_is_read_from_its_words() -> None:
    asked = read_asked_number("Depuis 36 mois, au-dessus de combien d’habitants une commune planifie-t-elle ? (en milliers)")
    assert asked.nouns == {"habitant", "mille"}
    assert asked.scales == {"mille"}
    assert "mois" not in {word for word in asked.words if word in MEASURES}
    assert ("au", "dessu", "de") in asked.leads
    assert read_asked_number("Quelle part ? (en chiffres)").nouns == {"part", "%"}
    assert read_asked_number("Combien ?", "M€").nouns == {"million", "€"}
    assert {"plus", "moins"}.isdisjoint(LIMITS)  # they are read without their s, as what is typed
    assert [one.shown for one in plain_numbers(["cinq", "5", "5 ans", "1.000", "1 000", "69,1"])] == ["cinq", "5", "1 000", "69,1"]


# --- Words -----------------------------------------------------------------------------------------------------------


TEXTS = [pair for pair in (*ACCEPTED, *REFUSED) if pair.section.startswith("Textes à")]


def test_no_form_of_a_refused_answer_is_accepted(subtests: pytest.Subtests) -> None:
    """An article, a title and capitals make no refused answer right."""
    for pair in [pair for pair in TEXTS if pair in REFUSED]:
        with subtests.test(str(pair)):
            typed, accepted = pair.typed, pair.expected.split(" / ")
            for other in (f"les {typed}", f"M. {typed}", typed.upper() if "état" not in typed.lower() else typed):
                assert match_text(other, accepted, LEXICON, "") is None, other


@given(st.sampled_from([pair for pair in TEXTS if pair in ACCEPTED]), st.sampled_from(["pas {}", "ni {}", "{} ou maire", "{} et maire", "sans {}", "non {}"]))
def test_a_negation_or_a_second_answer_is_never_accepted(pair: Pair, around: str) -> None:
    assert match_text(around.format(pair.typed), pair.expected.split(" / "), LEXICON, "") is None


WORD = st.text("abcdefghilmnoprstu", min_size=4, max_size=10)


@given(WORD, WORD)
def test_agreement_is_an_equality(one: str, other: str) -> None:
    """Whatever the words: alike both ways, and a word is alike its own plural."""
    assert (match_text(one, [other], Lexicon(), "") is None) == (match_text(other, [one], Lexicon(), "") is None)
    if set(one) & set("aeiou"):
        assert not agreed_spellings(one).isdisjoint(agreed_spellings(one + "s")) or one[-1] in "sx"


@pytest.mark.parametrize("written", ["chargé·e", "chargé·e·s", "chargé.e.s", "chargé(e)s", "chargé-e", "chargé/e", "chargé(e)"])
def test_inclusive_writings_are_read_in_one_gender(written: str) -> None:
    assert one_gender(written) == "chargé"


def test_what_only_looks_inclusive_is_left_alone() -> None:
    for text in ("peut-être", "REP+", "Q.P.V.", "dit-le", "a.e", "sous-préfet", "plan (e-learning)"):
        assert one_gender(text) == text


def test_a_faulty_plural_is_told_no_better_than_the_right_one() -> None:
    right, faulty = (match_text(typed, ["quartier vécu"], Lexicon(), "") for typed in ("quartiers vécus", "quartiers vécu"))
    assert right is not None
    assert faulty is not None
    assert list(MatchRule).index(right.rule) <= list(MatchRule).index(faulty.rule)
