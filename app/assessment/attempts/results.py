"""What the attempts of a person on a quiz amount to: marks, attempts left, extra ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import FromClause, Select, Text, bindparam, cast, func, select, update
from sqlalchemy.orm import Session

from app.assessment.models import Attempt, AttemptRequest, ExtraAttempt, ReasonMissing, RegradedAttempt, RequestNotNeeded
from app.assessment.policy import allowed_attempts, attempts_left, correction_shows, may_request, may_start, policy_from_json
from app.assessment.questions import grading
from app.assessment.questions.grading import Mark
from app.content.values.course import Course
from app.content.values.quiz import Policy
from app.identity.services import lock_person
from app.platform.errors import NotYours, TooManyCharacters
from app.platform.log import event

# --- Where one person stands on one quiz, in two SELECTs ---


class PastAttempt(Struct, frozen=True):
    """A submitted attempt that counts."""

    attempt_id: int
    number: int
    started_at: datetime
    submitted_at: datetime
    mark: Mark
    passed: bool
    """It reached the pass mark by itself."""
    policy: Policy


class QuizResult(Struct, frozen=True):
    """Practice is not in it: it counts for nothing."""

    allowed: int | None
    """Attempts in total, those added by trainers included; None = as many as one likes."""
    left: int | None
    open_id: int | None
    """The attempt under way, which one may always go on with."""
    past: tuple[PastAttempt, ...]
    kept: Fraction | None
    """The mark that counts, unrounded; None before the first submission."""
    passed: bool
    """By the mark that counts, now or after an earlier attempt: what is passed stays passed."""
    requested: bool
    """A request for one more attempt awaits its answer."""

    @property
    def may_start(self) -> bool:
        return self.open_id is None and may_start(self.left)

    @property
    def may_request(self) -> bool:
        return may_request(self.left, self.passed, self.open_id is not None)

    def shows_correction(self, policy: Policy) -> bool:
        """Whether the correction of a submitted attempt under `policy` may be read."""
        return correction_shows(policy, submitted=True, left=self.left if self.open_id is None else None, passed=self.passed)


def quiz_result(session: Session, course: Course, person_id: int, quiz_id: str) -> QuizResult:
    """The limit is that of the quiz as published now (of the last attempt, where it is withdrawn); marks follow each attempt's own policy."""
    tries, mine = tries_of(session, person_id, quiz_id), count_attempts(session, person_id, quiz_id)
    past = tuple(one.past() for one in tries if one.submitted_at)
    kept, policy = counting_marks_of(past), _policy_now(course, quiz_id, tries)
    return QuizResult(
        allowed=mine.attempts_allowed(policy),
        left=mine.remaining(policy),
        open_id=mine.open_id,
        past=past,
        kept=kept[-1] if kept else None,
        passed=_any_passes(past, kept),
        requested=mine.requested,
    )


class AttemptCount(NamedTuple):
    """How many attempts a person began at a quiz, and what trainers added: whether one more may start, without reading any of them."""

    used: int
    """Those that count, the open one included."""
    open_id: int | None
    granted: int
    requested: bool
    """A request for one more attempt awaits its answer."""

    def attempts_allowed(self, policy: Policy) -> int | None:
        return allowed_attempts(policy, self.granted)

    def remaining(self, policy: Policy) -> int | None:
        return attempts_left(self.attempts_allowed(policy), self.used)


class Try(NamedTuple):
    """An attempt that counts, without its questions: what every page of a quiz reads of all of them."""

    id: int
    number: int
    started_at: datetime
    submitted_at: datetime | None
    score_raw: Fraction | None
    score_max: Fraction | None
    passed: bool | None
    raw_again: Fraction | None
    """After the last regrade that changed its mark, as what follows."""
    passed_again: bool | None
    policy: Policy

    def past(self) -> PastAttempt:
        raw = self.score_raw if self.raw_again is None else self.raw_again
        if self.submitted_at is None or raw is None or self.score_max is None:
            raise ValueError(f"attempt {self.id} is not submitted")
        passed = bool(self.passed if self.passed_again is None else self.passed_again)
        return PastAttempt(self.id, self.number, self.started_at, self.submitted_at, Mark(raw, self.score_max), passed, self.policy)


_OF_ATTEMPT = Try._fields[:-3]
_ATTEMPT, _REGRADE = Attempt.__table__, RegradedAttempt.__table__
_OTHER = _REGRADE.alias()
_LAST = select(func.max(_OTHER.c.id)).where(_OTHER.c.attempt_id == _ATTEMPT.c.id).scalar_subquery()
_COUNTING = (_ATTEMPT.c.person_id == bindparam("person_id"), _ATTEMPT.c.quiz_id == bindparam("quiz_id"), ~_ATTEMPT.c.practice)
_TRIES = (
    select(*(_ATTEMPT.c[name] for name in _OF_ATTEMPT), _REGRADE.c.score_raw, _REGRADE.c.passed, cast(_ATTEMPT.c.policy, Text))
    .select_from(_ATTEMPT.outerjoin(_REGRADE, _REGRADE.c.id == _LAST))
    .where(*_COUNTING)
    .order_by(_ATTEMPT.c.number)
)


def tries_of(session: Session, person_id: int, quiz_id: str) -> list[Try]:
    """A person's attempts at a quiz, the first one first."""
    session.flush()  # a statement of tables does not see to it
    return [Try._make((*row, _policy(written))) for *row, written in session.execute(_TRIES, {"person_id": person_id, "quiz_id": quiz_id})]


def _policy(written: str) -> Policy:
    return policy_from_json(json.loads(written))


@cache
def with_regrade() -> Select[Attempt, RegradedAttempt]:
    """Attempts, each with the last regrade that changed its mark; None beside those that none did."""
    return select(Attempt, RegradedAttempt).outerjoin(RegradedAttempt, RegradedAttempt.id == _LAST)


def past_attempt(attempt: Attempt, regrade: RegradedAttempt | None) -> PastAttempt:
    """A submitted attempt as a value, with the mark that a regrade left it."""
    again = (regrade.score_raw, regrade.passed) if regrade else (None, None)
    return Try._make((*(getattr(attempt, name) for name in _OF_ATTEMPT), *again, policy_from_json(attempt.policy))).past()


def counting_marks_of(past: Sequence[PastAttempt]) -> list[Fraction]:
    """The mark that counted after each of these attempts, by its own method."""
    return list(grading.counting_marks((one.policy.method, one.mark.fraction) for one in past))


def ever_passed(past: Sequence[PastAttempt]) -> bool:
    """Has the person passed by the mark that counts, now or after an earlier attempt? A pass is never lost."""
    return _any_passes(past, counting_marks_of(past))


def _any_passes(past: Sequence[PastAttempt], kept: Sequence[Fraction]) -> bool:
    return any(grading.passes(mark, Fraction(one.policy.pass_mark)) for one, mark in zip(past, kept, strict=True))


def _policy_now(course: Course, quiz_id: str, tries: Sequence[Try]) -> Policy:
    quiz = course.quizzes.get(quiz_id)
    if quiz is not None:
        return quiz.policy
    return tries[-1].policy if tries else Policy()


def _count_query(table: FromClause) -> Select[int]:
    return select(func.count()).select_from(table).where(table.c.person_id == bindparam("person_id"), table.c.quiz_id == bindparam("quiz_id"))


_ASKED = AttemptRequest.__table__
_BEGUN = select(
    select(func.count()).where(*_COUNTING).scalar_subquery(),
    select(_ATTEMPT.c.id).where(*_COUNTING, _ATTEMPT.c.submitted_at.is_(None)).scalar_subquery(),  # one at most: an index sees to it
    _count_query(ExtraAttempt.__table__).scalar_subquery(),
    _count_query(_ASKED).where(_ASKED.c.answered_at.is_(None)).scalar_subquery(),
)


def count_attempts(session: Session, person_id: int, quiz_id: str) -> AttemptCount:
    session.flush()
    used, open_id, granted, asked = session.execute(_BEGUN, {"person_id": person_id, "quiz_id": quiz_id}).one()
    return AttemptCount(used, open_id, granted, asked > 0)


# --- One more attempt: asked for by a learner, given or refused by a trainer, with a reason that the learner reads ---

MAX_MESSAGE = 1000


def request_attempt(session: Session, course: Course, person_id: int, quiz_id: str, *, message: str, now: datetime) -> AttemptRequest:
    """« Demander une tentative ». While one is open, asking again gives the same one."""
    lock_person(session, person_id)
    if request := _open_request(session, person_id, quiz_id):
        return request
    if not quiz_result(session, course, person_id, quiz_id).may_request:
        raise RequestNotNeeded
    request = AttemptRequest(person_id=person_id, quiz_id=quiz_id, message=_message(message), asked_at=now)
    session.add(request)
    session.flush()
    event("attempt_requested", request=request.id, person=person_id, quiz=quiz_id)
    return request


def answer_request(session: Session, request_id: int, *, granted: bool, actor_id: int, reason: str, now: datetime) -> AttemptRequest:
    """Give the attempt that was asked for, or decline. The first answer stands; a repeat changes nothing."""
    reason = _reason(reason)
    request = session.get(AttemptRequest, request_id)
    if request is None:
        raise NotYours
    answering = update(AttemptRequest).where(AttemptRequest.id == request_id, AttemptRequest.answered_at.is_(None))
    values = {"answered_at": now, "actor_id": actor_id, "granted": granted, "reason": reason}
    answered = session.execute(answering.values(values).returning(AttemptRequest.id).execution_options(synchronize_session=False)).first()
    session.refresh(request)
    if answered and granted:
        _grant(session, request.person_id, request.quiz_id, actor_id, reason, now)
    return request


def grant_attempt(session: Session, course: Course, person_id: int, quiz_id: str, *, actor_id: int, reason: str, now: datetime) -> ExtraAttempt:
    """Give one more attempt unasked. Refused where one is left, so that a second click gives no second attempt. An open request is answered."""
    reason = _reason(reason)
    lock_person(session, person_id)
    if not quiz_result(session, course, person_id, quiz_id).may_request:
        raise RequestNotNeeded
    if request := _open_request(session, person_id, quiz_id):
        request.answered_at, request.actor_id, request.granted, request.reason = now, actor_id, True, reason
    return _grant(session, person_id, quiz_id, actor_id, reason, now)


def _grant(session: Session, person_id: int, quiz_id: str, actor_id: int, reason: str, now: datetime) -> ExtraAttempt:
    extra = ExtraAttempt(person_id=person_id, quiz_id=quiz_id, actor_id=actor_id, reason=reason, granted_at=now)
    session.add(extra)
    session.flush()
    event("attempt_granted", person=person_id, quiz=quiz_id, actor=actor_id)
    return extra


def _open_request(session: Session, person_id: int, quiz_id: str) -> AttemptRequest | None:
    wanted = select(AttemptRequest).where(AttemptRequest.person_id == person_id, AttemptRequest.quiz_id == quiz_id)
    return session.scalar(wanted.where(AttemptRequest.answered_at.is_(None)))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return _message(reason)


def _message(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > MAX_MESSAGE:
        raise TooManyCharacters(MAX_MESSAGE)
    return text
