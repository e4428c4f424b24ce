"""Numbers in words, dates of a year, sets of things: what is read, and what no reading makes right."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.assessment.answers.compare import MatchVerdict, is_sure_slip, match_text
from app.assessment.answers.figures import BELOW_A_HUNDRED, in_figures
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.numbers import match_number
from tests import builders

TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt")
UNITS = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
MONTHS = ["janvier", "février", "août", "Décembre"]


def said(number: int) -> str:
    """As a teacher dictates it, without its « s »."""
    if number >= 1000:
        return " ".join(filter(None, ("" if number < 2000 else said(number // 1000), "mille", said(number % 1000) if number % 1000 else "")))
    if number >= 100:
        return " ".join(filter(None, ("" if number < 200 else UNITS[number // 100], "cent", said(number % 100) if number % 100 else "")))
    if number < 20:
        return UNITS[number]
    rest = number % 20 if number >= 60 else number % 10
    if not rest:
        return TENS[number // 10]
    return f"{TENS[number // 10]}{' et ' if rest in (1, 11) and number < 80 else '-'}{UNITS[rest]}"


@given(st.integers(0, 999_999))
def test_a_number_in_words_is_its_figures(number: int) -> None:
    assert in_figures(said(number)) == str(number)
    assert in_figures(f"{said(number).upper()} ans") == f"{number} ans"


@pytest.mark.parametrize("text", ["10 mille", "un 147", "dixième", "vingtaine", "neuve", "centre", "sous-un", "million"])
def test_what_is_no_number_in_words_is_left_alone(text: str) -> None:
    assert in_figures(text) == text


@given(st.integers(1900, 2099), st.integers(1900, 2099), st.integers(1, 31), st.sampled_from(MONTHS), st.data())
def test_a_date_says_its_year_and_no_other(year: int, key: int, day: int, month: str, data: st.DataObject) -> None:
    writings = [
        f"{month} {year}",
        f"{day} {month} {year}",
        f"{day:02}/12/{year}",
        f"fin {year}",
        f"{year} ({month})",
        f"rentrée {year}",
        f"le 1er {month} {year}",
    ]
    typed = data.draw(st.sampled_from(writings))
    found = match_number(typed, builders.number(str(key)), "En quelle année cela commence-t-il ?")
    assert isinstance(found, MatchVerdict) == (year == key), typed


@given(st.integers(1, 9_999), st.integers(1, 9_999))
def test_a_number_in_words_is_right_where_its_figures_are(number: int, key: int) -> None:
    answer, statement = builders.number(str(key)), "Combien d’ans cela dure-t-il ?"
    assert isinstance(match_number(f"{said(number)} ans", answer, statement), MatchVerdict) == (number == key)
    assert Decimal(in_figures(said(number))) == number


THINGS = ["le préfet", "le maire", "la Caf", "le DASEN", "l’école"]


@given(st.lists(st.sampled_from(THINGS), min_size=2, max_size=3, unique=True), st.lists(st.sampled_from(THINGS), min_size=2, max_size=3, unique=True))
def test_things_in_any_order_are_the_same_and_other_things_are_not(typed: list[str], expected: list[str]) -> None:
    found = match_text(", ".join(typed), [" et ".join(expected)], Lexicon(), "")
    assert bool(found) == (set(typed) == set(expected))


def test_where_an_order_is_asked_it_counts() -> None:
    assert match_text("le maire, le préfet", ["le préfet et le maire"], Lexicon(), "Qui parle, dans quel ordre ?") is None


@given(st.sampled_from(sorted(BELOW_A_HUNDRED)), st.sampled_from(sorted(BELOW_A_HUNDRED)))
def test_no_slip_leads_from_a_number_to_another(one: str, other: str) -> None:
    assume(one != other)
    assert not is_sure_slip(one, other, Lexicon())
    assert match_text(f"{one} écoles", [f"{other} écoles"], Lexicon(), "") is None


def test_a_word_of_the_glossary_or_as_near_to_one_is_no_slip() -> None:
    words = Lexicon(words=frozenset({"chartes", "maisons", "compagne"}))
    assert is_sure_slip("chartre", "charte", words)
    assert not is_sure_slip("compagne", "campagne", words)
    assert not is_sure_slip("compaigne", "campaigne", words)
