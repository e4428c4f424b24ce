"""Reads about the attempts of a person: answers given, what is under way, what the pages of a quiz show."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from markupsafe import Markup
from msgspec import Struct, field
from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from app.assessment import policy
from app.assessment.attempts.results import QuizResult, quiz_result
from app.assessment.attempts.sheet import (
    LATEST,
    AttemptHeading,
    AttemptSheet,
    QuestionStatus,
    QuestionStep,
    attempt_of,
    heading_of,
    lexicon_at,
    sheet_of,
    steps_of,
)
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import Fields
from app.assessment.models import Attempt, AttemptClosed, AttemptRequest, ExtraAttempt, Response
from app.assessment.policy import AttemptWait, allowed_attempts, attempts_left, may_request
from app.assessment.questions import draw
from app.assessment.questions.correct import CorrectedQuestion, ShownQuestion, correct, present
from app.content.rendering.page import PageRenderer
from app.content.values.course import Course
from app.platform.errors import NotYours


class SeenAt(NamedTuple):
    attempt_id: int
    position: int
    """From 1."""


def seen_questions(session: Session, person_id: int) -> dict[str, SeenAt]:
    """Question → the last attempt, of those that were sent, where it was asked. One SELECT."""
    query = select(Attempt.id, Attempt.questions).where(Attempt.person_id == person_id, Attempt.submitted_at.is_not(None)).order_by(Attempt.id)
    return {stored["id"]: SeenAt(attempt_id, position) for attempt_id, questions in session.execute(query) for position, stored in enumerate(questions, 1)}


class AnswerGiven(NamedTuple):
    """To a question of an attempt, practice included."""

    person_id: int
    document_id: str
    question_id: str
    fingerprint: str
    at: datetime
    """When it was sent with its attempt; when it was saved, of an attempt under way."""
    right: bool | None
    """None as long as nobody knows: it is not corrected yet."""


_SINCE = (Attempt.person_id.in_(bindparam("people", expanding=True)), or_(Attempt.submitted_at >= bindparam("since"), Attempt.submitted_at.is_(None)))
_ATTEMPTS = select(Attempt.id, Attempt.person_id, Attempt.submitted_at, Attempt.questions).where(*_SINCE).order_by(Attempt.id)
_RESPONSES = select(Response.attempt_id, Response.question_id, Response.saved_at, Response.fraction).join(Attempt, Attempt.id == Response.attempt_id)
_RESPONSES = _RESPONSES.where(*_SINCE, LATEST)
"""Both written once, as what the page that a learner opens most asks."""


def answers_given(session: Session, people: Collection[int], since: datetime) -> Iterator[AnswerGiven]:
    """Yields the answers these people sent since then or are writing; a question left blank is a wrong answer. Two SELECTs, or one."""
    asked = {"people": people, "since": since}
    attempts = session.execute(_ATTEMPTS, asked).all()
    saved = {(row.attempt_id, row.question_id): row for row in session.execute(_RESPONSES, asked)} if attempts else {}
    for attempt_id, person_id, submitted_at, questions in attempts:
        for stored in questions:
            answer = saved.get((attempt_id, stored["id"]))
            at = submitted_at or (answer.saved_at if answer else None)
            if at is not None:
                right = answer.fraction == 1 if answer and answer.fraction is not None else False if submitted_at else None
                yield AnswerGiven(person_id, stored["document"], stored["id"], stored["fingerprint"], at, right)


# --- What is under way and what waits, over all the quizzes of one person ---
#
# In as many SELECTs whether there is one quiz or fifty.


def resume_position(places: Sequence[tuple[int, QuestionStatus]]) -> int:
    """Where an attempt goes on: its first question without an answer, else the first one not corrected, else the last. `places`: (position, status)."""
    for wanted in ((QuestionStatus.BLANK,), (QuestionStatus.PARTIAL, QuestionStatus.ANSWERED)):
        found = next((position for position, status in places if status in wanted), None)
        if found is not None:
            return found
    return places[-1][0] if places else 1


class OpenAttempt(Struct, frozen=True):
    """An attempt under way, and the question where it goes on."""

    attempt_id: int
    quiz_id: str
    started_at: datetime
    position: int
    """From 1."""
    total: int
    """Questions."""


_UNDER_WAY = (
    select(Attempt.id, Attempt.quiz_id, Attempt.started_at, Attempt.questions)
    .where(Attempt.person_id == bindparam("person_id"), Attempt.submitted_at.is_(None), ~Attempt.practice)
    .order_by(Attempt.id.desc())
)
_ANSWERED = select(Response.attempt_id, Response.question_id, Response.fraction).where(
    Response.attempt_id.in_(bindparam("attempts", expanding=True)),
    LATEST,
    (Response.readable != "") | Response.fraction.is_not(None),
)
"""Both written once, as what the page that a learner opens most asks."""


def open_attempts(session: Session, person_id: int) -> tuple[OpenAttempt, ...]:
    """The last one begun first; practice is not in it. One SELECT, and one more where there are any."""
    rows = session.execute(_UNDER_WAY, {"person_id": person_id}).all()
    answered = _answer_statuses(session, [row.id for row in rows]) if rows else {}
    return tuple(
        OpenAttempt(
            attempt_id=row.id,
            quiz_id=row.quiz_id,
            started_at=row.started_at,
            position=resume_position([(place, answered.get((row.id, stored["id"]), QuestionStatus.BLANK)) for place, stored in enumerate(row.questions, 1)]),
            total=len(row.questions),
        )
        for row in rows
    )


def _answer_statuses(session: Session, attempt_ids: Collection[int]) -> dict[tuple[int, str], QuestionStatus]:
    """(attempt, question) → where it stands, of what has an answer."""
    rows = session.execute(_ANSWERED, {"attempts": attempt_ids})
    return {(attempt_id, question_id): QuestionStatus.ANSWERED if fraction is None else QuestionStatus.LOCKED for attempt_id, question_id, fraction in rows}


def waiting(session: Session, course: Course, person_id: int, quiz_ids: Collection[str]) -> dict[str, AttemptWait]:
    """Returns the quizzes, not passed, that have no attempt left nor under way. One SELECT."""
    granted = select(func.count()).where(ExtraAttempt.person_id == person_id, ExtraAttempt.quiz_id == Attempt.quiz_id)
    asked = select(AttemptRequest.asked_at).where(
        AttemptRequest.person_id == person_id, AttemptRequest.quiz_id == Attempt.quiz_id, AttemptRequest.answered_at.is_(None)
    )
    rows = session.execute(
        select(
            Attempt.quiz_id,
            func.count().label("used"),
            func.sum(case((Attempt.submitted_at.is_(None), 1), else_=0)).label("under_way"),
            func.max(Attempt.submitted_at).label("since"),
            granted.scalar_subquery().label("granted"),
            asked.scalar_subquery().label("asked_at"),
        )
        .where(Attempt.person_id == person_id, Attempt.quiz_id.in_(quiz_ids), ~Attempt.practice)
        .group_by(Attempt.quiz_id)
    )
    return {row.quiz_id: AttemptWait(row.since, row.asked_at) for row in rows if _waits(course, row.quiz_id, row.used, row.granted, row.under_way > 0)}


def _waits(course: Course, quiz_id: str, used: int, granted: int, is_open: bool) -> bool:
    allowed = allowed_attempts(course.quizzes[quiz_id].policy, granted)
    return may_request(attempts_left(allowed, used), passed=False, is_open=is_open)


# --- The learner's pages about a quiz ---
#
# One frozen value each. Another person's attempt does not exist. `on` is the day against which the sources of the course are judged stale.

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
    available = draw.pool_of(course, quiz)
    drawn = len(draw.draw(draw.candidates(available), quiz.policy.draw, 0, quiz.policy.shuffle))
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
    rules: tuple[str, ...]
    """Of the quiz, in sentences."""
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
        rules=policy.policy_sentences(sheet.policy, [one.pooled.question for one in sheet.entries], len(sheet.entries)),
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
