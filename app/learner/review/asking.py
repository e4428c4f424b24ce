"""One question of the review: put, read, judged and corrected by the same parts as a quiz's. Nothing is stored here."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.kinds.kind import QuestionKind
from app.assessment.kinds.layout import QuestionLayout
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import Fields, QuestionResponse
from app.assessment.questions import apart
from app.assessment.questions.correct import CorrectedQuestion, passage_of
from app.assessment.questions.in_lesson import EMPTY
from app.assessment.questions.pool import situation_of
from app.assessment.questions.present import ShownQuestion
from app.content.rendering.page import PageRenderer
from app.content.values.course import Course, Lesson
from app.content.values.quiz import Question, Quiz
from app.learner.review.rules import is_asked
from app.record.progress.path_progress import element_of

FOR_ONESELF = "Ni note, ni classement : c’est pour vous."


class ReviewQuestion(Struct, frozen=True, dict=True):
    """`turn`: how often it was answered before, which decides the order of its choices."""

    course: Course
    document: Lesson | Quiz
    question: Question
    turn: int = 0

    @property
    def kind(self) -> QuestionKind[Any, QuestionResponse]:
        return kind_of(self.question)

    @cached_property
    def lexicon(self) -> Lexicon:
        return lexicon_of(self.course.glossary, self.course.confusables)

    @property
    def layout(self) -> QuestionLayout:
        return QuestionLayout(self.turn, f"{self.document.id}/{self.question.id}")

    @property
    def _quiz(self) -> Quiz | None:
        return self.document if isinstance(self.document, Quiz) else None

    def read(self, fields: Fields) -> tuple[QuestionResponse, str]:
        """The answer of a form, and why it cannot be judged, in a sentence."""
        given, said = self.kind.read_clearly(self.layout, fields, self.lexicon)
        return given, said or (EMPTY if given.is_blank else "")

    def readable(self, fields: Fields) -> str:
        return self.kind.readable(self.kind.read_refused(self.layout, fields))

    def is_right(self, given: QuestionResponse) -> bool:
        return apart.grade_standalone(self.question, given, self.lexicon).fraction == 1

    def shown(self, given: QuestionResponse | None, on: date) -> tuple[ShownQuestion, Markup]:
        """Presents the question with its notes."""
        renderer = PageRenderer(self.course, self.document, on)
        situation = situation_of(self.question, self._quiz) if self._quiz else None
        shown = apart.present_apart(self.question, self.layout, renderer, given or self.kind.blank, FOR_ONESELF, situation)
        return shown, renderer.notes()

    def corrected(self, given: QuestionResponse, on: date) -> tuple[CorrectedQuestion, Markup]:
        renderer = PageRenderer(self.course, self.document, on)
        situation = situation_of(self.question, self._quiz) if self._quiz else None
        found = apart.correct_apart(self.question, self._quiz, given, self.layout, renderer, self.lexicon, self.course, situation)
        if isinstance(self.document, Lesson):
            found = replace(found, lesson=passage_of(self.question, self.document))
        return found, renderer.notes()


def asking_of(course: Course, document_id: str, question_id: str, turn: int = 0, fingerprint: str = "") -> ReviewQuestion | None:
    """Finds a question as published today; None if it is gone or, given a `fingerprint`, was reworded."""
    document = element_of(course, document_id)
    question = next((one for one in document.questions if one.id == question_id and is_asked(one)), None) if document else None
    if document is None or question is None or (fingerprint and question.fingerprint != fingerprint):
        return None
    return ReviewQuestion(course, document, question, turn)
