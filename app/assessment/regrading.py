"""Marking the answers to a quiz again once a key was corrected. Reads and writes people by turns, so that ten thousand attempts fit in memory.

Marks only rise (`rules.regraded`). The whole is one transaction of the caller's; two at once wait for each other on the quiz's document, and
the second finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.assessment import responses, rules
from app.assessment.lexicon import Lexicon
from app.assessment.models import Attempt, RegradedAttempt, Regrading, Response
from app.assessment.policies import thawed
from app.assessment.pool import Pooled, pool_of
from app.assessment.regrading_rules import carried, obstacle
from app.assessment.rules import Grade, Mark, Regraded
from app.assessment.sheets import latest_of, lexicon_at, pooled_at
from app.assessment.standings import PastAttempt, ever_passed, past_attempt, with_regrade
from app.content.models import Document
from app.content.values import Course
from app.errors import DomainError, NotYours
from app.log import event

CHUNK = 200
"""People read at once."""


class NothingToRegrade(DomainError):
    sentence = "Il n’y a rien à reprendre : chaque tentative a déjà été notée avec les clés d’aujourd’hui."


@dataclass(frozen=True, slots=True)
class Corrected:
    """A question as an attempt pinned it and as it is published. `obstacle`: why its answers cannot be marked again; empty when they can."""

    pinned: Pooled
    now: Pooled
    obstacle: str


@dataclass(frozen=True, slots=True)
class Remarked:
    """One attempt whose worth by today's keys is not the one that was last found."""

    attempt_id: int
    before: Mark
    found: Mark
    kept: Regraded

    @property
    def rises(self) -> bool:
        return self.kept.mark.fraction > self.before.fraction


@dataclass(frozen=True, slots=True)
class PersonRemarked:
    person_id: int
    attempts: tuple[Remarked, ...]
    """Never empty."""
    passes: bool
    """The quiz is passed by the mark that counts, and was not."""


@dataclass
class Keys:
    """Today's questions, and how each pinned version of them compares: looked at once, however many attempts pinned it."""

    session: Session
    published: Mapping[str, Pooled]
    compared: dict[tuple[int, str], Corrected | None] = field(default_factory=dict)
    lexicons: dict[tuple[tuple[str, int], ...], Lexicon] = field(default_factory=dict)

    def corrected(self, stored: Mapping[str, Any]) -> Corrected | None:
        """None for a question that did not change, is published no more, or whose pinned text cannot be read."""
        place = stored["revision"], stored["id"]
        if place not in self.compared:
            self.compared[place] = self._compare(stored)
        return self.compared[place]

    def _compare(self, stored: Mapping[str, Any]) -> Corrected | None:
        now = self.published.get(stored["id"])
        if now is None or now.question.fingerprint == stored["fingerprint"]:
            return None
        pinned = pooled_at(self.session, stored["revision"], stored["id"])
        return Corrected(pinned, now, obstacle(pinned.question, now.question)) if pinned else None

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


def grade_again(pinned: Pooled, now: Pooled, payload: Mapping[str, Any], lexicon: Lexicon) -> Grade:
    """What an answer to the pinned question is worth by the corrected one."""
    given = carried(responses.restored(pinned.question, payload), pinned.question, now.question)
    return rules.grade(now.question, given, lexicon)


# --- Finding ---------------------------------------------------------------------------------------------------------


def remarked(session: Session, keys: Keys, quiz_id: str) -> Iterator[list[PersonRemarked]]:
    """Everybody whose marks today's keys would find otherwise than they were last found, some people at a time."""
    after = 0
    while people := _next_people(session, quiz_id, after):
        after = people[-1]
        mine = with_regrade().where(*_sent(quiz_id), Attempt.person_id.in_(people)).order_by(Attempt.person_id, Attempt.number)
        rows: list[tuple[Attempt, RegradedAttempt | None]] = [(attempt, regrade) for attempt, regrade in session.execute(mine)]
        payloads = _payloads(session, keys, quiz_id, people, rows)
        found = (_person(keys, person_id, list(own), payloads) for person_id, own in groupby(rows, key=lambda row: row[0].person_id))
        yield [person for person in found if person]
        for attempt, regrade in rows:
            session.expunge(attempt)
            if regrade is not None:
                session.expunge(regrade)


def _sent(quiz_id: str) -> tuple[Any, ...]:
    return (Attempt.quiz_id == quiz_id, ~Attempt.practice, Attempt.submitted_at.is_not(None))


def _next_people(session: Session, quiz_id: str, after: int) -> Sequence[int]:
    query = select(Attempt.person_id).where(*_sent(quiz_id), Attempt.person_id > after).distinct()
    return session.scalars(query.order_by(Attempt.person_id).limit(CHUNK)).all()


_Payloads = Mapping[tuple[int, str], tuple[dict[str, Any], Fraction | None]]
"""(attempt id, question id) → (the last answer, what it was found worth), for the questions that changed."""


def _payloads(session: Session, keys: Keys, quiz_id: str, people: Sequence[int], rows: Sequence[tuple[Attempt, Any]]) -> _Payloads:
    changed = sorted({stored["id"] for attempt, _ in rows for stored in attempt.questions if _markable(keys, stored)})
    if not changed:
        return {}
    columns = (Response.attempt_id, Response.question_id, Response.payload, Response.fraction)
    query = select(*columns).join(Attempt, Attempt.id == Response.attempt_id).where(latest_of(Response))
    query = query.where(*_sent(quiz_id), Attempt.person_id.in_(people), Response.question_id.in_(changed))
    return {(attempt_id, question_id): (payload, fraction) for attempt_id, question_id, payload, fraction in session.execute(query)}


def _markable(keys: Keys, stored: Mapping[str, Any]) -> Corrected | None:
    corrected = keys.corrected(stored)
    return corrected if corrected and not corrected.obstacle else None


def _person(keys: Keys, person_id: int, rows: Sequence[tuple[Attempt, RegradedAttempt | None]], payloads: _Payloads) -> PersonRemarked | None:
    before = [past_attempt(attempt, regrade) for attempt, regrade in rows]
    found = [_remarked(keys, attempt, regrade, past, payloads) for (attempt, regrade), past in zip(rows, before, strict=True)]
    changed = tuple(one for one in found if one)
    if not changed:
        return None
    after = [_after(past, one) for past, one in zip(before, found, strict=True)]
    return PersonRemarked(person_id, changed, passes=ever_passed(after) and not ever_passed(before))


def _after(past: PastAttempt, found: Remarked | None) -> PastAttempt:
    if found is None:
        return past
    return PastAttempt(past.attempt_id, past.number, past.started_at, past.submitted_at, found.kept.mark, found.kept.passed, past.policy)


def _remarked(keys: Keys, attempt: Attempt, regrade: RegradedAttempt | None, past: PastAttempt, payloads: _Payloads) -> Remarked | None:
    raw = attempt.score_raw or rules.NOTHING
    found = raw + sum((_gain(keys, attempt, stored, payloads) for stored in attempt.questions), rules.NOTHING)
    if found == (regrade.found_raw if regrade else raw):
        return None
    mark = Mark(found, past.mark.maximum)
    return Remarked(attempt.id, past.mark, mark, rules.regraded(past.mark, past.passed, mark, Fraction(thawed(attempt.policy).pass_mark)))


def _gain(keys: Keys, attempt: Attempt, stored: Mapping[str, Any], payloads: _Payloads) -> Fraction:
    """What a corrected key adds to one question, or takes from it. Points are those that were pinned."""
    corrected = _markable(keys, stored)
    answer = payloads.get((attempt.id, stored["id"]))
    if corrected is None or answer is None:
        return rules.NOTHING
    payload, worth = answer
    fraction = grade_again(corrected.pinned, corrected.now, payload, keys.lexicon(attempt.pins)).fraction
    return Fraction(corrected.pinned.question.points) * (fraction - (worth or rules.NOTHING))


# --- Writing ---------------------------------------------------------------------------------------------------------


@dataclass
class Act:
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
        for people in remarked(self.session, keys, self.quiz_id):
            if people:
                yield self._write(people), people
        self._close(keys)

    def begun(self) -> Regrading:
        if self.row is None:
            self.row = Regrading(quiz_id=self.quiz_id, actor_id=self.actor_id, reason=self.reason, at=self.now, keys={}, raised=0, maintained=0, passing=0)
            self.session.add(self.row)
            self.session.flush()
        return self.row

    def _write(self, people: Sequence[PersonRemarked]) -> Regrading:
        row = self.begun()
        attempts = [one for person in people for one in person.attempts]
        self.session.execute(insert(RegradedAttempt), [_columns(row.id, one) for one in attempts])
        row.raised += sum(one.rises for one in attempts)
        row.maintained += sum(one.kept.maintained for one in attempts)
        row.passing += sum(person.passes for person in people)
        return row

    def _close(self, keys: Keys) -> None:
        if self.row is None and not new_keys(self.session, self.course, keys, self.quiz_id):
            raise NothingToRegrade
        row = self.begun()
        row.keys = corrected_keys(self.course, keys)
        self.session.flush()
        event("quiz_regraded", quiz=self.quiz_id, actor=self.actor_id, regrading=row.id, raised=row.raised, maintained=row.maintained)


def lock_quiz(session: Session, quiz_id: str) -> None:
    """Two regradings of one quiz take turns."""
    session.execute(select(Document.id).where(Document.id == quiz_id).with_for_update())


def corrected_keys(course: Course, keys: Keys) -> dict[str, int]:
    """Question id → revision of the corrected key, of every question that some attempt was marked on otherwise."""
    found = [corrected.now for corrected in keys.compared.values() if corrected and not corrected.obstacle]
    return {pooled.question.id: course.versions[pooled.quiz.id].revision_id for pooled in found}


def new_keys(session: Session, course: Course, keys: Keys, quiz_id: str) -> dict[str, int]:
    """Those that no regrading of the quiz has held yet: the corrections that people read do not show them."""
    done: dict[str, str] = {}
    for row in session.scalars(select(Regrading).where(Regrading.quiz_id == quiz_id).order_by(Regrading.id)):
        for question_id, revision_id in row.keys.items():
            pooled = pooled_at(session, revision_id, question_id)
            done[question_id] = pooled.question.fingerprint if pooled else ""
    fingerprints = {pooled.question.id: pooled.question.fingerprint for pooled in keys.published.values()}
    return {question_id: revision for question_id, revision in corrected_keys(course, keys).items() if done.get(question_id) != fingerprints[question_id]}


def _columns(regrading_id: int, one: Remarked) -> dict[str, Any]:
    return {
        "attempt_id": one.attempt_id,
        "regrading_id": regrading_id,
        "found_raw": one.found.raw,
        "score_raw": one.kept.mark.raw,
        "passed": one.kept.passed,
        "maintained": one.kept.maintained,
    }
