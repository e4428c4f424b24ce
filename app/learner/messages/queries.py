"""Messages to the trainers and questions published of them: the tables, where a message stands, when its answer is late."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from flask import url_for
from msgspec import Struct
from sqlalchemy import Date, ForeignKey, Index, String, Text, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.assessment.attempts.sheet import attempt_of, pinned_question, sheet_question
from app.assessment.kinds.responses import as_text
from app.assessment.models import Response
from app.assessment.questions.correct import statement_title
from app.content.values.course import Course, Lesson
from app.content.values.paths import element_of
from app.identity import audit
from app.platform.db import Base, UtcDateTime
from app.platform.errors import DomainError, NotYours
from app.platform.french import day_of, french
from app.platform.site import offers
from app.record.progress.cards import element_url, quiz_url


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


# --- What a message is about, what is published of questions and answers, and the pages of whoever wrote. ---


def lesson_place(course: Course, lesson_id: str, anchor: str) -> TextShown:
    lesson = course.lessons.get(lesson_id)
    if lesson is None or course.module_of(lesson_id) is None:
        raise NotYours
    version = course.versions[lesson_id]
    known = anchor if anchor in {heading.anchor for heading in lesson.headings} else ""
    return TextShown(lesson_id, lesson_id, version.fingerprint, version.revision_id, anchor=known)


def parts_of(lesson: Lesson, chosen: str = "") -> tuple[tuple[str, str], ...]:
    """(anchor, title) of its parts, and of the heading that was chosen."""
    return tuple((heading.anchor, heading.title) for heading in lesson.headings if heading.level == 2 or heading.anchor == chosen)


def question_place(session: Session, person_id: int, attempt_id: int, position: int) -> TextShown:
    """A question that the person has seen corrected, as their attempt pinned it."""
    attempt = attempt_of(session, person_id, attempt_id)
    entry = sheet_question(session, attempt, position, None)
    stored = attempt.questions[position - 1]
    corrected = select(Response.id).where(Response.attempt_id == attempt.id, Response.question_id == stored["id"], Response.fraction.is_not(None))
    if attempt.submitted_at is None and session.scalar(corrected.limit(1)) is None:
        raise NotYours
    return TextShown(attempt.quiz_id, stored["document"], entry.pooled.question.fingerprint, stored["revision"], question_id=stored["id"])


def place_title(session: Session, course: Course, element_id: str, question_id: str, revision_id: int | None) -> str:
    """« Une leçon », or a quiz and one of its questions, in words."""
    element = element_of(course, element_id)
    title = element.title if element else element_id
    pooled = pinned_question(session, revision_id, question_id) if question_id and revision_id else None
    return french(f"{title} : {as_text(statement_title(pooled.question))}") if pooled else title


def heading_title(course: Course, element_id: str, anchor: str) -> str:
    """Returns the title of the heading a message is about; empty for a whole text or a heading that is gone."""
    lesson = course.lessons.get(element_id)
    return next((heading.title for heading in lesson.headings if anchor and heading.anchor == anchor), "") if lesson else ""


def lesson_of(course: Course, element_id: str) -> str:
    """The lesson that a message is about, that of a quiz for its questions; empty where there is none."""
    quiz = course.quizzes.get(element_id)
    lesson_id = (quiz.lesson_id or "") if quiz else element_id
    return lesson_id if lesson_id in course.lessons else ""


# --- « Questions fréquentes » ----------------------------------------------------------------------------------------
# What trainers publish of questions and answers, reworded and without a name. Flushes, never commits.

LONGEST = {"question": 300, "answer": 2000}
"""Characters."""


class Incomplete(DomainError):
    sentence = "Écrivez la question et sa réponse, et choisissez la leçon où elles paraîtront."


class FaqTooLong(DomainError):
    sentence = f"C’est trop long : {LONGEST['question']} caractères au plus pour la question, {LONGEST['answer']} pour la réponse."


class FaqChanged(DomainError):
    status = 409
    sentence = "Un collègue a publié ou changé ces mots depuis que vous avez ouvert cette page : les siens sont ci-dessous, les vôtres sont dans le formulaire."


class Faq(Struct, frozen=True):
    """One, as readers see it."""

    id: int
    lesson_id: str
    question: str
    answer: str


_FAQ = LessonFaq.__table__.c
_OF_LESSON = select(_FAQ.id, _FAQ.lesson_id, _FAQ.question, _FAQ.answer).where(_FAQ.lesson_id == bindparam("lesson_id")).order_by(_FAQ.id)


def of_lesson(session: Session, lesson_id: str) -> tuple[Faq, ...]:
    """In the order in which they were published."""
    session.flush()  # a statement of tables does not see to it
    return tuple(Faq(*row) for row in session.execute(_OF_LESSON, {"lesson_id": lesson_id}))


def everywhere(session: Session) -> Sequence[LessonFaq]:
    """Returns all published questions, for the trainers who write them."""
    return session.scalars(select(LessonFaq).order_by(LessonFaq.id)).all()


def require_faq(session: Session, faq_id: int) -> LessonFaq:
    """Raises NotYours."""
    row = session.get(LessonFaq, faq_id)
    if row is None:
        raise NotYours
    return row


def of_message(session: Session, message_id: int) -> LessonFaq | None:
    return session.scalar(select(LessonFaq).where(LessonFaq.message_id == message_id))


def publish(session: Session, course: Course, message_id: int, actor_id: int, words: tuple[str, str, str], now: datetime) -> LessonFaq:
    """`words`: lesson, question, answer. One message is published once. Raises Incomplete, FaqTooLong, FaqChanged, NotYours."""
    lesson_id, question, answer = _check_faq(course, words)
    message = session.get(TrainerMessage, message_id, with_for_update=True)
    if message is None or message.kind != ThreadKind.QUESTION or message.answered_at is None:
        raise NotYours
    if of_message(session, message_id) is not None:
        raise FaqChanged
    row = LessonFaq(lesson_id=lesson_id, question=question, answer=answer, message_id=message_id, author_id=actor_id, published_at=now)
    session.add(row)
    session.flush()
    audit.record(session, actor_id, "faq_published", None, now, leçon=lesson_id)
    return row


def change(session: Session, course: Course, faq_id: int, actor_id: int, words: tuple[str, str, str], version: int, now: datetime) -> LessonFaq:
    """`version`: which words the actor has read. Raises as `publish`."""
    lesson_id, question, answer = _check_faq(course, words)
    row = session.get(LessonFaq, faq_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotYours
    if row.version != version:
        raise FaqChanged
    row.lesson_id, row.question, row.answer = lesson_id, question, answer
    row.author_id, row.published_at, row.version = actor_id, now, version + 1
    session.flush()
    audit.record(session, actor_id, "faq_published", None, now, leçon=lesson_id)
    return row


def withdraw(session: Session, faq_id: int, actor_id: int, now: datetime) -> None:
    """What is gone already is gone."""
    row = session.get(LessonFaq, faq_id, with_for_update=True)
    if row is not None:
        session.delete(row)
        session.flush()
        audit.record(session, actor_id, "faq_withdrawn", None, now, leçon=row.lesson_id)


def _check_faq(course: Course, words: tuple[str, str, str]) -> tuple[str, str, str]:
    lesson_id, question, answer = (each.strip() for each in words)
    if not (question and answer and lesson_id in course.lessons):
        raise Incomplete
    if len(question) > LONGEST["question"] or len(answer) > LONGEST["answer"]:
        raise FaqTooLong
    return lesson_id, " ".join(question.split()), answer


# --- Pages -----------------------------------------------------------------------------------------------------------
# Writing to the trainers, and what one wrote with what was answered.


class WriteToTrainersPage(Struct, frozen=True):
    """The form, empty or with what was typed and why it was refused."""

    kind: ThreadKind
    title: str
    """What it is about."""
    action: str
    back: str
    headings: tuple[tuple[str, str], ...]
    """(anchor, title) of a lesson's headings."""
    anchor: str
    days: int
    """Promised, of a question."""
    due_on: date
    message: str = ""
    passage: str = ""
    error: str = ""


class Exchange(Struct, frozen=True):
    """One message and its answer."""

    id: int
    passage: str
    message: str
    sent_at: datetime
    answered_at: datetime | None
    answer: str


class Thread(Struct, frozen=True):
    """What was written of one thing: a question is asked again until it is clear."""

    kind: ThreadKind
    what: str
    heading: str
    url: str | None
    exchanges: tuple[Exchange, ...]
    standing: MessageStanding
    due_on: date | None
    """While it waits."""
    late: bool

    @property
    def last(self) -> Exchange:
        return self.exchanges[-1]

    @property
    def asks(self) -> bool:
        """May its author say whether the answer is clear?"""
        return self.kind is ThreadKind.QUESTION and self.standing is MessageStanding.ANSWERED


class OwnMessagesPage(Struct, frozen=True):
    threads: tuple[Thread, ...]
    """The latest first."""
    refused: int
    """The message of which what follows was refused; 0 for none."""
    typed: str
    error: str


def write_page(session: Session, course: Course, place: TextShown, kind: ThreadKind, back: str, action: str, days: int, due_on: date) -> WriteToTrainersPage:
    lesson = course.lessons.get(place.element_id)
    title = place_title(session, course, place.element_id, place.question_id, place.revision_id)
    headings = parts_of(lesson, place.anchor) if lesson else ()
    return WriteToTrainersPage(kind, title, action, back, headings, place.anchor, days, due_on)


def mine_page(session: Session, course: Course, person_id: int, now: datetime, *, refused: int = 0, typed: str = "", error: str = "") -> OwnMessagesPage:
    mine = select(TrainerMessage).where(TrainerMessage.person_id == person_id).order_by(TrainerMessage.id)
    rows = sorted(session.scalars(mine), key=lambda row: (row.first_id or row.id, row.id))
    threads = [_thread(session, course, list(some), day_of(now)) for _, some in groupby(rows, key=lambda row: row.first_id or row.id)]
    return OwnMessagesPage(tuple(sorted(threads, key=lambda thread: thread.last.id, reverse=True)), refused, typed, error)


def _thread(session: Session, course: Course, rows: list[TrainerMessage], on: date) -> Thread:
    first, last = rows[0], rows[-1]
    known = element_of(course, first.element_id) is not None
    address: Callable[[Course, str], str] = quiz_url if first.question_id else element_url
    url = address(course, first.element_id) if known else None
    return Thread(
        kind=ThreadKind(first.kind),
        what=place_title(session, course, first.element_id, first.question_id, first.revision_id),
        heading=heading_title(course, first.element_id, first.anchor),
        url=f"{url}#{first.anchor}" if url and first.anchor else url,
        exchanges=tuple(exchange_of(row) for row in rows),
        standing=standing(taken=last.taken_by is not None, answered_at=last.answered_at, fixed=bool(last.fixed), thanked_at=last.thanked_at),
        due_on=last.due_on if last.answered_at is None else None,
        late=is_late(last.due_on, last.answered_at, on),
    )


def exchange_of(row: TrainerMessage) -> Exchange:
    return Exchange(row.id, row.passage, row.message, row.sent_at, row.answered_at, row.answer)


class RecordChange(Struct, frozen=True):
    """Something that happened to the person's own record, for their table."""

    words: str
    detail: str
    url: str
    at: datetime


_ANSWERED_SINCE = (
    select(TrainerMessage)
    .where(TrainerMessage.person_id == bindparam("person_id"), TrainerMessage.answered_at >= bindparam("since"), TrainerMessage.thanked_at.is_(None))
    .order_by(TrainerMessage.answered_at.desc())
)


def answered_since(session: Session, course: Course, person_id: int, since: datetime) -> Iterator[RecordChange]:
    """Answers that wait to be read: those said to be clear are."""
    if not offers("questions"):
        return
    for row in session.scalars(_ANSWERED_SINCE, {"person_id": person_id, "since": since}):
        title = place_title(session, course, row.element_id, row.question_id, row.revision_id)
        yield RecordChange(_news(row), title, url_for("messages.mine", _anchor=f"message-{row.id}"), row.answered_at or row.sent_at)


def _news(row: TrainerMessage) -> str:
    if row.kind == ThreadKind.QUESTION:
        return "Votre question a reçu une réponse"
    return "L’erreur que vous aviez signalée est corrigée" if row.fixed else "Votre signalement a reçu une réponse"
