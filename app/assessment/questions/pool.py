"""Where the questions of a quiz come from: its own file, and those that it takes from others (`reprend`). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.assessment.questions.draw import DrawCandidate
from app.content.values.course import Course
from app.content.values.quiz import Question, Quiz, Situation


class PoolQuestion(Struct, frozen=True):
    """A question and the file that holds it."""

    question: Question
    quiz: Quiz

    @property
    def situation(self) -> Situation | None:
        return situation_of(self.question, self.quiz)


def pool_of(course: Course, quiz: Quiz) -> tuple[PoolQuestion, ...]:
    """Every question that an attempt at this quiz may hold: its own in order, then those that it takes from other published quizzes.

    A question that is no longer published anywhere is left out; the checker says so to the trainer.
    """
    own = [PoolQuestion(question, quiz) for question in quiz.questions]
    known = {pooled.question.id for pooled in own}
    taken = {question.id: PoolQuestion(question, other) for other in course.quizzes.values() for question in other.questions} if quiz.reuses else {}
    return (*own, *(taken[question_id] for question_id in dict.fromkeys(quiz.reuses) if question_id in taken and question_id not in known))


def candidates(pool: Sequence[PoolQuestion]) -> tuple[DrawCandidate, ...]:
    """The pool as the draw sees it. An objective written `O1` is that of the quiz's own lesson."""
    return tuple(
        DrawCandidate(one.question.id, _objective(one), f"{one.quiz.id}/{one.question.situation_id}" if one.question.situation_id else "") for one in pool
    )


def _objective(pooled: PoolQuestion) -> str:
    written = pooled.question.objective
    return written if not written or "/" in written else f"{pooled.quiz.lesson_id or pooled.quiz.module_id or ''}/{written}"


def question_of(quiz: Quiz, question_id: str) -> Question | None:
    return next((question for question in quiz.questions if question.id == question_id), None)


def situation_of(question: Question, quiz: Quiz) -> Situation | None:
    return next((situation for situation in quiz.situations if situation.id == question.situation_id), None) if question.situation_id else None
