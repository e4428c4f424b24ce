"""« Signaler une erreur »: writing a report, and answering it. Flushes, never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.store.models import Revision
from app.errors import DomainError, NotYours, TooManyCharacters
from app.identity.services import lock_person
from app.learning.error_reports.models import ErrorReport, ReportedText
from app.learning.record import letters
from app.learning.record.letters import Notice
from app.log import event
from app.settings import Settings

LONGEST = {"message": 2000, "passage": 500, "answer": 2000}
"""Characters."""
MOST, WITHIN = 10, timedelta(hours=1)
"""Reports of one person, so that nobody buries the trainers by accident."""


class MessageMissing(DomainError):
    sentence = "Dites ce qui ne va pas : sans cela, personne ne pourra le corriger."


class MessageTooLong(DomainError):
    sentence = f"C’est trop long : {LONGEST['message']} caractères au plus pour le message, {LONGEST['passage']} pour le passage."


class TooManyReports(DomainError):
    status = 429
    sentence = f"Vous avez signalé {MOST} erreurs en une heure : merci ! Gardez celle-ci et envoyez-la un peu plus tard."


class AnswerMissing(DomainError):
    sentence = "Écrivez votre réponse : la personne la lira."


class AlreadyAnswered(DomainError):
    status = 409
    sentence = "Ce signalement a déjà reçu une réponse."


def report(session: Session, person_id: int, place: ReportedText, *, message: str, passage: str, now: datetime) -> ErrorReport:
    """Write a report. The same one again, while it is open, is the first. Raises MessageMissing, MessageTooLong, TooManyReports."""
    message, passage = message.strip(), passage.strip()
    if not message:
        raise MessageMissing
    if len(message) > LONGEST["message"] or len(passage) > LONGEST["passage"]:
        raise MessageTooLong
    lock_person(session, person_id)
    if first := _same(session, person_id, place, message):
        return first
    recent = select(func.count()).select_from(ErrorReport).where(ErrorReport.person_id == person_id, ErrorReport.reported_at > now - WITHIN)
    if (session.scalar(recent) or 0) >= MOST:
        raise TooManyReports
    known = session.scalar(select(Revision.id).where(Revision.id == place.revision_id))
    row = ErrorReport(
        person_id=person_id,
        element_id=place.element_id,
        document_id=place.document_id,
        question_id=place.question_id,
        fingerprint=place.fingerprint,
        revision_id=known,
        anchor=place.anchor[:120],
        passage=passage,
        message=message,
        reported_at=now,
        answer="",
    )
    session.add(row)
    session.flush()
    event("error_reported", report=row.id, person=person_id, element=place.element_id)
    return row


def _same(session: Session, person_id: int, place: ReportedText, message: str) -> ErrorReport | None:
    mine = select(ErrorReport).where(ErrorReport.person_id == person_id, ErrorReport.answered_at.is_(None), ErrorReport.message == message)
    return session.scalar(mine.where(ErrorReport.element_id == place.element_id, ErrorReport.question_id == place.question_id).limit(1))


def answer(session: Session, settings: Settings, report_id: int, *, actor_id: int, fixed: bool, words: str, now: datetime) -> ErrorReport:
    """Close a report with words that its author reads. Raises AnswerMissing, AlreadyAnswered, NotYours."""
    row = session.get(ErrorReport, report_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotYours
    if row.answered_at is not None:
        raise AlreadyAnswered
    if not words.strip():
        raise AnswerMissing
    if len(words.strip()) > LONGEST["answer"]:
        raise TooManyCharacters(LONGEST["answer"])
    row.answered_at, row.actor_id, row.fixed, row.answer = now, actor_id, fixed, words.strip()
    session.flush()
    sentence = "L’erreur que vous aviez signalée est corrigée. Merci." if fixed else "Votre signalement a reçu une réponse."
    letters.tell(session, settings, Notice("réponse à votre signalement", sentence, "learning.record"), [row.person_id], now)
    event("report_answered", report=row.id, actor=actor_id)
    return row
