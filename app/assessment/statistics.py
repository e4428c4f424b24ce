"""The statistics of a quiz's questions: first attempts of distinct people read in two SELECTs, then what the page shows of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from app.assessment.answers.compare import MatchRule, MatchVerdict
from app.assessment.attempts.sheet import pinned_question
from app.assessment.item_analysis import (
    FEWEST_PICKERS,
    MIN_SHOWN,
    FirstAttempt,
    ItemFigures,
    ItemRemark,
    PickFigures,
    QuizFigures,
    RemarkBasis,
    item_figures,
    pick_figures,
    publishable_figures,
    publishable_pick,
    publishable_quiz,
    quiz_figures,
    remarks,
)
from app.assessment.kinds.kind import NOTHING, Grade, Pick
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import as_text
from app.assessment.models import Attempt, Response
from app.assessment.questions.correct import statement_title
from app.assessment.questions.draw import PoolQuestion, pool_of
from app.content.values.course import Course
from app.content.values.quiz import Quiz, name_of

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
    return (_SentAttempt(*row) for row in _stream_rows(session, query))


def _answers(session: Session, quiz_id: str) -> Iterator[_StoredAnswer]:
    columns = (Response.attempt_id, Response.question_id, Response.seq, Response.payload, Response.saved_at, Response.fraction, Response.verdicts)
    query = select(*columns).join(Attempt, Attempt.id == Response.attempt_id).where(*_first(quiz_id)).order_by(Response.attempt_id, Response.id)
    return (_StoredAnswer(*row) for row in _stream_rows(session, query))


def _stream_rows(session: Session, query: Select[Any]) -> Iterable[Any]:
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
        attempt.picks[item] = _pick_keys(found.picks.setdefault(item, {}), pooled, last.get(question_id), grade)
        if question_id in times:
            attempt.seconds[item] = times[question_id]
    return attempt


def _grade(answer: _StoredAnswer | None) -> Grade:
    if answer is None or answer.fraction is None:
        return Grade(NOTHING)
    return Grade(answer.fraction, tuple(MatchVerdict(MatchRule(stored[0]), stored[1]) if stored else None for stored in answer.verdicts or ()))


def _pick_keys(known: dict[str, Pick], pooled: PoolQuestion, answer: _StoredAnswer | None, grade: Grade) -> frozenset[str]:
    if answer is None:
        return frozenset()
    kind = kind_of(pooled.question)
    picks = {pick.key: pick for pick in kind.picks(kind.restore_answer(answer.payload), grade)}
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


# --- The page of a quiz's statistics ---
#
# Each question in words, then in figures. Aggregates only: nobody is named, nothing of one person shows.


class QuestionStatistics(Struct, frozen=True):
    """A question at one fingerprint."""

    question_id: str
    fingerprint: str
    document_id: str
    """The file that holds it."""
    title: str
    kind: str
    line: int | None
    """In the published file; None for a question that changed since, or is no longer asked."""
    figures: ItemFigures
    guess: Fraction
    picks: tuple[tuple[Pick, PickFigures], ...]
    remarks: tuple[ItemRemark, ...]

    @property
    def alarm(self) -> ItemRemark | None:
        return next((remark for remark in self.remarks if remark.alarm), None)


class QuizStatistics(Struct, frozen=True):
    quiz_id: str
    title: str
    people: int
    """First attempts, whatever the questions they held."""
    whole: QuizFigures
    drawn: bool
    """Each attempt holds other questions: consistency is undefined."""
    now: tuple[QuestionStatistics, ...]
    """As published today, in the order of the quiz."""
    before: tuple[QuestionStatistics, ...]
    """As they were asked before they changed or went."""

    @property
    def alarms(self) -> tuple[QuestionStatistics, ...]:
        return tuple(one for one in self.now if one.alarm)


def first_attempts(session: Session) -> dict[str, tuple[int, int]]:
    """Quiz id → how many people have sent an attempt that counts, and how many passed with their first."""
    passed = func.sum(case((and_(Attempt.number == 1, Attempt.passed.is_(True)), 1), else_=0))
    sent = select(Attempt.quiz_id, func.count(Attempt.person_id.distinct()), passed).where(~Attempt.practice, Attempt.submitted_at.is_not(None))
    return {quiz_id: (people, int(at_once)) for quiz_id, people, at_once in session.execute(sent.group_by(Attempt.quiz_id))}


def quiz_statistics(session: Session, quiz: Quiz, course: Course) -> QuizStatistics:
    found = read_first_attempts(session, quiz.id)
    figures = item_figures(found.attempts)
    pool = {pooled.question.fingerprint: pooled for pooled in pool_of(course, quiz) if pooled.question.points}
    drawn = quiz.policy.draw is not None and quiz.policy.draw < len(pool)
    alike = found.attempts if drawn else [one for one in found.attempts if one.marks.keys() == pool.keys()]
    gone = [item for item in found.asked if item not in pool and figures[item].people >= MIN_SHOWN]
    return QuizStatistics(
        quiz_id=quiz.id,
        title=quiz.title,
        people=len(found.attempts),
        whole=publishable_quiz(quiz_figures(alike)),
        drawn=drawn,
        now=tuple(_question(found, item, pooled, figures.get(item, ItemFigures(0)), pooled.question.line) for item, pooled in pool.items()),
        before=tuple(_question(found, item, found.asked[item], figures[item], None) for item in gone),
    )


def _question(found: FirstAttempts, item: str, pooled: PoolQuestion, figures: ItemFigures, line: int | None) -> QuestionStatistics:
    question, shown = pooled.question, publishable_figures(figures)
    guess = kind_of(question).guess_share()
    picked = _picks(found, item, pooled, shown.people) if shown.people >= MIN_SHOWN else ()
    return QuestionStatistics(
        question_id=question.id,
        fingerprint=item,
        document_id=pooled.quiz.id,
        title=as_text(statement_title(question)),
        kind=name_of(question.answer),
        line=line,
        figures=shown,
        guess=guess,
        picks=picked,
        remarks=remarks(RemarkBasis(shown, picked, guess)),
    )


def _picks(found: FirstAttempts, item: str, pooled: PoolQuestion, asked: int) -> tuple[tuple[Pick, PickFigures], ...]:
    """The options in the file's order, those that nobody picked included; of what was typed, what several wrote alike, the most frequent first."""
    options = kind_of(pooled.question).pickable()
    picked = pick_figures(item, found.attempts, fewest=1 if options else FEWEST_PICKERS)
    figures = {key: publishable_pick(one, asked) for key, one in picked.items()}
    if options:
        return tuple((option, figures.get(option.key, PickFigures(0, 0.0, None))) for option in options)
    return tuple((found.picks[item][key], one) for key, one in figures.items())
