"""What answers are worth by another key: by today's for stored attempts, by one that a trainer would publish. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.answers.lexicon import Lexicon
from app.assessment.attempts.results import PastAttempt, ever_passed, past_attempt, with_regrade
from app.assessment.attempts.sheet import LATEST, lexicon_at, pinned_question
from app.assessment.kinds.kind import ALL, NOTHING, Grade
from app.assessment.kinds.registry import kind_of
from app.assessment.models import Attempt, RegradedAttempt, Regrading, Response
from app.assessment.policy import policy_from_json
from app.assessment.questions import grading
from app.assessment.questions.draw import PoolQuestion, pool_of
from app.assessment.questions.grading import Mark, RegradedMark, carry_answer, obstacle
from app.content.values.course import Course
from app.content.values.keys import KeyChange
from app.content.values.quiz import Quiz
from app.platform.errors import NotYours

# --- What each attempt is worth by today's keys ---
#
# Reads people some at a time, so that ten thousand attempts fit in memory.

CHUNK = 200
"""People read at once."""


class QuestionChange(Struct, frozen=True):
    """A question as an attempt pinned it and as it is published. `obstacle`: why its answers cannot be marked again; empty when they can."""

    pinned: PoolQuestion
    now: PoolQuestion
    obstacle: str


class RemarkedAttempt(Struct, frozen=True):
    """One attempt whose worth by today's keys is not the one that was last found."""

    attempt_id: int
    before: Mark
    found: Mark
    kept: RegradedMark

    @property
    def rises(self) -> bool:
        return self.kept.mark.fraction > self.before.fraction


class PersonRemarked(Struct, frozen=True):
    person_id: int
    attempts: tuple[RemarkedAttempt, ...]
    """Never empty."""
    passes: bool
    """The quiz is passed by the mark that counts, and was not."""


@dataclass
class Keys:
    """Today's questions, and how each pinned version of them compares: looked at once, however many attempts pinned it."""

    session: Session
    published: Mapping[str, PoolQuestion]
    compared: dict[tuple[int, str], QuestionChange | None] = field(default_factory=dict)
    lexicons: dict[tuple[tuple[str, int], ...], Lexicon] = field(default_factory=dict)

    def find_change(self, stored: Mapping[str, Any]) -> QuestionChange | None:
        """Returns how a question changed since it was pinned; None if it did not change, is gone, or cannot be read."""
        place = stored["revision"], stored["id"]
        if place not in self.compared:
            self.compared[place] = self._compare(stored)
        return self.compared[place]

    def _compare(self, stored: Mapping[str, Any]) -> QuestionChange | None:
        now = self.published.get(stored["id"])
        if now is None or now.question.fingerprint == stored["fingerprint"]:
            return None
        pinned = pinned_question(self.session, stored["revision"], stored["id"])
        return QuestionChange(pinned, now, obstacle(pinned.question, now.question)) if pinned else None

    def lexicon(self, pins: Mapping[str, int]) -> Lexicon:
        key = tuple(sorted(pins.items()))
        if key not in self.lexicons:
            self.lexicons[key] = lexicon_at(self.session, pins)
        return self.lexicons[key]


def keys_of(session: Session, course: Course, quiz_id: str) -> Keys:
    quiz = course.quizzes.get(quiz_id)
    if quiz is None:
        raise NotYours
    return Keys(session, {pooled.question.id: pooled for pooled in pool_of(course, quiz)})


def grade_again(pinned: PoolQuestion, now: PoolQuestion, payload: Mapping[str, Any], lexicon: Lexicon) -> Grade:
    """What an answer to the pinned question is worth by the corrected one."""
    given = carry_answer(kind_of(pinned.question).restore_answer(payload), pinned.question, now.question)
    return kind_of(now.question).grade(given, lexicon)


def remarked_people(session: Session, keys: Keys, quiz_id: str) -> Iterator[list[PersonRemarked]]:
    """Everybody whose marks today's keys would find otherwise than they were last found, some people at a time."""
    after = 0
    while people := _next_people(session, quiz_id, after):
        after = people[-1]
        mine = with_regrade().where(*_sent_conditions(quiz_id), Attempt.person_id.in_(people)).order_by(Attempt.person_id, Attempt.number)
        rows: list[tuple[Attempt, RegradedAttempt | None]] = [(attempt, regrade) for attempt, regrade in session.execute(mine)]
        payloads = _payloads(session, keys, quiz_id, people, rows)
        found = (_person(keys, person_id, list(own), payloads) for person_id, own in groupby(rows, key=lambda row: row[0].person_id))
        yield [person for person in found if person]
        for attempt, regrade in rows:
            session.expunge(attempt)
            if regrade is not None:
                session.expunge(regrade)


def _sent_conditions(quiz_id: str) -> tuple[Any, ...]:
    return (Attempt.quiz_id == quiz_id, ~Attempt.practice, Attempt.submitted_at.is_not(None))


def _next_people(session: Session, quiz_id: str, after: int) -> Sequence[int]:
    query = select(Attempt.person_id).where(*_sent_conditions(quiz_id), Attempt.person_id > after).distinct()
    return session.scalars(query.order_by(Attempt.person_id).limit(CHUNK)).all()


_Payloads = Mapping[tuple[int, str], tuple[dict[str, Any], Fraction | None]]
"""(attempt id, question id) → (the last answer, what it was found worth), for the questions that changed."""


def _payloads(session: Session, keys: Keys, quiz_id: str, people: Sequence[int], rows: Sequence[tuple[Attempt, Any]]) -> _Payloads:
    changed = sorted({stored["id"] for attempt, _ in rows for stored in attempt.questions if _markable(keys, stored)})
    if not changed:
        return {}
    columns = (Response.attempt_id, Response.question_id, Response.payload, Response.fraction)
    query = select(*columns).join(Attempt, Attempt.id == Response.attempt_id).where(LATEST)
    query = query.where(*_sent_conditions(quiz_id), Attempt.person_id.in_(people), Response.question_id.in_(changed))
    return {(attempt_id, question_id): (payload, fraction) for attempt_id, question_id, payload, fraction in session.execute(query)}


def _markable(keys: Keys, stored: Mapping[str, Any]) -> QuestionChange | None:
    corrected = keys.find_change(stored)
    return corrected if corrected and not corrected.obstacle else None


def _person(keys: Keys, person_id: int, rows: Sequence[tuple[Attempt, RegradedAttempt | None]], payloads: _Payloads) -> PersonRemarked | None:
    before = [past_attempt(attempt, regrade) for attempt, regrade in rows]
    found = [_remark_attempt(keys, attempt, regrade, past, payloads) for (attempt, regrade), past in zip(rows, before, strict=True)]
    changed = tuple(one for one in found if one)
    if not changed:
        return None
    after = [_after(past, one) for past, one in zip(before, found, strict=True)]
    return PersonRemarked(person_id, changed, passes=ever_passed(after) and not ever_passed(before))


def _after(past: PastAttempt, found: RemarkedAttempt | None) -> PastAttempt:
    if found is None:
        return past
    return PastAttempt(past.attempt_id, past.number, past.started_at, past.submitted_at, found.kept.mark, found.kept.passed, past.policy)


def _remark_attempt(keys: Keys, attempt: Attempt, regrade: RegradedAttempt | None, past: PastAttempt, payloads: _Payloads) -> RemarkedAttempt | None:
    raw = attempt.score_raw or NOTHING
    found = raw + sum((_gain(keys, attempt, stored, payloads) for stored in attempt.questions), NOTHING)
    if found == (regrade.found_raw if regrade else raw):
        return None
    mark = Mark(found, past.mark.maximum)
    return RemarkedAttempt(
        attempt.id, past.mark, mark, grading.regrade_mark(past.mark, past.passed, mark, Fraction(policy_from_json(attempt.policy).pass_mark))
    )


def _gain(keys: Keys, attempt: Attempt, stored: Mapping[str, Any], payloads: _Payloads) -> Fraction:
    """What a corrected key adds to one question, or takes from it. Points are those that were pinned."""
    corrected = _markable(keys, stored)
    answer = payloads.get((attempt.id, stored["id"]))
    if corrected is None or answer is None:
        return NOTHING
    payload, worth = answer
    fraction = grade_again(corrected.pinned, corrected.now, payload, keys.lexicon(attempt.pins)).fraction
    return Fraction(corrected.pinned.question.points) * (fraction - (worth or NOTHING))


def corrected_keys(course: Course, keys: Keys) -> dict[str, int]:
    """Question id → revision of the corrected key, of every question that some attempt was marked on otherwise."""
    found = [corrected.now for corrected in keys.compared.values() if corrected and not corrected.obstacle]
    return {pooled.question.id: course.versions[pooled.quiz.id].revision_id for pooled in found}


def new_keys(session: Session, course: Course, keys: Keys, quiz_id: str) -> dict[str, int]:
    """Returns the questions that no regrading of the quiz included yet, so that published corrections do not show them."""
    done: dict[str, str] = {}
    for row in session.scalars(select(Regrading).where(Regrading.quiz_id == quiz_id).order_by(Regrading.id)):
        for question_id, revision_id in row.keys.items():
            pooled = pinned_question(session, revision_id, question_id)
            done[question_id] = pooled.question.fingerprint if pooled else ""
    fingerprints = {pooled.question.id: pooled.question.fingerprint for pooled in keys.published.values()}
    return {question_id: revision for question_id, revision in corrected_keys(course, keys).items() if done.get(question_id) != fingerprints[question_id]}


# --- What answers are worth by the published key and by one that a trainer would publish ---

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
        if stored is None or kind_of(wanted[question_id].before).restore_answer(payload).is_blank:
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
            return kind.grade(kind.restore_answer(payload), lexicon).fraction == ALL
        corrected = keys.find_change(stored)
        if corrected is None or corrected.obstacle:
            return None
        return grade_again(corrected.pinned, corrected.now, payload, lexicon).fraction == ALL
