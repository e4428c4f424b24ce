"""What several tests share: what people in a hurry typed to the questions of the course, a list of the trainers' file. The questions are kept as they were then: the course moves on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.kinds.gaps import gap_field
from app.assessment.kinds.responses import QuestionLayout
from app.assessment.kinds.typed_text import FIELD as TYPED
from app.content.documents.reader import read_document
from app.content.values.course import Confusables
from app.content.values.quiz import Question, Quiz
from tests.assessment.answers.matching import PAIRS, table_rows
from tests.course import the_course
from tests.exchange.packages.grading import Case


@cache
def course_lexicon() -> Lexicon:
    return lexicon_of(the_course.glossary(), next(each for each in the_course.documents() if isinstance(each, Confusables)))


@dataclass(frozen=True)
class Typed:
    case: Case
    text: str
    right: bool

    @property
    def question(self) -> Question:
        return self.case.question

    def __str__(self) -> str:
        return f"{self.question.id} : {self.text}"


def _case(question: Question, gap: str, text: str) -> Case:
    field = gap_field(int(gap) - 1) if gap else TYPED
    return Case(question, QuestionLayout(0, question.id), {field: [text]})


LISTS = {"Au téléphone": "au-telephone.md", "Yeux neufs": "yeux-neufs.md"}
"""Of each list its table, and the file of its questions."""


@cache
def people_typed(title: str) -> list[Typed]:
    quiz = read_document(f"quizzes/{LISTS[title]}", (PAIRS.parent / LISTS[title]).read_text(encoding="utf-8")).document
    assert isinstance(quiz, Quiz)
    questions = {question.id: question for question in quiz.questions}
    found = []
    for _, (reference, right, wrong) in table_rows(title):
        name, _, gap = reference.partition("#")
        for texts, is_right in ((right, True), (wrong, False)):
            found += [Typed(_case(questions[name], gap, text), text, is_right) for text in texts.split(" / ")]
    return found


def on_the_phone() -> list[Typed]:
    """All the lists."""
    return [typed for title in LISTS for typed in people_typed(title)]
