"""What learners wrote to the trainers: all of it on one page, that of one text beside it. Nobody is named: the answer finds its way by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct, field
from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.assessment.questions.pool import question_of
from app.authoring.feedback.regrading.queries import line_url
from app.content.store.models import Publication, Revision
from app.content.store.queries import course
from app.content.values.course import Course, Lesson
from app.content.values.quiz import Quiz
from app.identity.models import Person
from app.learner.messages.models import LessonFaq, TrainerMessage
from app.learner.messages.places import heading_title, place_title
from app.learner.messages.queries import Exchange, exchange_of
from app.learner.messages.rules import ThreadKind, is_late
from app.learner.review.statistics import ReviewedQuestion, withdrawn
from app.platform.french import day_of

PER_PAGE = 50


class WaitingMessages(Struct, frozen=True):
    """How many messages await an answer."""

    errors: int
    questions: int
    late: int
    """Of the questions: past the promised day."""

    @property
    def total(self) -> int:
        return self.errors + self.questions


class MessageLine(Struct, frozen=True):
    """One message, where it stands in the published text today."""

    message: TrainerMessage
    what: str
    """The lesson, or the quiz and the question."""
    heading: str
    line: int
    url: str
    """That line in the editor."""
    changed: bool
    """The text, or the question, has changed since it was read."""
    before: tuple[Exchange, ...]
    """What was written and answered before, where it is asked again."""
    late: bool
    taker: str
    """Who looks after it; empty for nobody."""
    actor: str
    """Who answered."""
    faq_id: int
    """What was published of it; 0 for nothing."""

    @property
    def asks(self) -> bool:
        return self.message.kind == ThreadKind.QUESTION


class WithdrawnLine(Struct, frozen=True):
    """A question that reviews withdrew: whoever missed it is not named."""

    question: ReviewedQuestion
    url: str


class AnswerNotSent(Struct, frozen=True):
    """An answer that did not leave: of which message, as typed, and why."""

    message_id: int = 0
    answer: str = ""
    error: str = ""


class InboxPage(Struct, frozen=True):
    open: tuple[MessageLine, ...]
    withdrawn: tuple[WithdrawnLine, ...]
    closed: tuple[MessageLine, ...]
    """The latest answered."""
    waiting: WaitingMessages
    """All of them, shown or not."""
    reader_id: int
    refused: AnswerNotSent = field(default_factory=AnswerNotSent)


_OPEN = and_(TrainerMessage.answered_at.is_(None), TrainerMessage.message != "")
"""An erasure leaves nothing to answer."""


def waiting(session: Session, on: date) -> dict[str, WaitingMessages]:
    """Counts the messages that wait for an answer, by document. One SELECT."""
    asked = TrainerMessage.kind == ThreadKind.QUESTION.value
    counts = (func.count(case((wanted, 1))) for wanted in (~asked, asked, and_(asked, TrainerMessage.due_on < on)))
    query = select(TrainerMessage.document_id, *counts).where(_OPEN).group_by(TrainerMessage.document_id)
    return {document_id: WaitingMessages(*numbers) for document_id, *numbers in session.execute(query)}


def altogether(waiting: Mapping[str, WaitingMessages]) -> WaitingMessages:
    return WaitingMessages(*(sum(getattr(each, name) for each in waiting.values()) for name in ("errors", "questions", "late")))


def messages_of(session: Session, document_id: str, on: date) -> tuple[MessageLine, ...]:
    """The open messages on one text, in the order of its lines."""
    wanted = select(TrainerMessage).where(TrainerMessage.document_id == document_id, _OPEN).order_by(TrainerMessage.id)
    return tuple(sorted(_lines(session, session.scalars(wanted).all(), on), key=lambda line: (line.line, line.message.id)))


def inbox_page(session: Session, reader_id: int, now: datetime, refused: AnswerNotSent | None = None) -> InboxPage:
    """Questions first by the promised day, then errors by age; one that was refused to answer stays in sight, whoever answered it."""
    refused, on = refused or AnswerNotSent(), day_of(now)
    order = (TrainerMessage.due_on.is_(None), TrainerMessage.due_on, TrainerMessage.sent_at, TrainerMessage.id)
    awaiting = select(TrainerMessage).where(or_(_OPEN, TrainerMessage.id == refused.message_id)).order_by(*order).limit(PER_PAGE)
    done = (
        select(TrainerMessage)
        .where(TrainerMessage.answered_at.is_not(None))
        .order_by(TrainerMessage.answered_at.desc(), TrainerMessage.id.desc())
        .limit(PER_PAGE)
    )
    found, closed = (tuple(_lines(session, session.scalars(query).all(), on)) for query in (awaiting, done))
    lines = tuple(WithdrawnLine(one, line_url(one.document_id, one.line)) for one in withdrawn(session, course(session)))
    return InboxPage(found, lines, closed, altogether(waiting(session, on)), reader_id, refused)


def _lines(session: Session, messages: Sequence[TrainerMessage], on: date) -> Iterator[MessageLine]:
    """Four SELECTs, and one for each question of a quiz."""
    published = course(session)
    query = select(Publication.document_id, Revision.text).join(Revision, Revision.id == Publication.revision_id)
    texts = dict(session.execute(query.where(Publication.document_id.in_({message.document_id for message in messages}))).all())
    people = {person_id for message in messages for person_id in (message.actor_id, message.taken_by)}
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(people - {None}))).all())
    before = _before(session, messages)
    faqs = dict(session.execute(select(LessonFaq.message_id, LessonFaq.id).where(LessonFaq.message_id.in_([message.id for message in messages]))).all())
    for message in messages:
        line = line_of(published, texts.get(message.document_id, ""), message)
        yield MessageLine(
            message=message,
            what=place_title(session, published, message.element_id, message.question_id, message.revision_id),
            heading=heading_title(published, message.element_id, message.anchor),
            line=line,
            url=line_url(message.document_id, line),
            changed=_fingerprint(published, message) != message.fingerprint,
            before=tuple(each for each in before.get(message.first_id or 0, ()) if each.id < message.id),
            late=is_late(message.due_on, message.answered_at, on),
            taker=names.get(message.taken_by or 0, ""),
            actor=names.get(message.actor_id or 0, ""),
            faq_id=faqs.get(message.id, 0),
        )


def _before(session: Session, messages: Sequence[TrainerMessage]) -> Mapping[int, list[Exchange]]:
    """First message → the exchange that it began, in order."""
    firsts = {message.first_id for message in messages if message.first_id}
    found: dict[int, list[Exchange]] = {}
    wanted = select(TrainerMessage).where(or_(TrainerMessage.id.in_(firsts), TrainerMessage.first_id.in_(firsts))).order_by(TrainerMessage.id)
    for row in session.scalars(wanted) if firsts else ():
        found.setdefault(row.first_id or row.id, []).append(exchange_of(row))
    return found


def line_of(published: Course, text: str, row: TrainerMessage) -> int:
    """Where it stands today: the question, else the passage, else the heading, else the top."""
    quiz, lesson = published.quizzes.get(row.document_id), published.lessons.get(row.document_id)
    question = question_of(quiz, row.question_id) if quiz else None
    if question is not None:
        return question.line
    return _passage_line(text, row.passage) or _heading_line(lesson, row.anchor) or 1


def _passage_line(text: str, passage: str) -> int:
    """0 where the text does not hold the passage. Spaces, apostrophes and quotes are typeset when shown: they count alike."""
    wanted = _plain(passage)
    if not wanted:
        return 0
    return next((number for number, line in enumerate(text.split("\n"), 1) if wanted in _plain(line) or (len(line) > 20 and _plain(line) in wanted)), 0)


def _heading_line(lesson: Lesson | None, anchor: str) -> int:
    return next((heading.line for heading in lesson.headings if anchor and heading.anchor == anchor), 0) if lesson else 0


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold().replace("’", "'") if not letter.isspace() and letter not in '«»*_"')


def _fingerprint(published: Course, row: TrainerMessage) -> str:
    quiz: Quiz | None = published.quizzes.get(row.document_id)
    question = question_of(quiz, row.question_id) if quiz and row.question_id else None
    if question is not None:
        return question.fingerprint
    version = published.versions.get(row.document_id)
    return version.fingerprint if version else ""
