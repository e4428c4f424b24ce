"""« Questions fréquentes » of a lesson: what trainers publish of questions and answers, reworded and without a name. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.audit import acts
from app.learner.messages.models import LessonFaq, TrainerMessage
from app.learner.messages.rules import ThreadKind
from app.platform.errors import DomainError, NotYours

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
    """`words`: lesson, question, answer. One message is published once. Raises Incomplete, TooLong, Changed, NotYours."""
    lesson_id, question, answer = _checked(course, words)
    message = session.get(TrainerMessage, message_id, with_for_update=True)
    if message is None or message.kind != ThreadKind.QUESTION or message.answered_at is None:
        raise NotYours
    if of_message(session, message_id) is not None:
        raise FaqChanged
    row = LessonFaq(lesson_id=lesson_id, question=question, answer=answer, message_id=message_id, author_id=actor_id, published_at=now)
    session.add(row)
    session.flush()
    acts.record(session, actor_id, "faq_published", None, now, leçon=lesson_id)
    return row


def change(session: Session, course: Course, faq_id: int, actor_id: int, words: tuple[str, str, str], version: int, now: datetime) -> LessonFaq:
    """`version`: which words the actor has read. Raises as `publish`."""
    lesson_id, question, answer = _checked(course, words)
    row = session.get(LessonFaq, faq_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotYours
    if row.version != version:
        raise FaqChanged
    row.lesson_id, row.question, row.answer = lesson_id, question, answer
    row.author_id, row.published_at, row.version = actor_id, now, version + 1
    session.flush()
    acts.record(session, actor_id, "faq_published", None, now, leçon=lesson_id)
    return row


def withdraw(session: Session, faq_id: int, actor_id: int, now: datetime) -> None:
    """What is gone already is gone."""
    row = session.get(LessonFaq, faq_id, with_for_update=True)
    if row is not None:
        session.delete(row)
        session.flush()
        acts.record(session, actor_id, "faq_withdrawn", None, now, leçon=row.lesson_id)


def _checked(course: Course, words: tuple[str, str, str]) -> tuple[str, str, str]:
    lesson_id, question, answer = (each.strip() for each in words)
    if not (question and answer and lesson_id in course.lessons):
        raise Incomplete
    if len(question) > LONGEST["question"] or len(answer) > LONGEST["answer"]:
        raise FaqTooLong
    return lesson_id, " ".join(question.split()), answer
