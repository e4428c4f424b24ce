"""A question inside a lesson: read as a quiz reads it, at its own lines, and no part of the lesson's outline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.content.documents import describe
from app.content.documents.index import count
from app.content.documents.reader import DocumentReading, read_document
from app.content.text.pitfalls.mending import unsourced_passages
from app.content.values.course import Lesson
from app.content.values.quiz import Question, QuestionType
from tests.content.quiz.lesson_questions import LESSON_HEAD, NINE, quoted
from tests.content.quiz.parsing import parse_quiz
from tests.content.quiz.quiz_writings import HEAD

PATH = "modules/exemple/01-un.md"
QUIZ, _ = parse_quiz("quizzes/q.md", HEAD + NINE)
ASKED = "\n> [!QUESTION]\n> Qui représente l'État ?\n>\n> - [x] Le préfet\n> - [ ] Le maire\n>   > Il représente la commune.\n>\n> Explication : Le préfet.\n"


def reading(body: str) -> DocumentReading:
    return read_document(PATH, LESSON_HEAD + body)


def lesson(body: str) -> Lesson:
    found = reading(body)
    assert isinstance(found.document, Lesson)
    assert [str(problem) for problem in found.problems] == []
    return found.document


def only(body: str) -> Question:
    (question,) = lesson(body).questions
    return question


def source_of(question: Question) -> str:
    """The lines of one of the nine, as its quiz file has them."""
    lines = (HEAD + NINE).rstrip("\n").split("\n")
    starts = [number for number, line in enumerate(lines, 1) if line.startswith("## ")]
    after = next((number for number in starts if number > question.line), len(lines) + 1)
    return "\n".join(lines[question.line - 1 : after - 1]).strip("\n")


assert QUIZ is not None
assert {question.kind for question in QUIZ.questions} == set(QuestionType)


@pytest.mark.parametrize("asked", QUIZ.questions, ids=lambda question: question.kind.value)
def test_each_type_is_what_it_is_in_a_quiz_at_the_same_lines(asked: Question) -> None:
    above = "\n" * (asked.line - 1 - LESSON_HEAD.count("\n") - 1)
    question = only(f"{above}> [!QUESTION]\n{quoted(source_of(asked))}\n")
    assert question == replace(asked, line=asked.line - 1, points=0, number=1)


@pytest.mark.parametrize(
    "written",
    [
        "> [!QUESTION]\n> Qui ?\n>\n> Réponse : le préfet",
        "> [!question] Qui ?\n>\n> Réponse : le préfet",
        "> [!QUESTION] Qui ?\n> Réponse : le préfet",
        ">[!QUESTION]\n>Qui ?\n>\n>Réponse : le préfet",
        "> [!QUESTION]\n>\n> ## Qui ?\n>\n> Réponse : le préfet",
        "> [!QUESTION]\n> ## 3. Qui ? {#qui}\n> Réponse : le préfet",
        "   > [!QUESTION]\n   > Qui ?\n   >\n   > Réponse : le préfet",
    ],
)
def test_ways_of_writing_the_statement(written: str) -> None:
    question = only(f"\nDu texte.\n\n{written}\n\nLa suite.\n")
    assert (question.kind, question.statement.text, question.line) == (QuestionType.TEXT, "Qui ?", 9)


def test_explanations_in_both_forms() -> None:
    for written in ("> Explication : Voilà.", "> > Voilà."):
        question = only(f"\n> [!QUESTION]\n> Qui ?\n>\n> - [x] Le préfet\n> - [ ] Le maire\n>\n{written}\n")
        assert question.explanation is not None
        assert (question.explanation.text, question.explanation.line) == ("Voilà.", 13)
        assert question.answer.feedbacks() == ()


def test_it_counts_as_words_and_not_as_a_title_nor_as_private_questions() -> None:
    heading = "\n> [!QUESTION]\n> ## Qui représente l'État ?\n>\n> - [x] Le préfet\n> - [ ] Le maire\n>\n> Explication : Le préfet.\n"
    found = lesson(f"\n## Sur mon territoire\n\n- Qui signe ?\n{heading}\n- Et ici ?\n")
    assert [title.title for title in found.headings] == ["Sur mon territoire"]
    assert found.territory_questions == ("Qui signe ?", "Et ici ?")
    assert found.words == lesson("\n## Sur mon territoire\n\n- Qui signe ?\n- Et ici ?\n").words + 10


def test_a_number_that_the_lesson_taught_needs_no_second_source() -> None:
    assert list(unsourced_passages(lesson("\n> [!QUESTION]\n> En quelle année ?\n>\n> Réponse : 2014\n>\n> Explication : En 2014.\n"))) == []


def test_a_call_out_that_cannot_be_asked_is_told_at_its_lines() -> None:
    found = reading("\n> [!QUESTION]\n> Qui ?\n>\n> - [ ] Le préfet\n> - [ ] Le maire\n\n> [!QUESTION]\n> Et puis ?\n")
    assert [(problem.line, problem.code) for problem in found.problems] == [(10, "E03"), (13, "E11")]
    assert all("Question" in problem.message and problem.hint for problem in found.problems)
    assert isinstance(found.document, Lesson)
    assert found.document.questions == ()


def test_a_habit_is_understood_and_its_clean_form_keeps_the_quotation() -> None:
    found = reading("\n> [!QUESTION]\n> Qui ?\n>\n> • [x] Le préfet\n> • [ ] Le maire\n>\n> Explication : Lui.\n")
    (habit,) = found.problems
    assert (habit.line, habit.code) == (10, "A20")
    assert habit.hint.startswith("Écrivez : > - [x] Le préfet")
    assert isinstance(found.document, Lesson)
    assert [question.kind for question in found.document.questions] == [QuestionType.SINGLE]


def test_it_is_described_and_counted() -> None:
    found = reading(ASKED)
    assert "  [x] Le préfet" in list(describe.lines(found))
    counted = count([found])
    assert [each["lesson_questions"] for each in counted["lessons"]] == [1]
    assert sum(counted["questions"].values()) == 0


SIGNS = st.text(alphabet="[]()!xX># -*.:=\n`{}_|\\QUESTIONRéponse12…’ ", max_size=120)


@given(SIGNS, SIGNS)
def test_whatever_is_typed_is_read_and_told_within_the_file(first: str, rest: str) -> None:
    body = f"\n> [!QUESTION]{first}\n{quoted(rest)}\n\nLa suite.\n"
    found = reading(body)
    last = (LESSON_HEAD + body).count("\n") + 1
    assert all(1 <= problem.line <= last and problem.code != "E06" for problem in found.problems)
    assert isinstance(found.document, Lesson) or not found.publishable
