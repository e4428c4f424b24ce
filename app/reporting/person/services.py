"""Decisions for a person: waiver, manual validation, revocation, one more attempt, answer to a request. They flush, never commit."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.assessment.attempts import extra_attempts
from app.assessment.models import AttemptRequest
from app.content.values.course import Course
from app.learner.positioning import services as positioning
from app.platform import log
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from app.record import due_moves
from app.record import services as learning
from app.record.attestations import services as attestations
from app.record.progress.queries import element_states
from app.record.progress.rules import EventType
from app.reporting.scope.queries import ReportScope, visible_person


class PersonAct(StrEnum):
    WAIVE = "dispense"
    VALIDATE = "validation"
    REVOKE = "retrait"
    GRANT = "tentative"


EVENTS = {PersonAct.WAIVE: EventType.WAIVED, PersonAct.VALIDATE: EventType.OVERRIDE_SET, PersonAct.REVOKE: EventType.OVERRIDE_REVOKED}


class AlreadyDone(DomainError):
    sentence = "La personne a déjà terminé cet élément, ou une décision l’en dispense déjà."


class NothingToRevoke(DomainError):
    sentence = "Aucune dispense ni validation n’est à retirer pour cet élément."


class NotAQuiz(DomainError):
    sentence = "On n’accorde une tentative que pour un quiz."


def decide(session: Session, course: Course, scope: ReportScope, person_id: int, element_id: str, act: PersonAct, reason: str, now: datetime) -> None:
    """Write one decision in the ledger, where the person reads it with its reason. Beyond scope, or for oneself: NotYours."""
    visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    if act is PersonAct.GRANT:
        if element_id not in course.quizzes:
            raise NotAQuiz
        extra_attempts.grant_attempt(session, course, person_id, element_id, actor_id=scope.reader_id, reason=reason, now=now)
    else:
        _check(session, person_id, element_id, act)
        learning.decide(session, course, person_id, element_id, EVENTS[act], now, actor_id=scope.reader_id, reason=reason)
    log.event("decision_taken", actor=scope.reader_id, person=person_id, element=element_id)


def revoke(session: Session, course: Course, scope: ReportScope, person_id: int, result_id: int, reason: str, now: datetime) -> None:
    """End a waiver that the person accepted after a positioning. Beyond scope, or for oneself: NotYours."""
    visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    if not reason.strip():
        raise learning.DecisionWithoutReason
    if len(reason.strip()) > extra_attempts.MAX_MESSAGE:
        raise TooManyCharacters(extra_attempts.MAX_MESSAGE)
    positioning.revoke(session, course, person_id, result_id, actor_id=scope.reader_id, reason=reason.strip(), now=now)


class SameDay(DomainError):
    sentence = "C’est déjà l’échéance de cette personne."


def move_due(session: Session, course: Course, scope: ReportScope, person_id: int, due_on: date | None, reason: str, now: datetime) -> None:
    """Set the day by which a person is to finish, or give the group's back (None). Beyond scope, or for oneself: NotYours. Raises SameDay."""
    visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    if not due_moves.move(session, course, person_id, due_on, now, actor_id=scope.reader_id, reason=reason):
        raise SameDay


def _check(session: Session, person_id: int, element_id: str, act: PersonAct) -> None:
    """A second click, or a click on a page that is out of date, writes nothing."""
    current = element_states(session, person_id).get(element_id)
    if act is PersonAct.REVOKE and not (current and current.manual):
        raise NothingToRevoke
    if act is not PersonAct.REVOKE and current and current.state.done:
        raise AlreadyDone


def decide_attestation(session: Session, scope: ReportScope, person_id: int, attestation_id: str, reason: str, now: datetime, *, restored: bool) -> None:
    """Revoke an attestation with a reason, or hold it again. Beyond scope, or for oneself: NotYours."""
    visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    attestations.decide(session, person_id, attestation_id, reason, now, actor_id=scope.reader_id, restored=restored)


def answer(session: Session, scope: ReportScope, request_id: int, granted: bool, reason: str, now: datetime) -> AttemptRequest:
    """Give or decline the attempt that somebody in scope asked for. One's own request is somebody else's to answer."""
    request = session.get(AttemptRequest, request_id)
    if request is None or request.person_id == scope.reader_id:
        raise NotYours
    visible_person(session, scope, request.person_id)
    return extra_attempts.answer_request(session, request_id, granted=granted, actor_id=scope.reader_id, reason=reason, now=now)
