"""First attempts of distinct people at a quiz, as the statistics of questions read them: rows in, `FirstAttempt`s out. Two SELECTs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.assessment.answers.compare import MatchRule, MatchVerdict
from app.assessment.attempts.sheet import pinned_question
from app.assessment.item_analysis.figures import FirstAttempt
from app.assessment.kinds.kind import NOTHING, Grade, Pick
from app.assessment.kinds.registry import kind_of
from app.assessment.models import Attempt, Response
from app.assessment.questions.pool import PoolQuestion

LONGEST_PAUSE = timedelta(minutes=30)
"""Whoever saves nothing for longer went away: that time is not spent on a question."""
_CHUNK = 500
"""Rows that a reading holds at once, besides what it makes of them."""


@dataclass
class FirstAttempts:
    """What the first attempts at one quiz hold. Questions are known by their fingerprint: a changed one is another."""

    attempts: list[FirstAttempt] = field(default_factory=list)
    asked: dict[str, PoolQuestion] = field(default_factory=dict)
    """Fingerprint → the question as it was asked."""
    picks: dict[str, dict[str, Pick]] = field(default_factory=dict)
    """Fingerprint → what was picked."""


class _StoredAnswer(NamedTuple):
    attempt_id: int
    question_id: str
    seq: int
    payload: dict[str, Any]
    saved_at: datetime
    fraction: Fraction | None
    verdicts: list[Any] | None


class _SentAttempt(NamedTuple):
    id: int
    questions: list[dict[str, Any]]
    started_at: datetime


def read_first_attempts(session: Session, quiz_id: str) -> FirstAttempts:
    """First attempts that were sent, one a person. Practice is left out, and so are an attempt under way and a question without points."""
    found = FirstAttempts()
    answers = groupby(_answers(session, quiz_id), key=lambda answer: answer.attempt_id)
    attempt_id, rows = next(answers, (0, iter(())))
    for sent in _attempts(session, quiz_id):
        mine: list[_StoredAnswer] = []
        if attempt_id == sent.id:
            mine = list(rows)
            attempt_id, rows = next(answers, (0, iter(())))
        found.attempts.append(_first_attempt(session, found, sent, mine))
    return found


def _first(quiz_id: str) -> tuple[ColumnElement[bool], ...]:
    other = aliased(Attempt)
    sent = (other.person_id == Attempt.person_id, other.quiz_id == quiz_id, ~other.practice, other.submitted_at.is_not(None))
    number = select(func.min(other.number)).where(*sent).scalar_subquery()
    return (Attempt.quiz_id == quiz_id, ~Attempt.practice, Attempt.submitted_at.is_not(None), Attempt.number == number)


def _attempts(session: Session, quiz_id: str) -> Iterator[_SentAttempt]:
    query = select(Attempt.id, Attempt.questions, Attempt.started_at).where(*_first(quiz_id)).order_by(Attempt.id)
    return (_SentAttempt(*row) for row in _streamed(session, query))


def _answers(session: Session, quiz_id: str) -> Iterator[_StoredAnswer]:
    columns = (Response.attempt_id, Response.question_id, Response.seq, Response.payload, Response.saved_at, Response.fraction, Response.verdicts)
    query = select(*columns).join(Attempt, Attempt.id == Response.attempt_id).where(*_first(quiz_id)).order_by(Response.attempt_id, Response.id)
    return (_StoredAnswer(*row) for row in _streamed(session, query))


def _streamed(session: Session, query: Select[Any]) -> Iterable[Any]:
    return session.execute(query.execution_options(yield_per=_CHUNK))


def _first_attempt(session: Session, found: FirstAttempts, sent: _SentAttempt, answers: Sequence[_StoredAnswer]) -> FirstAttempt:
    last = {answer.question_id: answer for answer in sorted(answers, key=lambda answer: answer.seq)}
    times = _seconds(sent.started_at, answers)
    attempt = FirstAttempt()
    for stored in sent.questions:
        item, question_id = stored["fingerprint"], stored["id"]
        pooled = found.asked.get(item) or pinned_question(session, stored["revision"], question_id)
        if pooled is None or not pooled.question.points:
            continue
        found.asked[item] = pooled
        grade = _grade(last.get(question_id))
        attempt.maxima[item] = Fraction(pooled.question.points)
        attempt.marks[item] = attempt.maxima[item] * grade.fraction
        attempt.picks[item] = _picked(found.picks.setdefault(item, {}), pooled, last.get(question_id), grade)
        if question_id in times:
            attempt.seconds[item] = times[question_id]
    return attempt


def _grade(answer: _StoredAnswer | None) -> Grade:
    if answer is None or answer.fraction is None:
        return Grade(NOTHING)
    return Grade(answer.fraction, tuple(MatchVerdict(MatchRule(stored[0]), stored[1]) if stored else None for stored in answer.verdicts or ()))


def _picked(known: dict[str, Pick], pooled: PoolQuestion, answer: _StoredAnswer | None, grade: Grade) -> frozenset[str]:
    if answer is None:
        return frozenset()
    kind = kind_of(pooled.question)
    picks = {pick.key: pick for pick in kind.picks(kind.restored(answer.payload), grade)}
    for key, pick in picks.items():
        known.setdefault(key, pick)
    return frozenset(picks)


def _seconds(started_at: datetime, answers: Iterable[_StoredAnswer]) -> Mapping[str, int]:
    """Time before each save since the one before it, given to the question that was saved; pauses are left out."""
    spent: dict[str, int] = {}
    before = started_at
    for answer in sorted(answers, key=lambda answer: (answer.saved_at, answer.seq)):
        lapse = answer.saved_at - before
        if lapse <= LONGEST_PAUSE:
            spent[answer.question_id] = spent.get(answer.question_id, 0) + int(lapse.total_seconds())
        before = answer.saved_at
    return spent
