"""What the learner's pages about a quiz receive: one frozen value each. Another person's attempt does not exist.

`on` is the day against which the sources of the course are judged stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from markupsafe import Markup
from msgspec import Struct, field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment import policy
from app.assessment.attempts.results import QuizResult, quiz_result
from app.assessment.attempts.sheet import AttemptHeading, AttemptSheet, QuestionStatus, QuestionStep, attempt_of, heading_of, lexicon_at, sheet_of, steps_of
from app.assessment.attempts.standing_queries import resume_position
from app.assessment.errors import AttemptClosed
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import Fields
from app.assessment.models import AttemptRequest, ExtraAttempt
from app.assessment.questions import draw, pool
from app.assessment.questions.correct import CorrectedQuestion, correct
from app.assessment.questions.present import ShownQuestion, present
from app.content.rendering.page import PageRenderer
from app.content.values.course import Course
from app.platform.errors import NotYours

# --- Before starting -------------------------------------------------------------------------------------------------


class QuizFront(Struct, frozen=True):
    """A quiz before one starts: what is told, what is left, what was done."""

    quiz_id: str
    title: str
    introduction: Markup
    notes: Markup
    policy: tuple[str, ...]
    """Sentences."""
    credit: tuple[str, ...]
    """How each type of question that may come is marked, one sentence each."""
    left: str
    """What is left of the attempts, in a sentence; empty where there is no limit."""
    result: QuizResult
    reasons: tuple[str, ...]
    """Those that trainers gave for each attempt they added, and for a request they declined last."""

    @property
    def practice_id(self) -> int | None:
        """The attempt whose missed questions may be taken again: the last one."""
        last = self.result.past[-1] if self.result.past else None
        return last.attempt_id if last and last.mark.fraction < 1 and self.result.shows_correction(last.policy) else None


def quiz_front(session: Session, course: Course, person_id: int, quiz_id: str, on: date | None = None) -> QuizFront:
    quiz = course.quizzes.get(quiz_id)
    if quiz is None or quiz.is_pool:
        raise NotYours
    result = quiz_result(session, course, person_id, quiz_id)
    available = pool.pool_of(course, quiz)
    drawn = len(draw.draw(pool.candidates(available), quiz.policy.draw, 0, quiz.policy.shuffle))
    renderer = PageRenderer(course, quiz, on)
    introduction = renderer.html(quiz.introduction)
    return QuizFront(
        quiz_id=quiz.id,
        title=quiz.title,
        introduction=introduction,
        notes=renderer.notes(),
        policy=policy.policy_sentences(quiz.policy, [one.question for one in available], drawn),
        credit=tuple(dict.fromkeys(kind_of(one.question).credit for one in available)),
        left=policy.left_sentence(result.allowed, result.left, result.open_id is not None),
        result=result,
        reasons=_reasons(session, person_id, quiz_id),
    )


def _reasons(session: Session, person_id: int, quiz_id: str) -> tuple[str, ...]:
    granted = select(ExtraAttempt.reason).where(ExtraAttempt.person_id == person_id, ExtraAttempt.quiz_id == quiz_id).order_by(ExtraAttempt.id)
    declined = select(AttemptRequest.reason).where(AttemptRequest.person_id == person_id, AttemptRequest.quiz_id == quiz_id, AttemptRequest.granted.is_(False))
    last_declined = session.scalars(declined.order_by(AttemptRequest.id.desc()).limit(1))
    return (*session.scalars(granted), *last_declined)


# --- Answering -------------------------------------------------------------------------------------------------------


class AttemptView(Struct, frozen=True):
    """One question of an attempt under way, to answer, or corrected where the quiz corrects each at once."""

    heading: AttemptHeading
    position: int
    question: ShownQuestion
    correction: CorrectedQuestion | None
    """Of a locked question (« après chaque question »)."""
    corrects_each: bool
    saved_at: datetime | None
    """Of the last save, even if it emptied the answer: a script compares it with what its browser kept."""
    steps: tuple[QuestionStep, ...]
    notes: Markup

    @property
    def answered(self) -> bool:
        return any(step.position == self.position and step.answered for step in self.steps)

    @property
    def all_corrected(self) -> bool:
        """Is every question corrected, so that the attempt only waits to be sent?"""
        return all(step.status == QuestionStatus.LOCKED for step in self.steps)

    @property
    def previous(self) -> int | None:
        return max((step.position for step in self.steps if step.position < self.position), default=None)

    @property
    def next(self) -> int | None:
        return min((step.position for step in self.steps if step.position > self.position), default=None)


def attempt_view(
    session: Session, course: Course, person_id: int, attempt_id: int, position: int, on: date | None = None, *, typed: Fields | None = None
) -> AttemptView:
    """The question at `position` (from 1). `AttemptClosed` once the attempt is submitted: its correction has a page of its own.

    `typed` is a form that was refused: the page shows it again, in place of what is saved.
    """
    sheet = _open_sheet(session, person_id, attempt_id)
    entry = sheet.at(position)
    asked = entry.pooled.question
    renderer = PageRenderer(course, entry.pooled.quiz, on)
    given = entry.response if typed is None else kind_of(asked).read_refused(entry.layout, typed)
    question = present(asked, entry.layout, renderer, given, entry.pooled.situation)
    correction = None
    if entry.locked:
        renderer = PageRenderer(course, entry.pooled.quiz, on)  # the corrected question stands in place of the other
        correction = correct(entry.answered_question, entry.layout, renderer, lexicon_at(session, sheet.attempt.pins), course)
    return AttemptView(
        heading=heading_of(sheet),
        position=position,
        question=question,
        correction=correction,
        corrects_each=sheet.corrects_each,
        saved_at=entry.latest.saved_at if entry.latest else None,
        steps=steps_of(sheet),
        notes=renderer.notes(),
    )


class Recap(Struct, frozen=True):
    """The page before the final confirmation: it names what is not answered (RGAA 11.12)."""

    heading: AttemptHeading
    steps: tuple[QuestionStep, ...]
    """Every question; with « après chaque question », those not corrected yet: the others no longer change."""
    unclear: Mapping[int, str] = field(default_factory=dict)
    """Position → what to clear up before the attempt may be sent."""

    @property
    def missing(self) -> tuple[QuestionStep, ...]:
        """What costs points: without an answer, or with an incomplete one. An open question counts for nothing."""
        return tuple(step for step in self.steps if step.marked and not step.complete)


def recap(session: Session, person_id: int, attempt_id: int) -> Recap:
    sheet = _open_sheet(session, person_id, attempt_id)
    steps, lexicon = steps_of(sheet), lexicon_at(session, sheet.attempt.pins)
    unclear = {entry.position: sentence for entry in sheet.entries if (sentence := entry.unclear(lexicon))}
    return Recap(heading_of(sheet), tuple(step for step in steps if step.status != QuestionStatus.LOCKED) if sheet.corrects_each else steps, unclear)


def next_position(session: Session, person_id: int, attempt_id: int) -> int:
    """Where « Reprendre » leads in an attempt under way."""
    return resume_position([(entry.position, entry.status) for entry in _open_sheet(session, person_id, attempt_id).entries])


def _open_sheet(session: Session, person_id: int, attempt_id: int) -> AttemptSheet:
    attempt = attempt_of(session, person_id, attempt_id)
    if attempt.submitted_at is not None:
        raise AttemptClosed
    return sheet_of(session, attempt)
