"""The words of a text: the vectors that the search was decided on, and what holds of any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.search.analysis import LONGEST_WORD, analyse


def said(text: str) -> str:
    return " ".join(fold if fold == stem else f"{fold}/{stem}" for fold, stem in analyse(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’éducation prioritaire (REP + et R.E.P.)", "education/educ prioritaire/prioritair rep+ et rep"),
        ("Q.P.V. 2014-2020", "qpv 2014 2020"),
        ("Une œuvre, des cœurs", "une oeuvre/oeuvr des coeurs/coeur"),
        ("jusqu'aujourd’hui", "aujourdhui"),
        ("cités éducatives d'Hauts-de-France", "cites/cit educatives/educ hauts/haut de france/franc"),
        ("Le coordonnateur, la coordonnatrice", "le coordonnateur/coordon la coordonnatrice/coordon"),
        ("1 362 quartiers", "1 362 quartiers/quarti"),
        ("1\u202f362", "1 362"),
        ("C++ & l'IEN", "c+ ien"),
        ("le taux + 3 points", "le taux 3 points/point"),
        ("ÉCLAIR ; é\u0301", "eclair e"),
        ("les élus d’un quartier vécu", "les elus/elu un quartier/quarti vecu"),
        ("cas, bus, CLAS et CLA", "cas bus clas et cla"),
        ("", ""),
    ],
)
def test_the_words_of_a_text(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "words", ["élu élus", "vécu vécus vécue vécues", "ami amis", "acquis acquise", "agenda agendas", "studio studios", "avis avi", "CPO CPOs", "temps temp"]
)
def test_what_differs_by_its_plural_is_one_word(words: str) -> None:
    assert len({token.stem for token in analyse(words)}) == 1


@pytest.mark.parametrize(
    "words",
    [
        "inspecteur inspecteurs inspectrice inspectrices",
        "directeur directrice",
        "infirmier infirmière",
        "conseiller conseillers conseillères",
        "chef cheffe cheffes",
        "préfet préfète",
    ],
)
def test_a_trade_is_one_word_whoever_has_it(words: str) -> None:
    assert len({token.stem for token in analyse(words)}) == 1


@given(st.text())
def test_a_token_is_plain_letters_whatever_the_text(text: str) -> None:
    for fold, stem in analyse(text):
        assert re.fullmatch(r"[a-z0-9]+\+?", fold)
        assert re.fullmatch(r"[a-z0-9]+\+?", stem)
        assert len(fold) <= LONGEST_WORD


@given(st.lists(st.sampled_from(["éducation", "REP+", "l'école", "Q.P.V.", "2014-2020", "cœur"])))
def test_capitals_and_accents_change_nothing(words: list[str]) -> None:
    text = " ".join(words)
    plain = text.upper().replace("É", "E").replace("Œ", "OE")
    assert analyse(text) == analyse(plain)
