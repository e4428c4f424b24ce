"""What the answers already given are worth by the key that is published and by the one that a trainer would publish. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts.sheet import LATEST
from app.assessment.kinds.kind import ALL
from app.assessment.kinds.registry import kind_of
from app.assessment.models import Attempt, Response
from app.assessment.questions.carry_over import obstacle
from app.assessment.questions.pool import PoolQuestion
from app.assessment.regrading.comparison import Keys, grade_again
from app.content.values.course import Course
from app.content.values.keys import KeyChange
from app.content.values.quiz import Quiz

MOST = 1_000
"""Attempts that are looked at, the latest: a page waits for them."""


class AnswersByKeys(Struct, frozen=True):
    """The answers to a question whose key moves."""

    people: int
    answers: int
    """Those that both keys can mark."""
    before: int
    """Entirely right by the published key."""
    after: int
    obstacle: str
    """Why the new key cannot mark what was answered to the published question; empty where it can."""
    bounded: bool
    """Older attempts were not looked at."""


def answers_by_keys(session: Session, course: Course, quiz: Quiz, changes: Sequence[KeyChange]) -> dict[str, AnswersByKeys]:
    """Compares recent answers by the old and the new key, by question id, in every quiz that takes the question. Blank ones are left out."""
    wanted = {change.after.id: change for change in changes}
    recent = _recent(session, course, quiz.id, wanted.keys())
    both = _BothKeys(session, quiz, changes)
    people: dict[str, set[int]] = {each: set() for each in wanted}
    marks: dict[str, list[tuple[bool, bool]]] = {each: [] for each in wanted}
    columns = (Attempt.person_id, Attempt.questions, Attempt.pins, Response.question_id, Response.payload)
    query = select(*columns).join(Response, Response.attempt_id == Attempt.id)
    for person_id, questions, pins, question_id, payload in session.execute(query.where(LATEST, Attempt.id.in_(recent), Response.question_id.in_(wanted))):
        stored = next((each for each in questions if each["id"] == question_id), None)
        if stored is None or kind_of(wanted[question_id].before).restored(payload).is_blank:
            continue
        people[question_id].add(person_id)
        if (found := both.right(stored, payload, pins)) is not None:
            marks[question_id].append(found)
    return {each: _count_answers(wanted[each], people[each], marks[each], len(recent) == MOST) for each in wanted}


def _recent(session: Session, course: Course, quiz_id: str, question_ids: Collection[str]) -> Sequence[int]:
    """The latest attempts that may hold the questions."""
    quizzes = {quiz_id, *(each.id for each in course.quizzes.values() if not set(question_ids).isdisjoint(each.reuses))}
    query = select(Attempt.id).where(Attempt.quiz_id.in_(quizzes), ~Attempt.practice, Attempt.submitted_at.is_not(None))
    return session.scalars(query.order_by(Attempt.id.desc()).limit(MOST)).all()


def _count_answers(change: KeyChange, people: Collection[int], marks: Sequence[tuple[bool, bool]], bounded: bool) -> AnswersByKeys:
    before, after = (sum(each) for each in zip(*marks, strict=True)) if marks else (0, 0)
    return AnswersByKeys(len(people), len(marks), before, after, obstacle(change.before, change.after), bounded)


class _BothKeys:
    """Marks each answer twice; the same one once."""

    def __init__(self, session: Session, quiz: Quiz, changes: Sequence[KeyChange]) -> None:
        asked = [[each.before for each in changes], [each.after for each in changes]]
        self.keys = [Keys(session, {question.id: PoolQuestion(question, quiz) for question in questions}) for questions in asked]
        self.known: dict[str, tuple[bool, bool] | None] = {}

    def right(self, stored: Mapping[str, Any], payload: Mapping[str, Any], pins: Mapping[str, int]) -> tuple[bool, bool] | None:
        """By each key; None where one of them cannot mark it."""
        place = json.dumps([stored, payload, pins], sort_keys=True)
        if place not in self.known:
            before, after = (self._right(keys, stored, payload, pins) for keys in self.keys)
            self.known[place] = None if before is None or after is None else (before, after)
        return self.known[place]

    def _right(self, keys: Keys, stored: Mapping[str, Any], payload: Mapping[str, Any], pins: Mapping[str, int]) -> bool | None:
        now, lexicon = keys.published[stored["id"]].question, keys.lexicon(pins)
        if now.fingerprint == stored["fingerprint"]:
            kind = kind_of(now)
            return kind.grade(kind.restored(payload), lexicon).fraction == ALL
        corrected = keys.find_change(stored)
        if corrected is None or corrected.obstacle:
            return None
        return grade_again(corrected.pinned, corrected.now, payload, lexicon).fraction == ALL
