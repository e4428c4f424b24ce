"""Question pages of tests: a question built by hand, presented or corrected by the real code, rendered by the real template."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, render_template
from msgspec.structs import replace

from app.assessment.answers.lexicon import Lexicon
from app.assessment.attempts.queries import AttemptView
from app.assessment.attempts.sheet import AttemptHeading, QuestionStatus, QuestionStep
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout, QuestionResponse
from app.assessment.questions.correct import AnsweredQuestion, correct, present
from app.content.rendering.page import PageRenderer
from app.content.values.quiz import Question
from app.learner.quiz import QuizQuestionPage
from app.record.progress.cards import QuizPlace
from tests import builders
from tests.strict import Page, check_page

LAYOUT = QuestionLayout(4, "question")


def question_page(
    question: Question,
    given: QuestionResponse | None = None,
    corrected: bool = False,
    status: QuestionStatus = QuestionStatus.BLANK,
    position: int = 2,
    error: str = "",
    **changes: Any,
) -> QuizQuestionPage:
    """The second of three questions, of this status; the first one is answered. `changes` are fields of the `AttemptView`."""
    quiz = builders.quiz(question)
    renderer = PageRenderer(builders.course(quiz), quiz)
    reply = kind_of(question).blank if given is None else given
    statuses = {1: QuestionStatus.ANSWERED, position: status}
    correction = None
    if corrected:
        answered = AnsweredQuestion(question, quiz, reply, kind_of(question).grade(reply, Lexicon()))
        correction = correct(answered, LAYOUT, renderer, Lexicon(), builders.course(quiz))
    view = AttemptView(
        heading=AttemptHeading(7, "acteurs", "Les acteurs", 1, False, 3),
        position=position,
        question=present(question, LAYOUT, renderer, reply),
        correction=correction,
        corrects_each=False,
        saved_at=None,
        steps=tuple(QuestionStep(number, "", statuses.get(number, QuestionStatus.BLANK), "", marked=True) for number in (1, 2, 3)),
        rules=("Une question.",),
        notes=renderer.notes(),
    )
    place = QuizPlace(None, "Parcours", "/", "education-prioritaire", "/quiz/acteurs", True)
    return QuizQuestionPage(replace(view, **changes), place, "first-key", error)


def rendered(app: Flask, page: QuizQuestionPage) -> Page:
    """The page's HTML, strictly checked."""
    with app.test_request_context():
        return check_page(render_template("learner/quiz/question.html", page=page))


SAVED_AT = datetime.fromisoformat("2026-11-24T13:05:00+00:00")
