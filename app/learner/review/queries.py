"""What the pages of the review receive: today's few questions, one of them, its correction, practice, the curve. No page counts what waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask import url_for
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assessment.kinds.responses import Fields, QuestionResponse, as_text
from app.assessment.questions.correct import CorrectedQuestion
from app.assessment.questions.present import ShownQuestion, statement_title
from app.content.values.course import Course
from app.identity.letters import preferences
from app.learner.review import drawing
from app.learner.review.asking import ReviewQuestion, asking_of
from app.learner.review.curve import Point, curve
from app.learner.review.deck import deck_of, memory_of
from app.learner.review.models import ReviewCard, ReviewLog
from app.learner.review.rules import Memory, ReviewItem, answered_since, bounds, is_back, minutes_of, plan, practice
from app.platform.errors import NotYours
from app.platform.french import day_of
from app.platform.holidays import calendar
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.record.progress.rules import ElementProgress

LETTER = "revision"
"""The weekly letter, among the kinds that a person chooses."""
"""Fields of a question's form besides the answer."""


class SetAside(Struct, frozen=True):
    key: str
    title: str


class ReviewHomePage(Struct, frozen=True):
    left: int
    """Of today's questions."""
    minutes: int
    done: int
    """Answered today."""
    gently: bool
    """Back after a long absence: the last finished lesson comes first."""
    known: bool
    """Something was finished: there is something to practise."""
    answered: bool
    """At least one question, ever: there is a curve."""
    paused_until: date | None
    zone: str
    back_on: date | None
    """The end of the school holidays that go on in the person's zone."""
    mail_works: bool
    """This site can send the weekly letter."""
    by_mail: bool
    set_aside: tuple[SetAside, ...]
    typed: str = ""
    error: str = ""


class ReviewQuestionPage(Struct, frozen=True):
    question: ShownQuestion
    notes: Markup
    key: str
    mark: str
    shown_at: int
    """Seconds since 1970."""
    number: int
    total: int
    """Of today's session."""
    error: str


class ReviewAnswerPage(Struct, frozen=True):
    question: CorrectedQuestion | None
    """None of a wording that has changed since."""
    notes: Markup
    key: str
    back_on: date
    withdrawn: bool
    set_aside: bool
    left: int


class PracticePage(Struct, frozen=True):
    """One question at a time, the answer in the address; nothing is stored."""

    key: str
    shown: ShownQuestion | None
    corrected: CorrectedQuestion | None
    notes: Markup
    said: str
    following: str
    """The key of the next one; empty where there is no other."""


class CurvePage(Struct, frozen=True):
    points: tuple[Point, ...]
    said: str
    drawn: Markup


class ReviewCall(Struct, frozen=True):
    """A few questions on what was learnt, which wait today."""

    questions: int
    minutes: int
    url: str


def review_call(session: Session, course: Course, person_id: int, progress: Mapping[str, ElementProgress], now: datetime) -> ReviewCall | None:
    """What the learner's table says; None where nothing is asked today."""
    left = len(plan(deck_of(session, course, person_id, now, progress), now))
    return ReviewCall(left, minutes_of(left), url_for("review.review")) if left else None


def review_page(session: Session, course: Course, person_id: int, now: datetime, typed: str = "", error: str = "") -> ReviewHomePage:
    deck, today = deck_of(session, course, person_id, now), day_of(now)
    left = len(plan(deck, now))
    return ReviewHomePage(
        left=left,
        minutes=minutes_of(left),
        done=answered_since(deck, bounds(today)[0]),
        gently=bool(left) and is_back(deck, now),
        known=any(item.asked for item in deck.items),
        answered=bool(deck.introduced),
        paused_until=deck.paused_until if deck.paused(today) else None,
        zone=deck.zone,
        back_on=period[1] if (period := calendar().school_holidays(today, deck.zone)) else None,
        mail_works=outbox.available(current_settings()),
        by_mail=preferences.wants(session, person_id, LETTER),
        set_aside=tuple(SetAside(item.key, title_of(item)) for item in deck.items if item.set_aside),
        typed=typed,
        error=error,
    )


def title_of(item: ReviewItem) -> str:
    return as_text(statement_title(item.question))


def question_page(
    session: Session, course: Course, person_id: int, now: datetime, key: str = "", shown_at: int = 0, given: QuestionResponse | None = None, error: str = ""
) -> ReviewQuestionPage | None:
    """The next question, or the one that a form named; None where today's session is done."""
    deck = deck_of(session, course, person_id, now)
    today = plan(deck, now)
    item = (deck.at(key) if key else None) or (today[0] if today else None)
    if item is None or not item.asked:
        return None
    question, notes = asking(course, item).shown(given, day_of(now))
    done = answered_since(deck, bounds(day_of(now))[0])
    return ReviewQuestionPage(question, notes, item.key, item.mark, shown_at or int(now.timestamp()), done + 1, done + max(1, len(today)), error)


def asking(course: Course, item: ReviewItem) -> ReviewQuestion:
    found = asking_of(course, item.document_id, item.question.id, item.answers)
    if found is None:
        raise NotYours
    return found


def answer_page(session: Session, course: Course, person_id: int, log_id: int, now: datetime) -> ReviewAnswerPage:
    """`NotYours` for another's."""
    wanted = select(ReviewLog, ReviewCard).join(ReviewCard, ReviewCard.id == ReviewLog.card_id)
    found = session.execute(wanted.where(ReviewLog.id == log_id, ReviewLog.person_id == person_id, ReviewLog.number > 0)).one_or_none()
    if found is None:
        raise NotYours
    log, card = found
    deck, one = deck_of(session, course, person_id, now), asking_of(course, card.document_id, card.question_id, log.number - 1, log.fingerprint)
    corrected, notes = one.corrected(one.kind.restored(log.payload or {}), day_of(now)) if one else (None, Markup())
    item = next((item for item in deck.items if item.place == (card.document_id, card.question_id)), None)
    back = day_of(card.due if card.due and card.answers == log.number else log.due)
    withdrawn, aside = card.withdrawn_at is not None, card.set_aside_at is not None
    return ReviewAnswerPage(corrected, notes, item.key if item else "", back, withdrawn, aside, len(plan(deck, now)))


def latest_answer(session: Session, person_id: int, item: ReviewItem) -> int | None:
    """The number of the last row of the log about a question."""
    mine = select(ReviewLog.id).join(ReviewCard, ReviewCard.id == ReviewLog.card_id)
    mine = mine.where(ReviewCard.person_id == person_id, ReviewCard.document_id == item.document_id, ReviewCard.question_id == item.question.id)
    return session.scalar(mine.order_by(ReviewLog.number.desc()).limit(1))


def practice_page(session: Session, course: Course, person_id: int, now: datetime, fields: Fields) -> PracticePage | None:
    """`fields` of the address: `carte`, then the answer with `verifier`. None where there is nothing to practise."""
    order = practice(deck_of(session, course, person_id, now), now)
    if not order:
        return None
    wanted = "".join(fields.get("carte", ()))
    place = next((place for place, item in enumerate(order) if item.key == wanted), 0)
    item, following = order[place], order[(place + 1) % len(order)]
    one = asking(course, item)
    given, said = one.read(fields) if "verifier" in fields else (one.kind.blank, "")
    answered = "verifier" in fields and not said and item.key == wanted
    shown, corrected, notes = None, None, Markup()
    if answered or "voir" in fields:
        corrected, notes = one.corrected(given, day_of(now))
    else:
        shown, notes = one.shown(given, day_of(now))
    return PracticePage(item.key, shown, corrected, notes, said, following.key if len(order) > 1 else "")


def curve_page(session: Session, person_id: int, now: datetime) -> CurvePage:
    columns = (ReviewLog.card_id, ReviewLog.stability, ReviewLog.difficulty, ReviewLog.due, ReviewLog.at, ReviewLog.state)
    found: dict[int, list[Memory]] = {}
    for row in session.execute(select(*columns).where(ReviewLog.person_id == person_id).order_by(ReviewLog.card_id, ReviewLog.number)):
        found.setdefault(row.card_id, []).append(memory_of(row, row.at))
    points, today = curve(found.values(), now), day_of(now)
    return CurvePage(points, drawing.described(points, today), drawing.draw_curve(points, today)) if points else CurvePage((), "", Markup())


# --- For others ------------------------------------------------------------------------------------------------------


def last_review(session: Session, person_id: int) -> datetime | None:
    """Returns when the person last reviewed: all that trainers and managers see of it."""
    return session.scalar(select(func.max(ReviewLog.at)).where(ReviewLog.person_id == person_id))
