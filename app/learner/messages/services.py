"""Writing to the trainers, and their answering, with the email that brings the answer. Flushes, never commits."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import force_setattr
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.content.store.queries import Revision, course
from app.identity.emails import send
from app.identity.models import Person
from app.identity.services import lock_person
from app.learner.messages.queries import TextShown, ThreadKind, TrainerMessage, place_title
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from app.platform.french import day_of
from app.platform.holidays import working_day_after
from app.platform.log import event
from app.platform.mail import outbox
from app.platform.mail.emails import ANSWER
from app.platform.mail.wordings import Value
from app.platform.settings import Settings
from app.platform.site import current_site
from app.platform.web.edge import path_of


def tell_answer(session: Session, settings: Settings, row: TrainerMessage, now: datetime) -> None:
    """Emails the answer to its reader, unless no email can leave or the person wants none."""
    asked = row.kind == ThreadKind.QUESTION
    values: dict[str, Value] = {
        "objet": "réponse à votre question" if asked else "réponse à votre signalement",
        "endroit": place_title(session, course(session), row.element_id, row.question_id, row.revision_id),
        "message": row.message,
        "réponse": row.answer,
        "suite": "Dire que c’est clair, ou demander encore" if asked else "Mes questions et signalements",
        "lien": f"{outbox.base(settings)}{path_of('messages.mine')}#message-{row.id}",
    }
    send(session, ANSWER, session.get_one(Person, row.person_id), values, now)


# --- Refusals --------------------------------------------------------------------------------------------------------

LONGEST = {"message": 2000, "passage": 500, "answer": 2000}
"""Characters."""
MOST, WITHIN = 10, timedelta(hours=1)
"""Messages of one person, so that nobody buries the trainers by accident."""


class MessageMissing(DomainError):
    sentence = "Dites ce qui ne va pas : sans cela, personne ne pourra le corriger."


class QuestionMissing(MessageMissing):
    sentence = "Écrivez votre question : sans elle, personne ne pourra vous répondre."


class MessageTooLong(DomainError):
    sentence = f"C’est trop long : {LONGEST['message']} caractères au plus pour le message, {LONGEST['passage']} pour le passage."


class TooManyMessages(DomainError):
    status = 429
    sentence = f"Vous avez écrit {MOST} fois aux formateurs en une heure : merci ! Gardez ce message et envoyez-le un peu plus tard."


class AnswerMissing(DomainError):
    sentence = "Écrivez votre réponse : la personne la lira."


class AlreadyAnswered(DomainError):
    status = 409
    sentence = "Un collègue a répondu avant vous : sa réponse est ci-dessous, la vôtre n’est pas partie."


class AlreadyTaken(DomainError):
    status = 409
    sentence = "Un collègue s’en occupe depuis que vous avez ouvert cette page."


# --- Learners --------------------------------------------------------------------------------------------------------


class MessageTyped(Struct, frozen=True):
    """What somebody writes, as typed."""

    kind: ThreadKind
    message: str
    passage: str = ""
    first_id: int | None = None

    def __post_init__(self) -> None:
        for name in ("message", "passage"):
            force_setattr(self, name, getattr(self, name).strip())


def promised_on(now: datetime) -> date:
    """The day by which a question that is asked now has its answer."""
    return working_day_after(day_of(now), current_site().answer_days)


def send_message(session: Session, person_id: int, place: TextShown, written: MessageTyped, now: datetime) -> TrainerMessage:
    """Sends a message; the same text sent again while open is the first one. Raises MessageMissing, MessageTooLong, TooManyMessages."""
    if not written.message:
        raise QuestionMissing if written.kind is ThreadKind.QUESTION else MessageMissing
    if len(written.message) > LONGEST["message"] or len(written.passage) > LONGEST["passage"]:
        raise MessageTooLong
    lock_person(session, person_id)
    if first := _same(session, person_id, place, written):
        return first
    recent = select(func.count()).select_from(TrainerMessage).where(TrainerMessage.person_id == person_id, TrainerMessage.sent_at > now - WITHIN)
    if (session.scalar(recent) or 0) >= MOST:
        raise TooManyMessages
    row = _row(person_id, place, written, now)
    row.revision_id = session.scalar(select(Revision.id).where(Revision.id == place.revision_id))
    session.add(row)
    session.flush()
    event("message_sent", message=row.id, kind=row.kind, person=person_id, element=place.element_id)
    return row


def _row(person_id: int, place: TextShown, written: MessageTyped, now: datetime) -> TrainerMessage:
    return TrainerMessage(
        person_id=person_id,
        kind=written.kind.value,
        first_id=written.first_id,
        element_id=place.element_id,
        document_id=place.document_id,
        question_id=place.question_id,
        fingerprint=place.fingerprint,
        anchor=place.anchor[:120],
        passage=written.passage,
        message=written.message,
        sent_at=now,
        due_on=promised_on(now) if written.kind is ThreadKind.QUESTION else None,
        answer="",
    )


def _same(session: Session, person_id: int, place: TextShown, written: MessageTyped) -> TrainerMessage | None:
    mine = select(TrainerMessage).where(TrainerMessage.person_id == person_id, TrainerMessage.answered_at.is_(None))
    mine = mine.where(TrainerMessage.kind == written.kind.value, TrainerMessage.message == written.message)
    return session.scalar(mine.where(TrainerMessage.element_id == place.element_id, TrainerMessage.question_id == place.question_id).limit(1))


def thank(session: Session, person_id: int, message_id: int, now: datetime) -> None:
    """Records that the answer is clear; this stays. Raises NotYours."""
    row = _answered_question(session, person_id, message_id)
    row.thanked_at = row.thanked_at or now
    session.flush()


def ask_again(session: Session, person_id: int, message_id: int, words: str, now: datetime) -> TrainerMessage:
    """« Pas encore clair »: the question is open again, with what is not clear, and another promised day. Raises as `send`, and NotYours."""
    row = _answered_question(session, person_id, message_id)
    place = TextShown(row.element_id, row.document_id, row.fingerprint, row.revision_id, row.question_id, row.anchor)
    return send_message(session, person_id, place, MessageTyped(ThreadKind.QUESTION, words, first_id=row.first_id or row.id), now)


def _answered_question(session: Session, person_id: int, message_id: int) -> TrainerMessage:
    """A question of theirs that has its answer."""
    lock_person(session, person_id)
    row = session.get(TrainerMessage, message_id, populate_existing=True)
    if row is None or row.person_id != person_id or row.kind != ThreadKind.QUESTION or row.answered_at is None:
        raise NotYours
    return row


# --- Trainers --------------------------------------------------------------------------------------------------------


def take(session: Session, message_id: int, actor_id: int, seen: int | None, now: datetime) -> None:
    """The trainer looks after it, in the place of whoever they saw doing so (`seen`). Raises AlreadyTaken, AlreadyAnswered, NotYours."""
    _hand(session, message_id, actor_id, seen, now)
    event("message_taken", message=message_id, actor=actor_id)


def leave(session: Session, message_id: int, actor_id: int) -> None:
    """To whoever wants to answer. Raises as `take`."""
    _hand(session, message_id, None, actor_id, None)


def _hand(session: Session, message_id: int, to: int | None, seen: int | None, now: datetime | None) -> None:
    as_seen = TrainerMessage.taken_by.is_(None) if seen is None else TrainerMessage.taken_by == seen
    held = update(TrainerMessage).where(TrainerMessage.id == message_id, TrainerMessage.answered_at.is_(None), as_seen)
    if session.scalar(held.values(taken_by=to, taken_at=now).returning(TrainerMessage.id)) is not None:
        return
    row = session.get(TrainerMessage, message_id, populate_existing=True)
    if row is None:
        raise NotYours
    if row.answered_at is not None:
        raise AlreadyAnswered
    if row.taken_by != to:
        raise AlreadyTaken


def answer(session: Session, settings: Settings, message_id: int, *, actor_id: int, fixed: bool, words: str, now: datetime) -> TrainerMessage:
    """Close a message with words that its author reads. Raises AnswerMissing, AlreadyAnswered, AlreadyTaken, NotYours."""
    row = session.get(TrainerMessage, message_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotYours
    if row.answered_at is not None:
        raise AlreadyAnswered
    if row.taken_by not in (None, actor_id):
        raise AlreadyTaken
    if not words.strip():
        raise AnswerMissing
    if len(words.strip()) > LONGEST["answer"]:
        raise TooManyCharacters(LONGEST["answer"])
    row.answered_at, row.actor_id, row.answer = now, actor_id, words.strip()
    row.fixed = fixed if row.kind == ThreadKind.ERROR else None
    session.flush()
    tell_answer(session, settings, row, now)
    event("message_answered", message=row.id, actor=actor_id)
    return row
