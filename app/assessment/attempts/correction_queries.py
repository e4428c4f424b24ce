"""What the page of a submitted attempt receives: its mark, and its correction where it may be read.

`on` is the day against which the sources of the course are judged stale.
"""

from __future__ import annotations

from datetime import date

from markupsafe import Markup
from msgspec import Struct
from sqlalchemy.orm import Session

from app.assessment import policy
from app.assessment.attempts.corrected_sheet import Regrade, corrected_sheet, regrades_since
from app.assessment.attempts.reading_plan import plan_of
from app.assessment.attempts.results import PastAttempt, QuizResult, past_attempt, quiz_result
from app.assessment.attempts.sheet import AttemptHeading, AttemptSheet, QuestionStep, attempt_of, heading_of, lexicon_at, sheet_of, steps_of
from app.assessment.errors import AttemptOpen
from app.assessment.questions.correct import CorrectedQuestion, LessonLink, correct
from app.assessment.questions.grading import Mark
from app.content.rendering.page import PageRenderer
from app.content.values.course import Course


class Correction(Struct, frozen=True):
    """A submitted attempt: its mark, and its correction where it may be read."""

    heading: AttemptHeading
    attempt: PastAttempt
    """With its mark as the last regrade left it."""
    result: QuizResult
    """Over all attempts: the mark that counts, what may be asked for."""
    shows: bool
    when: str
    """When the correction shows, in a sentence."""
    questions: tuple[CorrectedQuestion, ...]
    """Empty unless `shows`."""
    plan: tuple[LessonLink, ...]
    """What to read again; empty where nothing was missed, or unless `shows`."""
    answers: tuple[QuestionStep, ...]
    """What was answered, always."""
    left: str
    notes: Markup
    regrades: tuple[Regrade, ...]
    """When the mark was computed again by a corrected key, the first time first."""
    original: Mark
    """The mark on the day."""

    @property
    def may_practise(self) -> bool:
        return any(question.fraction < 1 for question in self.questions)


def correction(session: Session, course: Course, person_id: int, attempt_id: int, on: date | None = None) -> Correction:
    """`AttemptOpen` while the attempt is not submitted."""
    attempt = attempt_of(session, person_id, attempt_id)
    if attempt.submitted_at is None:
        raise AttemptOpen
    since = regrades_since(session, attempt)
    sheet = corrected_sheet(session, sheet_of(session, attempt), since)
    result = quiz_result(session, course, person_id, attempt.quiz_id)
    original = past_attempt(attempt, None)
    shows = attempt.practice or result.shows_correction(sheet.policy)
    questions, notes = _correct_questions(session, course, sheet, on) if shows else ((), Markup())
    return Correction(
        heading=heading_of(sheet),
        attempt=next((past for past in result.past if past.attempt_id == attempt.id), original),
        result=result,
        shows=shows,
        when=policy.correction_sentence(sheet.policy),
        questions=questions,
        plan=plan_of(sheet, course) if shows else (),
        answers=steps_of(sheet),
        left=policy.left_sentence(result.allowed, result.left, result.open_id is not None),
        notes=notes,
        regrades=since.regrades,
        original=original.mark,
    )


def _correct_questions(session: Session, course: Course, sheet: AttemptSheet, on: date | None) -> tuple[tuple[CorrectedQuestion, ...], Markup]:
    """Every question, and the notes that they call, numbered together though the questions may come from several files."""
    lexicon = lexicon_at(session, sheet.attempt.pins)
    renderer: PageRenderer | None = None
    questions = []
    for entry in sheet.entries:
        if renderer is None:
            renderer = PageRenderer(course, entry.pooled.quiz, on)
        renderer.turn_to(entry.pooled.quiz)
        questions.append(correct(entry.answered_question, entry.layout, renderer, lexicon, course))
    return tuple(questions), renderer.notes() if renderer else Markup()
