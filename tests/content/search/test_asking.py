"""A search as it is typed: which words are asked, and what says the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.search.analysis import analyse
from app.content.search.asking import Expansions, ask
from app.content.search.correction import correct_typing, nearest, unknown_sigle

GLOSSARY = ("Chef de file", "PsyEN", "Plan mercredi", "La", "Quartier")
KNOWN = Expansions(
    of={"rep": (("reseau", "educ", "prioritair"),), "rep+": (("reseau", "renforc"),)},
    sigles={("reseau", "educ", "prioritair"): "rep"},
    written={"".join(token.fold for token in analyse(term)): tuple(analyse(term)) for term in GLOSSARY},
    terms=frozenset(token.stem for term in GLOSSARY for token in analyse(term)),
)


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
        ("planmercredi", ["plan", "mercredi"]),
        ("le collège chefdefile", ["college", "chef", "file"]),
        ("psy en", ["psyen"]),
        ("le psy EN du collège", ["psyen", "college"]),
        ("l a", ["l", "a"]),
        ("combien de temps dure le label", ["dure", "label"]),
        ("le temps de l’enfant", ["temps", "enfant"]),
    ],
)
def test_the_words_that_are_asked(typed: str, words: list[str]) -> None:
    assert asked(typed) == words


@pytest.mark.parametrize(("typed", "other"), [("12", "douz"), ("douze", "12"), ("mairie", "commun"), ("réunion", "rencontr")])
def test_what_says_the_same_counts_for_less(typed: str, other: str) -> None:
    first, *others = ask(typed, KNOWN).groups[0].alternatives
    assert first.share == 1
    assert other in [stem for one in others for stem in one.stems if one.share < 1]


@pytest.mark.parametrize(
    ("typed", "for_less"),
    [
        ("comment préparer une troïka", ["preparer"]),
        ("préparer une troïka", ["preparer"]),
        ("faire participer les parents", ["participer"]),
        ("la troïka à préparer", []),
        ("préparer", []),
        ("quartier prioritaire", []),  # no act: a word of the glossary
        ("troïka", []),
    ],
)
def test_what_one_asks_how_to_do_counts_for_less_than_that_to_which_it_is_done(typed: str, for_less: list[str]) -> None:
    request = ask(typed, KNOWN)
    assert [group.folds[0] for group in request.groups if group.share < 1] == for_less
    assert request.how_to or not for_less


@pytest.mark.parametrize(("typed", "how_to"), [("comment ouvrir un local", True), ("modèle de convention", True), ("la convention", False)])
def test_who_asks_how_or_for_a_model_is_answered_by_a_tool(typed: str, how_to: bool) -> None:
    assert ask(typed, KNOWN).how_to is how_to


def test_an_article_is_no_number() -> None:
    assert [one.stems for group in ask("un", KNOWN).groups for one in group.alternatives] == [("un",)]


WORDS = (
    {word.lower(): word for word in ("QPV", "Dubedout", "carroyage", "principal")}
    | {"ficheaction": "fiche-action"}
    | {word: word for word in ("lettre", "mission", "rapport", "prise")}
    | {"checklist": "check-list", "coeducation": "coéducation"}
)


@pytest.mark.parametrize(
    ("typed", "unknown", "better"),
    [
        ("rapport Dubedou", {"dubedou"}, "rapport Dubedout"),
        ("QVP", {"qvp"}, "QPV"),
        ("checklist", {"checklist"}, "check-list"),
        ("co-éducation", {"co"}, "coéducation"),
        ("ficheaction", {"ficheaction"}, "fiche-action"),
        ("lettredemission", {"lettredemission"}, "lettre de mission"),
        ("le rapportdubedout", {"rapportdubedout"}, "le rapport Dubedout"),
        ("entreprise", {"entreprise"}, ""),  # no small word begins
        ("missionx", {"missionx"}, "mission"),
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
