"""What a regrading would do, before it is decided, and those that were done."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from fractions import Fraction

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt, Regrading
from app.assessment.questions.pool import pool_of
from app.assessment.regrading.comparison import PersonRemarked, keys_of, new_keys, remarked
from app.content.values.course import Course
from app.content.values.quiz import Question
from app.identity.models import Person

MOST_MOVES = 12
"""Kinds of change that are told; the most frequent ones."""


class RegradingChange(Struct, frozen=True):
    """A question that is no longer the one that some attempts answered. `obstacle` is empty where its answers can be marked again."""

    question: Question
    document_id: str
    obstacle: str


class Move(Struct, frozen=True):
    """Attempts whose mark goes, or would go, from one share of the points to another."""

    before: Fraction
    found: Fraction
    attempts: int

    @property
    def falls(self) -> bool:
        return self.found < self.before


class RegradingEffect(Struct, frozen=True):
    """What marking again would do today."""

    changes: tuple[RegradingChange, ...]
    raised: int
    """Attempts."""
    maintained: int
    """Attempts whose mark would fall, and stays."""
    passing: int
    """People who would pass the quiz, and have not."""
    moves: tuple[Move, ...]
    shows_more: bool
    """The corrections that people read do not show today's keys yet."""

    @property
    def pending(self) -> bool:
        return bool(self.raised or self.maintained or self.shows_more)


class PastRegrading(Struct, frozen=True):
    at: datetime
    actor: str
    reason: str
    raised: int
    maintained: int
    passing: int


def survey(session: Session, course: Course, quiz_id: str) -> RegradingEffect:
    """Marks everything again without writing anything, people after people. NotYours for a quiz that is not published."""
    keys = keys_of(session, course, quiz_id)
    moves: Counter[tuple[Fraction, Fraction]] = Counter()
    raised = maintained = passing = 0
    for people in remarked(session, keys, quiz_id):
        moves.update(_moves(people))
        raised += sum(one.rises for person in people for one in person.attempts)
        maintained += sum(one.kept.maintained for person in people for one in person.attempts)
        passing += sum(person.passes for person in people)
    found = {(one.now.question.id, one.obstacle): RegradingChange(one.now.question, one.now.quiz.id, one.obstacle) for one in keys.compared.values() if one}
    frequent = tuple(Move(before, after, count) for (before, after), count in sorted(moves.items(), key=lambda item: (-item[1], item[0]))[:MOST_MOVES])
    more = bool(new_keys(session, course, keys, quiz_id))
    return RegradingEffect(tuple(sorted(found.values(), key=lambda one: one.question.line)), raised, maintained, passing, frequent, more)


def _moves(people: list[PersonRemarked]) -> Counter[tuple[Fraction, Fraction]]:
    return Counter((one.before.fraction, one.found.fraction) for person in people for one in person.attempts)


LOOKED_AT = 50
"""The latest attempts, from which one sees whether a publication changed a question that was answered."""


def answered_otherwise(session: Session, course: Course, quiz_id: str) -> bool:
    """Whether people lately answered a question of this quiz that is no longer the one published. Cheap: for a hint, not for a decision."""
    quiz = course.quizzes.get(quiz_id)
    if quiz is None:
        return False
    now = {pooled.question.id: pooled.question.fingerprint for pooled in pool_of(course, quiz)}
    sent = select(Attempt.questions).where(Attempt.quiz_id == quiz_id, ~Attempt.practice, Attempt.submitted_at.is_not(None))
    latest = session.scalars(sent.order_by(Attempt.id.desc()).limit(LOOKED_AT))
    return any(now.get(stored["id"], stored["fingerprint"]) != stored["fingerprint"] for questions in latest for stored in questions)


def past_regradings(session: Session, quiz_id: str) -> tuple[PastRegrading, ...]:
    """The latest first."""
    query = select(Regrading, Person.name).join(Person, Person.id == Regrading.actor_id).where(Regrading.quiz_id == quiz_id)
    rows = session.execute(query.order_by(Regrading.id.desc())).all()
    return tuple(PastRegrading(row.at, name, row.reason, row.raised, row.maintained, row.passing) for row, name in rows)
