"""Question pages of tests: a question built by hand, presented or corrected by the real code, rendered by the real template."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Flask, render_template

from app.assessment.answers.lexicon import Lexicon
from app.assessment.questions.correct import Answered, correct
from app.assessment.questions.draw import Layout
from app.assessment.questions.kinds.registry import kind_of
from app.assessment.questions.present import present
from app.assessment.questions.responses import Given
from app.content.rendering.page import PageRenderer
from app.content.values.quiz import Question
from app.content.values.text import History
from app.learning.quiz.attempt_queries import QuestionPage, Stop
from tests import builders
from tests.strict import Page, check_page

LAYOUT = Layout(4, "question")


def question_page(question: Question, given: Given | None = None, corrected: bool = False, **changes: Any) -> QuestionPage:
    """The second of three questions; the first one is answered."""
    quiz = builders.quiz(question)
    renderer = PageRenderer(builders.course(quiz), quiz)
    reply = kind_of(question).blank if given is None else given
    stops = tuple(Stop(number, f"/tentatives/7/questions/{number}", number == 1, number == 2) for number in (1, 2, 3))
    page = QuestionPage(
        attempt_id=7,
        quiz_title="Les acteurs",
        quiz_url="/quiz/acteurs",
        history=History.PRIORITY,
        practice=False,
        number=2,
        total=3,
        question=present(question, LAYOUT, renderer, reply),
        corrected=None,
        immediate=False,
        action="/tentatives/7/questions/2",
        key="first-key",
        saved_at=None,
        answered=False,
        error="",
        stops=stops,
        previous_url=stops[0].url,
        next_url=stops[2].url,
        recap_url="/tentatives/7/recapitulatif",
        is_last=False,
        notes=renderer.notes(),
    )
    if corrected:
        answered = Answered(question, quiz, reply, kind_of(question).grade(reply, Lexicon()))
        page = replace(page, corrected=correct(answered, LAYOUT, renderer, Lexicon(), builders.course(quiz)))
    return replace(page, **changes)


def rendered(app: Flask, page: QuestionPage) -> Page:
    """The page's HTML, strictly checked."""
    with app.test_request_context():
        return check_page(render_template("learning/quiz/question.html", page=page))


SAVED_AT = datetime.fromisoformat("2026-11-24T13:05:00+00:00")
