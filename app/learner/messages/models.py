"""Messages to the trainers and questions published of them: the tables, where a message stands, when its answer is late."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct
from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Base, UtcDateTime


class ThreadKind(StrEnum):
    ERROR = "erreur"
    """« Signaler une erreur »: something is wrong in the course."""
    QUESTION = "question"
    """« Poser une question »: somebody wants to understand. Its answer is promised by a day."""


class MessageStanding(StrEnum):
    """Where a message stands, as its author reads it."""

    WAITING = "En attente d’une réponse"
    TAKEN = "Un formateur s’en occupe"
    ANSWERED = "Répondu"
    THANKED = "Répondu, c’est clair"
    CORRECTED = "Corrigé"


def standing(*, taken: bool, answered_at: datetime | None, fixed: bool, thanked_at: datetime | None) -> MessageStanding:
    if answered_at is None:
        return MessageStanding.TAKEN if taken else MessageStanding.WAITING
    if thanked_at is not None:
        return MessageStanding.THANKED
    return MessageStanding.CORRECTED if fixed else MessageStanding.ANSWERED


def is_late(due_on: date | None, answered_at: datetime | None, on: date) -> bool:
    """The promised day has passed without an answer. An error is promised none."""
    return due_on is not None and answered_at is None and on > due_on


# --- Tables ----------------------------------------------------------------------------------------------------------


class TrainerMessage(Base):
    """Open until a trainer answers. It says which text was read, so that it can be told whether that text has changed since."""

    __tablename__ = "trainer_message"
    __table_args__ = (
        Index("ix_trainer_message_document_id", "document_id"),
        Index("ix_trainer_message_person_id", "person_id"),
        Index("ix_trainer_message_first_id", "first_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10), default=ThreadKind.ERROR.value)
    first_id: Mapped[int | None] = mapped_column(ForeignKey("trainer_message.id", ondelete="SET NULL"))
    """The question of which this one asks again: « pas encore clair ». None for a first one."""
    element_id: Mapped[str] = mapped_column(String(60))
    """The lesson that was read, or the quiz that was taken."""
    document_id: Mapped[str] = mapped_column(String(60))
    """The document that holds the text: the lesson, or the quiz whose file holds the question."""
    question_id: Mapped[str] = mapped_column(String(60), default="")
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the question, or of the lesson's text, as it was read."""
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    """The revision that was read."""
    anchor: Mapped[str] = mapped_column(String(120), default="")
    """The heading under which it stands, where the person said so."""
    passage: Mapped[str] = mapped_column(Text, default="")
    message: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(Date)
    """The day by which a question's answer was promised: a change of the setting changes no promise."""
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The trainer who looks after it: nobody else answers it meanwhile."""
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    fixed: Mapped[bool | None]
    """Of an error: the text was, or will be, corrected; False: there was nothing to correct."""
    answer: Mapped[str] = mapped_column(Text, default="")
    thanked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LessonFaq(Base):
    """A question with its answer that a trainer published under a lesson, in other words and without a name."""

    __tablename__ = "lesson_faq"
    __table_args__ = (Index("ix_lesson_faq_lesson_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(60))
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("trainer_message.id", ondelete="SET NULL"), unique=True)
    """Where it comes from, while that is kept."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    """Whoever changes it has read this one."""


class TextShown(Struct, frozen=True):
    """What was read: the lesson, or the question of a quiz, in the version that was shown."""

    element_id: str
    document_id: str
    fingerprint: str
    revision_id: int | None
    question_id: str = ""
    anchor: str = ""
