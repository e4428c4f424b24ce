"""One more attempt: asked for by a learner, given or not by a trainer, with a reason that the learner reads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.assessment.attempts.results import quiz_result
from app.assessment.errors import ReasonMissing, RequestNotNeeded
from app.assessment.models import AttemptRequest, ExtraAttempt
from app.content.values.course import Course
from app.identity.services import lock_person
from app.platform.errors import NotYours, TooManyCharacters
from app.platform.log import event

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
