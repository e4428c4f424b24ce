"""Advice on a whole quiz, beyond the examples of fixtures/A02.md to A15.md: thresholds, and what is left in peace."""

from __future__ import annotations

import pytest

from app.content.didactics import check_quiz
from tests.content.quiz.parsing import parse_quiz

LONG, SHORT = "Le préfet du département", "Le maire"


def codes(body: str, head: str = "") -> list[str]:
    quiz, _ = parse_quiz("quizzes/essai.md", f"---\nid : essai\ntitre : Essai\nleçon : une-lecon\n{head}---\n{body}")
    assert quiz is not None
    return [found.code for found in check_quiz(quiz) if found.code not in ("A09", "A11")]


def single(number: int, right: int, longest: bool = False, places: int = 3) -> str:
    """A question whose right option is at place `right`."""
    options = [f"- [{'x' if place == right else ' '}] {LONG if longest == (place == right) else SHORT} {place}\n" for place in range(1, places + 1)]
    return f"## Question à lire numéro {number} {{#question-{number}}}\n\n{''.join(options)}\n"


def test_the_longest_answer_is_told_above_half_of_four_questions() -> None:
    assert "A02" not in codes("".join(single(number, number % 3 + 1, longest=number < 3) for number in range(1, 5)))
    assert "A02" in codes("".join(single(number, number % 3 + 1, longest=number < 4) for number in range(1, 5)))
    assert "A02" not in codes("".join(single(number, number, longest=True) for number in range(1, 4)))


@pytest.mark.parametrize(
    ("places", "told"),
    [([1, 1, 1], False), ([1, 1, 1, 1], True), ([1, 1, 1, 2], False), ([2, 2, 2, 2, 1], True), ([1, 2, 3, 3, 2], False), ([1, 2, 1, 3, 1], False)],
)
def test_the_place_of_the_right_answer(places: list[int], told: bool) -> None:
    assert ("A06" in codes("".join(single(number, place) for number, place in enumerate(places, 1)))) is told


def test_places_that_repeat_are_told_where_nothing_is_shuffled() -> None:
    body = "".join(single(number, place) for number, place in enumerate([1, 2, 3, 1, 2, 3, 1], 1))
    assert "A06" in codes(body, "mélanger : non\n")
    assert "A06" not in codes(body)


def test_a_quiz_that_never_shows_its_correction_needs_no_explanation() -> None:
    body = "---\nid : essai\ntitre : Essai\nleçon : une-lecon\ncorrection : {}\n---\n" + single(1, 1)
    for correction, told in (("jamais", False), ("après envoi", True)):
        quiz, _ = parse_quiz("quizzes/essai.md", body.replace("{}", correction))
        assert quiz is not None
        assert ("A09" in [found.code for found in check_quiz(quiz)]) is told


@pytest.mark.parametrize(
    "statement",
    [
        "Lequel de ces acteurs ne signe pas le contrat ?",
        "Parmi ces acteurs, lequel n’est pas signataire ?",
        "Quelle structure, parmi celles-ci, n'intervient jamais ?",
        "Le contrat est prêt. Qui ne le signe pas ?",
        "Tous signent, sauf un : lequel ?",
    ],
)
def test_negations_that_are_told(statement: str) -> None:
    assert codes(f"## {statement} {{#une-question}}\n\n- [x] a\n- [ ] b\n") == ["A08"]


@pytest.mark.parametrize(
    "statement",
    [
        "Lequel de ces acteurs ne signe **pas** le contrat ?",
        "Lequel de ces acteurs NE signe PAS le contrat ?",
        "Que prévoit-on pour une zone qui n'arrive pas à bâtir de projet ?",
        "Un élu vous dit : « Je ne signe pas. » Que répondez-vous ?",
        "Une association veut savoir pourquoi l'État n'a pas retenu sa demande. Qui l'aidera ?",
        "Quelle réponse faire à une mère qui n'a pas reçu de courrier ?",
    ],
)
def test_negations_that_are_not_those_of_the_question(statement: str) -> None:
    assert codes(f"## {statement} {{#une-question}}\n\n- [x] a\n- [ ] b\n") == []


@pytest.mark.parametrize("option", ["Toutes les réponses", "Toutes ces propositions.", "Les deux", "A et B", "Réponses a, b et c", "Tout ce qui précède"])
def test_all_of_the_above(option: str) -> None:
    assert "A07" in codes(f"## Qui ? {{#une-question}}\n\n- [ ] a\n- [ ] b\n- [x] {option}\n")


@pytest.mark.parametrize("option", ["Toutes les communes", "Les deux maires", "Aucune de ces réponses", "Tous les acteurs du réseau"])
def test_what_only_looks_like_it(option: str) -> None:
    assert "A07" not in codes(f"## Qui ? {{#une-question}}\n\n- [ ] a\n- [ ] b\n- [x] {option}\n")
