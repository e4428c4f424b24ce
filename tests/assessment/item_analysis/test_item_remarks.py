"""What figures say in words: each remark at its threshold, and nothing a step below it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.assessment.item_analysis import FEWEST_PICKERS, LEAST_CORRELATION, MIN_INDEX, ItemFigures, PickFigures, RemarkBasis, remarks, threshold
from app.assessment.kinds.kind import Pick

PEOPLE = 400
"""So many that the fixed threshold is the one that counts."""


def picked(letter: str, correct: bool, correlation: float | None, people: int = 100) -> tuple[Pick, PickFigures]:
    return Pick(letter, f"l’option {letter}", letter, correct), PickFigures(people, 25.0, correlation)


def said(
    *picks: tuple[Pick, PickFigures], people: int = PEOPLE, facility: float = 60.0, index: float | None = 30.0, guess: Fraction = Fraction(1, 4)
) -> list[tuple[bool, str]]:
    judged = RemarkBasis(ItemFigures(people, facility=facility, discrimination=index), picks, guess)
    return [(remark.alarm, remark.text.replace("\u202f", " ")) for remark in remarks(judged)]


def test_an_ordinary_question_is_left_in_peace() -> None:
    assert said(picked("A", True, 0.3), picked("B", False, -0.2), picked("C", False, None)) == []


def test_the_wrong_option_that_the_best_choose_is_named_first() -> None:
    key = picked("A", True, -0.3)
    assert said(key, picked("B", False, 0.35), picked("C", False, 0.25), index=-30.0) == [(True, "l’option B attire les meilleurs : clé à vérifier")]


@pytest.mark.parametrize(
    ("correlation", "index", "people"),
    [(LEAST_CORRELATION - 0.01, -5.0, PEOPLE), (0.3, 20.0, PEOPLE), (0.3, 0.0, 60)],
)
def test_it_must_be_strong_and_clearly_stronger_than_the_question(correlation: float, index: float, people: int) -> None:
    assert not any(alarm for alarm, _ in said(picked("A", True, 0.0), picked("B", False, correlation), index=index, people=people))


def test_an_option_of_few_is_not_judged() -> None:
    assert said(picked("B", False, 0.9, people=FEWEST_PICKERS - 1)) == []
    assert said(picked("B", False, 0.9, people=FEWEST_PICKERS)) != []


def test_what_several_people_typed_is_named_as_they_wrote_it() -> None:
    typed = Pick("contrat de cite", "la réponse «\u202fcontrat de cité\u202f»", "contrat de cité", False), PickFigures(40, 10.0, 0.6)
    assert said(typed, index=5.0) == [(True, "la réponse « contrat de cité » attire les meilleurs : clé à vérifier")]


def test_a_key_that_the_best_avoid_is_named() -> None:
    assert said(picked("A", True, -0.25), picked("B", True, 0.3)) == [(True, "l’option A, comptée juste, est évitée par les meilleurs : clé à vérifier")]


def test_a_question_that_goes_against_the_others_is_named_as_a_whole() -> None:
    ((alarm, text),) = said(index=-100 * threshold(PEOPLE))
    assert alarm
    assert "manque cette question" in text
    assert said(index=-100 * threshold(PEOPLE) + 1) == said(index=0.0) == [(False, "qui réussit le reste du quiz ne la réussit pas mieux")]
    assert said(index=1.0) == []


def test_less_than_chance_is_an_alarm_by_more_than_chance_explains() -> None:
    assert [text for _, text in said(facility=15.0)] == ["moins réussie qu’en répondant au hasard : clé à vérifier, ou piège"]
    assert said(facility=24.0) == []
    assert said(facility=15.0, people=MIN_INDEX) == []
    assert said(facility=15.0, guess=Fraction(0)) == []


@pytest.mark.parametrize(("facility", "words"), [(96.0, "presque tout le monde réussit"), (4.0, "presque personne ne réussit")])
def test_extremes_are_good_to_know_and_no_alarm(facility: float, words: str) -> None:
    assert said(facility=facility, guess=Fraction(0)) == [(False, words)]
    assert said(facility=95.0) == []


def test_nothing_is_said_of_few_people_or_of_what_is_undefined() -> None:
    assert said(picked("B", False, 0.9), people=MIN_INDEX - 1, facility=1.0, index=-90.0) == []
    assert said(picked("A", True, None), picked("B", False, None), index=None) == []
