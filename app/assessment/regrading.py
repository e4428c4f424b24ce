"""A changed key applied to attempts already marked: raise what rises, say what is upheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from msgspec import Struct
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.assessment.key_comparison import Keys, PersonRemarked, RemarkedAttempt, corrected_keys, keys_of, new_keys, remarked_people
from app.assessment.models import Attempt, RegradedAttempt, Regrading
from app.assessment.questions.draw import pool_of
from app.content.store.queries import Document
from app.content.values.course import Course
from app.content.values.quiz import Question
from app.identity.models import Person
from app.platform.errors import DomainError
from app.platform.log import event

# --- What a regrading would do, and those that were done ---

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
    for people in remarked_people(session, keys, quiz_id):
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


# --- Regrading ---
#
# Reads and writes people by turns, so that ten thousand attempts fit in memory. Marks only rise (`grading.regrade_mark`). The whole is one
# transaction of the caller's; two at once wait for each other on the quiz's document, and the second finds nothing left to do.


class NothingToRegrade(DomainError):
    sentence = "Il n’y a rien à reprendre : chaque tentative a déjà été notée avec les clés d’aujourd’hui."


@dataclass
class RegradingRun:
    """A regrading as it goes on. `row` exists once there is something to write."""

    session: Session
    quiz_id: str
    actor_id: int
    reason: str
    now: datetime
    course: Course
    row: Regrading | None = None

    def run(self) -> Iterator[tuple[Regrading, list[PersonRemarked]]]:
        """Write people after people; gives each lot once written, for what hangs on it. Raises NothingToRegrade at the end of an empty one."""
        lock_quiz(self.session, self.quiz_id)
        keys = keys_of(self.session, self.course, self.quiz_id)
        for people in remarked_people(self.session, keys, self.quiz_id):
            if people:
                yield self._write(people), people
        self._close(keys)

    def ensure_row(self) -> Regrading:
        if self.row is None:
            self.row = Regrading(quiz_id=self.quiz_id, actor_id=self.actor_id, reason=self.reason, at=self.now, keys={}, raised=0, maintained=0, passing=0)
            self.session.add(self.row)
            self.session.flush()
        return self.row

    def _write(self, people: Sequence[PersonRemarked]) -> Regrading:
        row = self.ensure_row()
        attempts = [one for person in people for one in person.attempts]
        self.session.execute(insert(RegradedAttempt), [_columns(row.id, one) for one in attempts])
        row.raised += sum(one.rises for one in attempts)
        row.maintained += sum(one.kept.maintained for one in attempts)
        row.passing += sum(person.passes for person in people)
        return row

    def _close(self, keys: Keys) -> None:
        if self.row is None and not new_keys(self.session, self.course, keys, self.quiz_id):
            raise NothingToRegrade
        row = self.ensure_row()
        row.keys = corrected_keys(self.course, keys)
        self.session.flush()
        event("quiz_regraded", quiz=self.quiz_id, actor=self.actor_id, regrading=row.id, raised=row.raised, maintained=row.maintained)


def lock_quiz(session: Session, quiz_id: str) -> None:
    """Two regradings of one quiz take turns."""
    session.execute(select(Document.id).where(Document.id == quiz_id).with_for_update())


def _columns(regrading_id: int, one: RemarkedAttempt) -> dict[str, Any]:
    return {
        "attempt_id": one.attempt_id,
        "regrading_id": regrading_id,
        "found_raw": one.found.raw,
        "score_raw": one.kept.mark.raw,
        "passed": one.kept.passed,
        "maintained": one.kept.maintained,
    }
