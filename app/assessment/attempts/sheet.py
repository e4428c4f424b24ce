"""An attempt with its pinned questions and the answers saved so far: what services and queries read. Two SELECTs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from app.assessment.answers.compare import MatchRule, MatchVerdict
from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.kinds.kind import Grade, QuestionKind
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout, QuestionResponse, as_text
from app.assessment.models import Attempt, QuestionGone, Response
from app.assessment.policy import policy_from_json
from app.assessment.questions import grading
from app.assessment.questions.correct import AnsweredQuestion, Result, result_of, statement_title
from app.assessment.questions.draw import PoolQuestion, question_of
from app.assessment.questions.grading import Mark
from app.content.store.queries import document_at
from app.content.values.course import Confusables, Document, Glossary
from app.content.values.quiz import CorrectionTime, Policy, Quiz
from app.content.values.text import DocumentKind
from app.platform.errors import NotYours
from app.platform.log import event


class QuestionStatus(StrEnum):
    """Where one question of an attempt stands, in words that a page may show."""

    BLANK = "sans réponse"
    PARTIAL = "réponse incomplète"
    ANSWERED = "répondue"
    LOCKED = "corrigée"


class SavedAnswer(NamedTuple):
    """A row of `Response`, as whoever saves and every page of an attempt reads it."""

    question_id: str
    seq: int
    payload: dict[str, Any]
    readable: str
    saved_at: datetime
    fraction: Fraction | None = None
    verdicts: list[Any] | None = None


class HeldAttempt(NamedTuple):
    """What saving an answer reads of its attempt."""

    id: int
    seed: int
    questions: list[dict[str, Any]]
    pins: dict[str, int]
    policy: dict[str, Any]
    submitted_at: datetime | None


class RegradedAnswer(Struct, frozen=True):
    """An answer marked again by a corrected key: in the corrected file's words, and what it is worth there."""

    given: QuestionResponse
    grade: Grade
    revision_id: int
    """That holds the corrected key."""


class SheetQuestion(Struct, frozen=True, dict=True):
    """One question of an attempt. `position` is from 1."""

    position: int
    pooled: PoolQuestion
    layout: QuestionLayout
    latest: SavedAnswer | None
    regraded: RegradedAnswer | None = None
    """Set where a regrading put a corrected question (`pooled`) in the place of the pinned one."""

    @property
    def kind(self) -> QuestionKind[Any, QuestionResponse]:
        return kind_of(self.pooled.question)

    @cached_property
    def response(self) -> QuestionResponse:
        if self.regraded:
            return self.regraded.given
        return self.kind.restore_answer(self.latest.payload if self.latest else {})

    @property
    def locked(self) -> bool:
        return self.latest is not None and self.latest.fraction is not None

    @property
    def status(self) -> QuestionStatus:
        if self.locked:
            return QuestionStatus.LOCKED
        if self.response.is_blank:
            return QuestionStatus.BLANK
        return QuestionStatus.ANSWERED if self.kind.is_complete(self.response) else QuestionStatus.PARTIAL

    def unclear(self, lexicon: Lexicon) -> str:
        """What to ask again before it is marked; empty where nothing is. What was corrected already stays so."""
        return "" if self.locked else self.kind.unclear(self.response, lexicon)

    @property
    def grade(self) -> Grade:
        """What was stored when it was corrected."""
        if self.regraded:
            return self.regraded.grade
        if self.latest is None or self.latest.fraction is None:
            return grading.grade_unanswered(self.pooled.question.points)
        verdicts = tuple(MatchVerdict(MatchRule(stored[0]), stored[1]) if stored else None for stored in self.latest.verdicts or ())
        return Grade(self.latest.fraction, verdicts)

    @property
    def answered_question(self) -> AnsweredQuestion:
        return AnsweredQuestion(self.pooled.question, self.pooled.quiz, self.response, self.grade, self.pooled.situation)


class AttemptSheet(Struct, frozen=True):
    attempt: Attempt
    policy: Policy
    entries: tuple[SheetQuestion, ...]
    """In order. A question whose pinned text cannot be read any more is left out, and so out of the mark; the others keep their places."""

    def at(self, position: int) -> SheetQuestion:
        """The question at a place, from 1."""
        found = next((entry for entry in self.entries if entry.position == position), None)
        if found is None:
            raise NotYours
        return found

    @property
    def corrects_each(self) -> bool:
        return self.policy.correction == CorrectionTime.AFTER_EACH

    @property
    def mark(self) -> Mark:
        return grading.mark_of((Fraction(entry.pooled.question.points), entry.grade.fraction) for entry in self.entries)


class AttemptHeading(Struct, frozen=True):
    """Which attempt at which quiz a page is about. `title` is the quiz's, as pinned."""

    attempt_id: int
    quiz_id: str
    title: str
    number: int
    practice: bool
    total: int
    """Questions."""


class QuestionStep(Struct, frozen=True):
    """One question in a list of questions: its place from 1, its statement as plain text, where it stands, what was answered."""

    position: int
    title: str
    status: QuestionStatus
    readable: str
    marked: bool
    """Whether it counts in the mark: not an open question."""
    result: Result | None = None
    """Of a corrected question."""

    @property
    def answered(self) -> bool:
        """Does the question have an answer, complete or not?"""
        return self.status != QuestionStatus.BLANK

    @property
    def complete(self) -> bool:
        return self.status in (QuestionStatus.ANSWERED, QuestionStatus.LOCKED)


def heading_of(sheet: AttemptSheet) -> AttemptHeading:
    attempt = sheet.attempt
    return AttemptHeading(attempt.id, attempt.quiz_id, attempt.title, attempt.number, attempt.practice, len(attempt.questions))


def steps_of(sheet: AttemptSheet) -> tuple[QuestionStep, ...]:
    return tuple(
        QuestionStep(
            position=entry.position,
            title=as_text(statement_title(entry.pooled.question)),
            status=entry.status,
            readable=entry.latest.readable if entry.latest else "",
            marked=bool(entry.pooled.question.points),
            result=result_of(entry.pooled.question, entry.response, entry.grade.fraction) if entry.locked else None,
        )
        for entry in sheet.entries
    )


_ANEW = select(Attempt).where(Attempt.id == bindparam("attempt_id"), Attempt.person_id == bindparam("person_id")).execution_options(populate_existing=True)
_LOCKED = _ANEW.with_for_update()
_ATTEMPT = Attempt.__table__.c
_HELD = select(*(_ATTEMPT[name] for name in HeldAttempt._fields)).where(_ATTEMPT.id == bindparam("attempt_id"), _ATTEMPT.person_id == bindparam("person_id"))
_HELD = _HELD.with_for_update()
"""Written once, as what every page of a quiz asks."""


def attempt_of(session: Session, person_id: int, attempt_id: int, lock: bool = False) -> Attempt:
    """An attempt of this person, read anew; another's does not exist. `lock` makes whoever would change it wait for this transaction."""
    attempt = session.scalar(_LOCKED if lock else _ANEW, {"attempt_id": attempt_id, "person_id": person_id})
    if attempt is None:
        raise NotYours
    return attempt


def lock_attempt(session: Session, person_id: int, attempt_id: int) -> HeldAttempt:
    """Locks an attempt and returns it as a plain row: an entity would make a save twice as expensive."""
    session.flush()  # a statement of tables does not see to it
    row = session.execute(_HELD, {"attempt_id": attempt_id, "person_id": person_id}).first()
    if row is None:
        raise NotYours
    return HeldAttempt._make(row)


def sheet_of(session: Session, attempt: Attempt) -> AttemptSheet:
    """The whole sheet of an attempt, on the revisions that it pinned."""
    latest = _latest(session, attempt.id)
    entries = (_entry(session, attempt, position, latest.get(stored["id"])) for position, stored in enumerate(attempt.questions, 1))
    return AttemptSheet(attempt, policy_from_json(attempt.policy), tuple(entry for entry in entries if entry is not None))


def sheet_question(session: Session, attempt: Attempt | HeldAttempt, position: int, latest: SavedAnswer | None) -> SheetQuestion:
    """One question of an attempt, from 1, with the answer that counts."""
    if not 1 <= position <= len(attempt.questions):
        raise NotYours
    entry = _entry(session, attempt, position, latest)
    if entry is None:
        raise QuestionGone
    return entry


def _entry(session: Session, attempt: Attempt | HeldAttempt, position: int, latest: SavedAnswer | None) -> SheetQuestion | None:
    stored = attempt.questions[position - 1]
    pooled = pinned_question(session, stored["revision"], stored["id"])
    if pooled is None:
        event("question_gone", attempt=attempt.id, question=stored["id"], revision=stored["revision"])
        return None
    return SheetQuestion(position, pooled, QuestionLayout(attempt.seed, pooled.question.id, attempt.policy["shuffle"]), latest)


def pinned_question(session: Session, revision_id: int, question_id: str) -> PoolQuestion | None:
    """A question as pinned. A revision never changes, but the parser may one day refuse what it took."""
    quiz = _document(session, revision_id)
    question = question_of(quiz, question_id) if isinstance(quiz, Quiz) else None
    return PoolQuestion(question, quiz) if question and isinstance(quiz, Quiz) else None


def _document(session: Session, revision_id: int) -> Document | None:
    try:
        return document_at(session, revision_id)
    except KeyError:
        return None


_NO_GLOSSARY, _NO_CONFUSABLES = Glossary(), Confusables()


def lexicon_at(session: Session, pins: Mapping[str, int]) -> Lexicon:
    """The glossary and the confusable pairs that an attempt pinned."""
    glossary, pairs = (_document(session, pins[kind]) if kind in pins else None for kind in (DocumentKind.GLOSSARY, DocumentKind.CONFUSABLES))
    return lexicon_of(glossary if isinstance(glossary, Glossary) else _NO_GLOSSARY, pairs if isinstance(pairs, Confusables) else _NO_CONFUSABLES)


_RESPONSE = Response.__table__
_OTHER = _RESPONSE.alias()
_LAST = select(func.max(_OTHER.c.seq)).where(_OTHER.c.attempt_id == _RESPONSE.c.attempt_id, _OTHER.c.question_id == _RESPONSE.c.question_id)
LATEST: ColumnElement[bool] = _RESPONSE.c.seq == _LAST.scalar_subquery()
"""The condition that an answer is the last saved one of its question."""
SAVED = select(*(_RESPONSE.c[name] for name in SavedAnswer._fields)).where(_RESPONSE.c.attempt_id == bindparam("attempt_id"))
"""The answers of one attempt."""
_LATEST = SAVED.where(LATEST)


def _latest(session: Session, attempt_id: int) -> dict[str, SavedAnswer]:
    """The last saved answer of each question."""
    session.flush()
    return {row.question_id: SavedAnswer._make(row) for row in session.execute(_LATEST, {"attempt_id": attempt_id})}
