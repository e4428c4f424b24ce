"""The head of a quiz: every key, its default, its variants, its refusals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.content.values.quiz import CorrectionTime, GradingMethod, Policy, Quiz
from app.content.values.text import CompletionCriterion, Problem
from tests.content.quiz.parsing import parse_quiz

BODY = "## Qui signe ? {#signe}\n\nRéponse : préfet\n\n## Qui paie ? {#paie}\n\nRéponse : maire\n"


def parsed(lines: str, owner: str = "leçon : une-lecon\n") -> tuple[Quiz, tuple[Problem, ...]]:
    quiz, problems = parse_quiz("quizzes/essai.md", f"---\nid : essai\ntitre : Essai\n{owner}{lines}---\n{BODY}")
    assert quiz is not None
    return quiz, problems


def test_what_is_not_written_has_its_default() -> None:
    quiz, problems = parsed("")
    assert quiz.policy == Policy()
    assert (quiz.policy.pass_mark, quiz.policy.max_attempts, quiz.policy.method) == (Decimal("0.7"), 0, GradingMethod.BEST)
    assert (quiz.policy.correction, quiz.policy.shuffle, quiz.policy.draw) == (CorrectionTime.AFTER_SUBMIT, True, None)
    assert (quiz.criterion, quiz.lesson_id, quiz.module_id, quiz.reuses) == (CompletionCriterion.PASSED, "une-lecon", None, ())
    assert problems == ()


def test_everything_written() -> None:
    lines = (
        "seuil : 62,5 %\ntentatives : 3\nnote : moyenne\ncorrection : après dernière tentative\nmélanger : non\ntirage : 2 # au hasard\n"
        "reprend : troika, qpv-2024\nachèvement : remis\nauteur : A. B.\nnotes : à relire # vite\n"
    )
    quiz, problems = parsed(lines, "module : un-module\n")
    assert quiz.policy == Policy(Decimal("0.625"), 3, GradingMethod.MEAN, CorrectionTime.AFTER_LAST, False, 2)
    assert (quiz.criterion, quiz.lesson_id, quiz.module_id) == (CompletionCriterion.SUBMITTED, None, "un-module")
    assert (quiz.reuses, quiz.author, quiz.path) == (("troika", "qpv-2024"), "A. B.", "quizzes/essai.md")
    assert problems == ()


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("seuil : 70", Decimal("0.7")),
        ("seuil : 0 %", Decimal(0)),
        ("seuil: 100 %", Decimal(1)),
        ("tentatives : 2 tentatives", 2),
        ("note : dernière", GradingMethod.LAST),
        ("correction : jamais", CorrectionTime.NEVER),
        ("correction : Après chaque question", CorrectionTime.AFTER_EACH),
    ],
)
def test_what_is_silently_understood(line: str, value: object) -> None:
    quiz, problems = parsed(f"{line}\n")
    assert value in (quiz.policy.pass_mark, quiz.policy.max_attempts, quiz.policy.method, quiz.policy.correction)
    assert problems == ()


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("tentatives : illimitées", "tentatives : 0"),
        ("note : la meilleure", "note : meilleure"),
        ("note : derniere", "note : dernière"),
        ("correction : après l’envoi", "correction : après envoi"),
        ("correction : apres envoi", "correction : après envoi"),
        ("correction : immédiate", "correction : après chaque question"),
        ("reprend : qui-fait-quoi#troika", "reprend : troika"),
        ("melanger : non", "mélanger"),
    ],
)
def test_what_is_understood_with_its_clean_form(line: str, clean: str) -> None:
    _, problems = parsed(f"{line}\n")
    assert [found.code for found in problems] == ["A20"]
    assert clean in problems[0].hint


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("seuil : 0.7", "E09"),
        ("seuil : 120 %", "E09"),
        ("seuil : bon", "E09"),
        ("tentatives : -1", "E09"),
        ("tentatives : quelques", "E09"),
        ("note : max", "E09"),
        ("correction : demain", "E09"),
        ("mélanger : peut-être", "E09"),
        ("tirage : 0", "E09"),
        ("tirage : 3", "E48"),
        ("achèvement : lu", "E09"),
        ("reprend : Troïka", "E08"),
        ("reprend : troika, troika", "E26"),
        ("module : un-module", "E48"),
        ("penalite : 0,33", "E05"),
        ("seul : 70", "E05"),
    ],
)
def test_what_is_refused(line: str, code: str) -> None:
    _, problems = parsed(f"{line}\n")
    assert [(found.line, found.code) for found in problems] == [(5, code)]
    assert problems[0].hint


def test_a_quiz_belongs_to_something() -> None:
    _, problems = parsed("", owner="")
    assert [(found.line, found.code) for found in problems] == [(1, "E10")]


def test_a_quiz_may_hold_questions_of_others_only() -> None:
    quiz, problems = parse_quiz("quizzes/essai.md", "---\nid : essai\ntitre : T\nmodule : m-un\nreprend : troika\ntirage : 1\n---\n")
    assert quiz is not None
    assert (quiz.reuses, quiz.questions, problems) == (("troika",), (), ())


def test_without_title_there_is_no_quiz() -> None:
    quiz, problems = parse_quiz("quizzes/essai.md", f"---\nid : essai\nleçon : une-lecon\n---\n{BODY}")
    assert quiz is None
    assert [found.code for found in problems] == ["E10"]
