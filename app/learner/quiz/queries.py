"""The pages of a quiz: what assessment gives of the quiz or of the attempt, and where the quiz stands on the learner's path."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for
from msgspec import Struct
from sqlalchemy.orm import Session

from app.assessment.attempts import correction_queries, queries
from app.assessment.attempts.correction_queries import Correction
from app.assessment.attempts.queries import AttemptView, QuizFront, Recap
from app.assessment.attempts.sheet import attempt_of, sheet_of
from app.assessment.kinds.responses import Fields, as_text
from app.assessment.questions.present import statement_title
from app.content.values.course import Course, Lesson
from app.record.progress.cards import ElementCard, QuizPlace, element_card, element_url, quiz_place
from app.record.progress.path_progress import PathProgress, element_of
from app.record.progress.queries import is_done, path_progress_of, standing_of


class QuizPage(Struct, frozen=True):
    front: QuizFront
    place: QuizPlace
    card: ElementCard
    lesson: Lesson | None
    """That the quiz checks."""
    open_url: str | None
    """Where the attempt under way goes on."""
    first_view: bool


class QuizQuestionPage(Struct, frozen=True):
    attempt: AttemptView
    place: QuizPlace
    key: str
    """Of the next save: the same form sent again has no effect."""
    error: str


class RecapPage(Struct, frozen=True):
    recap: Recap
    place: QuizPlace
    error: str = ""
    """Why the attempt that was to be sent was not."""


class CorrectionPage(Struct, frozen=True):
    correction: Correction
    place: QuizPlace
    next: tuple[str, str] | None
    """(words, address) of what comes next on the path, once the quiz is done."""


def quiz_page(session: Session, course: Course, person_id: int, quiz_id: str, on: date) -> QuizPage:
    """`NotYours` for a quiz that is not published."""
    front = queries.quiz_front(session, course, person_id, quiz_id, on)
    mine = standing_of(session, course, person_id, quiz_id)
    place = quiz_place(course, quiz_id)
    open_id = front.result.open_id
    return QuizPage(
        front=front,
        place=place,
        card=element_card(mine, quiz_id, place.module),
        lesson=course.lessons.get(course.quizzes[quiz_id].lesson_id or ""),
        open_url=resume_url(session, person_id, open_id) if open_id else None,
        first_view=quiz_id not in mine.progress,
    )


def resume_url(session: Session, person_id: int, attempt_id: int) -> str:
    """Where an attempt under way goes on: its first question without an answer."""
    return url_for("quiz.question", attempt_id=attempt_id, position=queries.next_position(session, person_id, attempt_id))


def question_page(
    session: Session, course: Course, person_id: int, attempt_id: int, position: int, key: str, on: date, *, typed: Fields | None = None, error: str = ""
) -> QuizQuestionPage:
    """`AttemptClosed` once the attempt is submitted. `typed` is a form that was refused, shown again."""
    attempt = queries.attempt_view(session, course, person_id, attempt_id, position, on, typed=typed)
    return QuizQuestionPage(attempt, quiz_place(course, attempt.heading.quiz_id), key, error)


def recap_page(session: Session, course: Course, person_id: int, attempt_id: int, error: str = "") -> RecapPage:
    """`AttemptClosed` once the attempt is submitted."""
    recap = queries.recap(session, person_id, attempt_id)
    return RecapPage(recap, quiz_place(course, recap.heading.quiz_id), error)


def correction_page(session: Session, course: Course, person_id: int, attempt_id: int, on: date) -> CorrectionPage:
    """`AttemptOpen` while the attempt is not submitted."""
    correction = correction_queries.correction(session, course, person_id, attempt_id, on)
    quiz_id = correction.heading.quiz_id
    done = is_done(session, person_id, quiz_id)  # else nothing is told of the path, and it is not read
    return CorrectionPage(correction, quiz_place(course, quiz_id), _next(path_progress_of(session, course, person_id)) if done else None)


def _next(mine: PathProgress) -> tuple[str, str]:
    element = element_of(mine.course, mine.next_id or "")
    if element is None:
        return "Voir mon parcours", url_for("learning.home")
    return f"Continuer : {element.title}", element_url(mine.course, element.id)


def kept_words(session: Session, person_id: int, values: Mapping[str, Any], fields: Fields) -> tuple[tuple[str, str], ...]:
    """An answer sent once the session was over, in words. `NotYours` for an attempt of somebody else."""
    attempt = attempt_of(session, person_id, values["attempt_id"])
    entry = sheet_of(session, attempt).at(values["position"])
    given = entry.kind.read_refused(entry.layout, fields)
    return ("Quiz", attempt.title), ("Question", as_text(statement_title(entry.pooled.question))), ("Votre réponse", entry.kind.readable(given))
