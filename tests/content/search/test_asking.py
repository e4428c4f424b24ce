"""A search as it is typed: which words are asked, and what says the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.search.asking import Expansions, ask
from app.content.search.correction import correct_typing, nearest, unknown_sigle

KNOWN = Expansions({"rep": (("reseau", "educ", "prioritair"),), "rep+": (("reseau", "renforc"),)}, {("reseau", "educ", "prioritair"): "rep"})


def asked(typed: str) -> list[str]:
    return ["+".join(group.folds) for group in ask(typed, KNOWN).groups]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("c’est quoi la troïka ?", ["troika"]),
        ("comment faire", ["comment", "faire"]),
        ("REP plus", ["rep+"]),
        ("plus de moyens", ["plus", "moyens"]),
        ("40 pour cent", ["40"]),
        ("n° 147", ["147"]),
        ("numéro 147", ["147"]),
        ("cent élèves", ["cent", "eleves"]),
        ("réseau d’éducation prioritaire", ["reseau+education+prioritaire"]),
    ],
)
def test_the_words_that_are_asked(typed: str, words: list[str]) -> None:
    assert asked(typed) == words


@pytest.mark.parametrize(("typed", "other"), [("12", "douz"), ("douze", "12"), ("mairie", "commun"), ("réunion", "rencontr")])
def test_what_says_the_same_counts_for_less(typed: str, other: str) -> None:
    first, *others = ask(typed, KNOWN).groups[0].alternatives
    assert first.share == 1
    assert other in [stem for one in others for stem in one.stems if one.share < 1]


def test_an_article_is_no_number() -> None:
    assert [one.stems for group in ask("un", KNOWN).groups for one in group.alternatives] == [("un",)]


WORDS = {word.lower(): word for word in ("QPV", "Dubedout", "carroyage", "principal")} | {"checklist": "check-list", "coeducation": "coéducation"}


@pytest.mark.parametrize(
    ("typed", "unknown", "better"),
    [
        ("rapport Dubedou", {"dubedou"}, "rapport Dubedout"),
        ("QVP", {"qvp"}, "QPV"),
        ("checklist", {"checklist"}, "check-list"),
        ("co-éducation", {"co"}, "coéducation"),
        ("principal", {"principal"}, ""),
        ("principal", set(), ""),
        ("zut", {"zut"}, ""),
    ],
)
def test_typing_is_set_right(typed: str, unknown: set[str], better: str) -> None:
    assert correct_typing(typed, frozenset(unknown), WORDS) == better


@given(st.text(max_size=12))
def test_what_is_near_is_known(word: str) -> None:
    assert nearest(word, WORDS) in {"", *WORDS.values()}


@pytest.mark.parametrize(
    ("typed", "unknown", "sigle"),
    [("le FSE", {"fse"}, "FSE"), ("fse", {"fse"}, "FSE"), ("le fse", {"fse"}, ""), ("FSE", set(), ""), ("piscine", {"piscine"}, ""), ("F", {"f"}, "")],
)
def test_a_sigle_that_nothing_holds(typed: str, unknown: set[str], sigle: str) -> None:
    assert unknown_sigle(typed, frozenset(unknown)) == sigle
