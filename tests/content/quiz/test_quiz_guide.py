"""The trainers' guide on quizzes: its examples are what it says, each of the nine types among them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.content.documents.reader import parse
from app.content.problems.catalogue import CATALOGUE
from app.content.quiz.keys import QuizKey
from app.content.quiz.settings import QUIZ_KEYS
from app.content.values.course import Lesson
from app.content.values.quiz import QuestionType, Quiz
from app.content.values.text import Problem
from tests.content.quiz.parsing import parse_quiz
from tests.content.quiz.quiz_writings import HEAD

GUIDE = (Path(__file__).parents[3] / "docs" / "formateurs" / "quiz.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^~~~~quiz\n(.*?)^~~~~$", GUIDE, re.MULTILINE | re.DOTALL)
IN_LESSONS = re.findall(r"^~~~~leçon\n(.*?)^~~~~$", GUIDE, re.MULTILINE | re.DOTALL)
HABITS = GUIDE.partition("## Vous venez d’un traitement de texte")[2]


def parsed(example: str) -> tuple[Quiz | None, tuple[Problem, ...]]:
    return parse_quiz("quizzes/guide.md", example if example.startswith("---") else HEAD + example)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.strip().split("\n")[0])
def test_each_example_is_understood_without_a_word(example: str) -> None:
    quiz, problems = parsed(example)
    assert [str(problem) for problem in problems] == []
    assert quiz is not None
    assert quiz.questions


def test_the_question_of_a_lesson_is_understood_without_a_word() -> None:
    (example,) = IN_LESSONS
    document, problems = parse("modules/guide/01.md", f"---\nid : guide\ntitre : Le guide\ndurée : 5\n---\n\n{example}")
    assert [str(problem) for problem in problems] == []
    assert isinstance(document, Lesson)
    assert [question.kind for question in document.questions] == [QuestionType.NUMBER]


def test_the_guide_shows_the_nine_types() -> None:
    quizzes = [quiz for quiz, _ in map(parsed, EXAMPLES) if quiz]
    assert {question.kind for quiz in quizzes for question in quiz.questions} == set(QuestionType)
    assert any(quiz.situations for quiz in quizzes)
    assert any(question.hint for quiz in quizzes for question in quiz.questions)


@pytest.mark.parametrize("key", QUIZ_KEYS)
def test_the_guide_tells_each_key_of_the_head(key: str) -> None:
    assert f"`{key}`" in GUIDE


@pytest.mark.parametrize("key", [key for key in QuizKey if key not in (QuizKey.RIGHT, QuizKey.TOLERANCE, QuizKey.IDENTIFIER, QuizKey.REFUSED)])
def test_the_guide_tells_each_key_of_a_question(key: QuizKey) -> None:
    assert f"{key.value} :" in GUIDE


@pytest.mark.parametrize(
    ("shown", "typed", "code"),
    [
        ("• [x] Le préfet", "• [x] Le préfet\n– [ ] Le maire\n", "A20"),
        ("☑ Le préfet", "☑ Le préfet\n☐ Le maire\n", "A20"),
        ("( )", "( ) Le maire\n(x) Le préfet\n", "A20"),
        ("-[x]", "-[x] Le préfet\n- [] Le maire\n", "A20"),
        ("- [ x ]", "- [ x ] Le préfet\n- [ ] Le maire\n", "A20"),
        ("- [X]", "- [X] Le préfet\n- [ ] Le maire\n", "A20"),
        ("Bonne réponse : b", "a) Le maire\nb) Le préfet\n\nBonne réponse : b\n", "A20"),
        ("**Réponse :** 2014", "**Réponse :** 2014\n", "A20"),
        ("Reponse = 2014", "Reponse = 2014\n", "A20"),
        ("- Préfet -> État", "- Préfet -> État\n- Maire -> Commune\n", "A20"),
        ("Préfet ⇒ État", "- Préfet ⇒ État\n- Maire ⇒ Commune\n", "A20"),
        ("Commentaire : …", "Réponse : 2014\n\nCommentaire : oui.\n", "A20"),
        ("Feedback : …", "Réponse : 2014\n\nFeedback : oui.\n", "A20"),
        ("Réponse : PEDT / projet éducatif", "Réponse : PEDT / projet éducatif\n", "E32"),
        ("PEDT ou projet", "Réponse : PEDT ou projet\n", "E32"),
        ("Réponse : 1.362", "Réponse : 1.362\n", "E46"),
        ("Réponse : 2014-2016", "Réponse : 2014-2016\n", "E46"),
        ("Réponse : environ 200", "Réponse : environ 200\n", "E46"),
        ("un texte ordinaire après les réponses", "Réponse : 2014\n\nUn texte ordinaire.\n", "E31"),
        ("{=Le préfet ~Le maire}", "{=Le préfet ~Le maire}\n", "E49"),
    ],
)
def test_the_habits_that_the_guide_lists_meet_what_it_says(shown: str, typed: str, code: str) -> None:
    assert shown in HABITS
    _, problems = parse_quiz("quizzes/guide.md", f"{HEAD}## Question {{#une-question}}\n\nL'énoncé.\n\n{typed}")
    assert {problem.code for problem in problems} == {code}


def test_links_to_the_page_of_problems_lead_somewhere() -> None:
    assert (Path(__file__).parents[3] / "docs" / "formateurs" / "problemes.md").exists()
    assert all(code in CATALOGUE for code in re.findall(r"\b[AE]\d\d\b", GUIDE))
