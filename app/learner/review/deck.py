"""What one remembers: a card a question, the log that makes it, a person's choices, and the questions that went out by email."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.attempts.queries import answers_given
from app.assessment.kinds.kind import QuestionKind
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import Fields, QuestionLayout, QuestionResponse
from app.assessment.questions import in_lesson
from app.assessment.questions.correct import CorrectedQuestion, ShownQuestion, passage_of
from app.assessment.questions.draw import situation_of
from app.assessment.questions.in_lesson import EMPTY
from app.content.rendering.page import PageRenderer
from app.content.values.course import Course, Lesson
from app.content.values.paths import element_of
from app.content.values.quiz import CorrectionTime, Question, Quiz
from app.identity.models import Person
from app.learner.review.rules import LOOKED_BACK, CardStanding, Deck, Memory, QuizAnswer, ReviewItem, is_asked, measure
from app.platform.db import Base, BigId, UtcDateTime
from app.record.progress.queries import element_states
from app.record.progress.rules import ElementProgress, ProgressState


class ReviewCard(Base):
    """One person and one question, from its first answer on. `flask review verify` works it out again from the log."""

    __tablename__ = "review_card"
    __table_args__ = (
        UniqueConstraint("person_id", "document_id", "question_id"),
        # Whom the weekly email has something for.
        Index("ix_review_card_due", "person_id", "due"),
        Index("ix_review_card_withdrawn", "withdrawn_at", sqlite_where=text("withdrawn_at IS NOT NULL"), postgresql_where=text("withdrawn_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    document_id: Mapped[str] = mapped_column(String(60))
    question_id: Mapped[str] = mapped_column(String(60))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the wording that was answered last: another one starts afresh."""
    introduced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """With the five below: None of a question that was set aside before any answer."""
    stability: Mapped[float | None]
    difficulty: Mapped[float | None]
    state: Mapped[int | None]
    due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_review: Mapped[datetime | None] = mapped_column(UtcDateTime)
    put_off: Mapped[int] = mapped_column(default=0)
    """Days that pauses since the last answer added to `due`."""
    answers: Mapped[int] = mapped_column(default=0)
    misses: Mapped[int] = mapped_column(default=0)
    """In a row."""
    set_aside_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Missed too often: it comes back when its text has changed."""


class ReviewLog(Base):
    """One answer, with the card as it left it. Rows are appended."""

    __tablename__ = "review_log"
    __table_args__ = (
        # One row an answer: two windows that answer the same card are one answer.
        UniqueConstraint("card_id", "number"),
        Index("ix_review_log_person_id", "person_id", "at"),
        # What trainers read is of the last months.
        Index("ix_review_log_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    card_id: Mapped[int] = mapped_column(ForeignKey("review_card.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Of the answer, from 1; 0 is what the quiz said before the first review."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    fingerprint: Mapped[str] = mapped_column(String(64))
    rating: Mapped[int]
    """1 wrong, 2 right but sought, 3 right."""
    by_mail: Mapped[bool] = mapped_column(default=False)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The answer, to show its correction."""
    readable: Mapped[str] = mapped_column(Text, default="")
    """The same in words."""
    stability: Mapped[float]
    difficulty: Mapped[float]
    state: Mapped[int]
    due: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewChoice(Base):
    """A person's pause of review, and the zone whose school holidays pause it."""

    __tablename__ = "review_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    zone: Mapped[str] = mapped_column(String(1), default="", index=True)
    paused_until: Mapped[date | None] = mapped_column(Date)
    """The first day that is no longer paused."""


class LetterQuestion(Base):
    """One question of a weekly email. Whoever has its address answers once; who reads this table can make no address of it."""

    __tablename__ = "letter_question"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the random mark in the address."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    document_id: Mapped[str] = mapped_column(String(60))
    question_id: Mapped[str] = mapped_column(String(60))
    fingerprint: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    readable: Mapped[str] = mapped_column(Text, default="")


# --- What one person may be asked: a question as it is put, read and corrected, and the deck of all of them. ---

# --- One question ----------------------------------------------------------------------------------------------------
# Put, read, judged and corrected by the same parts as a quiz's. Nothing is stored here.

FOR_ONESELF = "Ni note, ni classement : c’est pour vous."


class ReviewQuestion(Struct, frozen=True, dict=True):
    """`turn`: how often it was answered before, which decides the order of its choices."""

    course: Course
    document: Lesson | Quiz
    question: Question
    turn: int = 0

    @property
    def kind(self) -> QuestionKind[Any, QuestionResponse]:
        return kind_of(self.question)

    @cached_property
    def lexicon(self) -> Lexicon:
        return lexicon_of(self.course.glossary, self.course.confusables)

    @property
    def layout(self) -> QuestionLayout:
        return QuestionLayout(self.turn, f"{self.document.id}/{self.question.id}")

    @property
    def _quiz(self) -> Quiz | None:
        return self.document if isinstance(self.document, Quiz) else None

    def read(self, fields: Fields) -> tuple[QuestionResponse, str]:
        """The answer of a form, and why it cannot be judged, in a sentence."""
        given, said = self.kind.read_clearly(self.layout, fields, self.lexicon)
        return given, said or (EMPTY if given.is_blank else "")

    def readable(self, fields: Fields) -> str:
        return self.kind.readable(self.kind.read_refused(self.layout, fields))

    def is_right(self, given: QuestionResponse) -> bool:
        return in_lesson.grade_standalone(self.question, given, self.lexicon).fraction == 1

    def present(self, given: QuestionResponse | None, on: date) -> tuple[ShownQuestion, Markup]:
        """Presents the question with its notes."""
        renderer = PageRenderer(self.course, self.document, on)
        situation = situation_of(self.question, self._quiz) if self._quiz else None
        shown = in_lesson.present_apart(self.question, self.layout, renderer, given or self.kind.blank, FOR_ONESELF, situation)
        return shown, renderer.notes()

    def correct(self, given: QuestionResponse, on: date) -> tuple[CorrectedQuestion, Markup]:
        renderer = PageRenderer(self.course, self.document, on)
        situation = situation_of(self.question, self._quiz) if self._quiz else None
        found = in_lesson.correct_apart(self.question, self._quiz, given, self.layout, renderer, self.lexicon, self.course, situation)
        if isinstance(self.document, Lesson):
            found = replace(found, lesson=passage_of(self.question, self.document))
        return found, renderer.notes()


def asking_of(course: Course, document_id: str, question_id: str, turn: int = 0, fingerprint: str = "") -> ReviewQuestion | None:
    """Finds a question as published today; None if it is gone or, given a `fingerprint`, was reworded."""
    document = element_of(course, document_id)
    question = next((one for one in document.questions if one.id == question_id and is_asked(one)), None) if document else None
    if document is None or question is None or (fingerprint and question.fingerprint != fingerprint):
        return None
    return ReviewQuestion(course, document, question, turn)


# --- The deck --------------------------------------------------------------------------------------------------------
# The questions of what the person finished, each with its card and the last answers of its quiz.
#
# Four SELECTs, one less where their progress is known, one less where they sent no quiz lately, two less where they finished nothing.

FINISHED = frozenset({ProgressState.COMPLETE, ProgressState.COMPLETE_PASS})
"""Not what one was spared."""

_DECK = (
    select(
        ReviewChoice.paused_until,
        ReviewChoice.zone,
        ReviewCard.document_id,
        ReviewCard.question_id,
        ReviewCard.fingerprint,
        ReviewCard.introduced_at,
        ReviewCard.stability,
        ReviewCard.difficulty,
        ReviewCard.state,
        ReviewCard.due,
        ReviewCard.last_review,
        ReviewCard.answers,
        ReviewCard.misses,
        ReviewCard.set_aside_at.is_not(None).label("set_aside"),
        ReviewCard.withdrawn_at.is_not(None).label("withdrawn"),
    )
    .select_from(Person)
    .outerjoin(ReviewChoice, ReviewChoice.person_id == Person.id)
    .outerjoin(ReviewCard, ReviewCard.person_id == Person.id)
    .where(Person.id == bindparam("person_id"))
)
"""Written once: building a SELECT takes longer than the database does to answer it. Whoever has no card has one row."""


Place = tuple[str, str]
"""(document, question)."""
Answers = Mapping[Place, Sequence[QuizAnswer]]


def deck_of(session: Session, course: Course, person_id: int, now: datetime, progress: Mapping[str, ElementProgress] | None = None) -> Deck:
    rows = session.execute(_DECK, {"person_id": person_id}).all()
    cards = {(row.document_id, row.question_id): row for row in rows if row.question_id}
    done = element_states(session, person_id) if progress is None else progress
    introduced = tuple(row.introduced_at for row in cards.values() if row.introduced_at)
    paused, zone = (rows[0].paused_until, rows[0].zone) if rows else (None, "")
    items = list(finished_items(course, done))
    answers = answers_of(session, [person_id], now - LOOKED_BACK)[person_id] if items else {}
    return Deck(tuple(with_quiz_answers(item_with(item, cards.get(item.place)), answers) for item in items), introduced, paused, zone or "")


def answers_of(session: Session, people: Collection[int], since: datetime) -> Mapping[int, Answers]:
    """What each of these people answered in quizzes since then."""
    found: defaultdict[int, defaultdict[Place, list[QuizAnswer]]] = defaultdict(lambda: defaultdict(list))
    for one in answers_given(session, people, since):
        found[one.person_id][one.document_id, one.question_id].append(QuizAnswer(one.at, one.fingerprint, one.right))
    return found


def with_quiz_answers(item: ReviewItem, answers: Answers) -> ReviewItem:
    """The item with what the quizzes say of it. A card that holds answers of the review says more."""
    given = answers.get(item.place, ())
    if not given:
        return item
    last = max(answer.at for answer in given)
    first = measure(given, item.question.fingerprint) if not item.answers else None
    return replace(item, met_at=max(last, item.met_at or last), measure=first)


def finished_items(course: Course, done: Mapping[str, ElementProgress]) -> Iterator[ReviewItem]:
    """The questions of finished lessons and of their passed quizzes, what was finished first at the head. Never those of a module's quiz, which measures."""
    finished = [one for one in done.values() if one.state in FINISHED and one.completed_at]
    for one in sorted(finished, key=lambda one: (one.completed_at, one.element_id)):
        element = element_of(course, one.element_id)
        lesson_id = lesson_of(element)
        if element and lesson_id and one.completed_at and is_explained(element, one.state):
            met_at = max(one.completed_at, one.last_at or one.completed_at)
            yield from (ReviewItem(element.id, lesson_id, one.completed_at, question, met_at=met_at) for question in element.questions if is_asked(question))


def is_explained(element: Lesson | Quiz | None, state: ProgressState | None) -> bool:
    """Whether the review, which gives the key away, may ask: what one finished, and of a quiz what one passed, unless it never shows its correction."""
    if isinstance(element, Quiz):
        return state is ProgressState.COMPLETE_PASS and not is_withheld(element)
    return element is not None and state in FINISHED


def is_withheld(element: Lesson | Quiz | None) -> bool:
    """Is this a quiz whose correction is never shown?"""
    return isinstance(element, Quiz) and element.policy.correction is CorrectionTime.NEVER


def lesson_of(element: Lesson | Quiz | None) -> str:
    """The lesson that an element teaches or checks; empty of a module's quiz."""
    return element.id if isinstance(element, Lesson) else (element.lesson_id or "") if element else ""


def item_with(item: ReviewItem, row: Any) -> ReviewItem:
    """The question with its card. Of a wording that has changed, only what the person said of it stays: that they do not want it."""
    if row is None:
        return item
    same = row.fingerprint == item.question.fingerprint
    known = same and row.stability is not None
    standing = CardStanding(memory_of(row, row.last_review), row.fingerprint, row.misses, row.answers) if known else None
    return replace(item, standing=standing, answers=row.answers, set_aside=row.set_aside, withdrawn=row.withdrawn and same)


def memory_of(row: Any, last_review: datetime) -> Memory:
    """Reads the memory state of a card, or of a log row written at `last_review`."""
    return Memory(row.stability, row.difficulty, row.due, last_review, row.state)
