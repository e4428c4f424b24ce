"""What the pages of the review show: today's questions, the curve, and to trainers what is forgotten most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from flask import url_for
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.assessment.item_analysis import MIN_SHOWN
from app.assessment.kinds.responses import Fields, QuestionResponse, as_text
from app.assessment.questions.correct import CorrectedQuestion, ShownQuestion, statement_title
from app.content.figures.figure import NARROW_WIDTH, Drawing, label, markup, svg, table
from app.content.values.course import Course
from app.identity import email_preferences
from app.learner.review.deck import ReviewCard, ReviewLog, ReviewQuestion, asking_of, deck_of, memory_of
from app.learner.review.rules import WEEK, Memory, ReviewItem, answered_since, bounds, is_back, minutes_of, plan, practice, retrievability
from app.platform.errors import NotYours
from app.platform.french import day_and_month, day_of, french, french_date, plural
from app.platform.holidays import calendar
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.record.progress.rules import ElementProgress


class Point(Struct, frozen=True):
    on: date
    kept: int
    """Questions that the person would answer right on that day, about."""
    known: int
    """Questions answered at least once by then."""


WEEKS_BACK, WEEKS_AHEAD = 12, 4


def curve(histories: Iterable[Sequence[Memory]], now: datetime) -> tuple[Point, ...]:
    """A point a week: what was kept, then what will be if nothing is reviewed. `histories`: each question's memory after each answer, in order."""
    cards = [history for history in histories if history]
    if not cards:
        return ()
    first = min(history[0].last_review for history in cards)
    moments = [now + week * WEEK for week in range(-WEEKS_BACK, WEEKS_AHEAD + 1)]
    return tuple(_point(cards, moment) for moment in moments if moment >= first)


def _point(cards: Iterable[Sequence[Memory]], moment: datetime) -> Point:
    then = [found for history in cards if (found := next((memory for memory in reversed(history) if memory.last_review <= moment), None))]
    return Point(day_of(moment), round(sum(retrievability(memory, moment) for memory in then)), len(then))


# --- The curve as SVG (pure) -----------------------------------------------------------------------------------------
# With the same data as a table.

TITLE = "Questions que vous sauriez encore"
TOP, FLOOR, FOOT, LEFT = 24, 150, 176, 26
"""Of the plane in which the curve stands, of the days below it, and where it begins."""


def draw_curve(points: Sequence[Point], today: date) -> Markup:
    """`points` by their day, of which the last ones may be to come."""
    most = max((point.known for point in points), default=0) or 1
    places = [(_x(number, len(points)), _y(point.kept, most)) for number, point in enumerate(points)]
    now = next((number for number, point in enumerate(points) if point.on >= today), len(points) - 1)
    shapes = (*_plane(most), _line("link", places[: now + 1]), _line("dashed", places[now:]), *_marks(points, places, now))
    rows = [(french_date(point.on), f"{point.kept}", f"{point.known}") for point in points]
    return markup(
        '<figure class="chart" aria-label="{title}">\n<figcaption>{title}</figcaption>\n{svg}{table}</figure>\n',
        title=TITLE,
        svg=svg("memoire", NARROW_WIDTH, Drawing(FOOT + 6, shapes), TITLE, describe_curve(points, today)),
        table=table(TITLE, ("Jour", "Sues, environ", "Déjà vues"), rows),
    )


def describe_curve(points: Sequence[Point], today: date) -> str:
    """The curve in sentences."""
    here = next((point for point in points if point.on >= today), points[-1])
    said = f"Aujourd’hui, vous sauriez répondre à environ {plural(here.kept, 'question')} sur {here.known} déjà vues."
    last = points[-1]
    return said if last.on <= today else f"{said} Sans rien réviser, il en resterait {last.kept} le {day_and_month(last.on)}."


def _x(number: int, count: int) -> float:
    return LEFT + number * (NARROW_WIDTH - LEFT - 6) / max(1, count - 1)


def _y(kept: int, most: int) -> float:
    return FLOOR - kept * (FLOOR - TOP) / most


def _plane(most: int) -> Iterator[Markup]:
    yield label(str(most), 0, TOP + 5)
    yield label("0", 0, FLOOR + 4)
    yield markup('<path class="chart-axis" d="M{} {} H{}"/>', LEFT, FLOOR, NARROW_WIDTH)


def _line(css: str, places: Sequence[tuple[float, float]]) -> Markup:
    if len(places) < 2:
        return Markup("")
    path = " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return markup('<path class="chart-{}" d="M{}"/>', css, path)


def _marks(points: Sequence[Point], places: Sequence[tuple[float, float]], now: int) -> Iterator[Markup]:
    x, y = places[now]
    yield markup('<circle class="chart-stop" cx="{}" cy="{}" r="4"/>', f"{x:.1f}", f"{y:.1f}")
    yield label(str(points[now].kept), min(x + 3, NARROW_WIDTH - 20), max(y - 9, 13), strong=True)
    yield label(day_and_month(points[0].on), LEFT, FOOT)
    if NARROW_WIDTH * 0.4 < x < NARROW_WIDTH * 0.6:
        yield label("aujourd’hui", x, FOOT, anchor="middle")
    if len(points) > 1:
        yield label(day_and_month(points[-1].on), NARROW_WIDTH, FOOT, anchor="end")


# --- Pages -----------------------------------------------------------------------------------------------------------
# Today's few questions, one of them, its correction, practice, the curve. No page counts what waits.

LETTER = "revision"
"""The weekly email, among the kinds that a person chooses."""
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
    """This site can send the weekly email."""
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
        paused_until=deck.paused_until if deck.is_paused(today) else None,
        zone=deck.zone,
        back_on=period[1] if (period := calendar().school_holidays(today, deck.zone)) else None,
        mail_works=outbox.available(current_settings()),
        by_mail=email_preferences.wants(session, person_id, LETTER),
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
    question, notes = asking(course, item).present(given, day_of(now))
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
    corrected, notes = one.correct(one.kind.restore_answer(log.payload or {}), day_of(now)) if one else (None, Markup())
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
        corrected, notes = one.correct(given, day_of(now))
    else:
        shown, notes = one.present(given, day_of(now))
    return PracticePage(item.key, shown, corrected, notes, said, following.key if len(order) > 1 else "")


def curve_page(session: Session, person_id: int, now: datetime) -> CurvePage:
    columns = (ReviewLog.card_id, ReviewLog.stability, ReviewLog.difficulty, ReviewLog.due, ReviewLog.at, ReviewLog.state)
    found: dict[int, list[Memory]] = {}
    for row in session.execute(select(*columns).where(ReviewLog.person_id == person_id).order_by(ReviewLog.card_id, ReviewLog.number)):
        found.setdefault(row.card_id, []).append(memory_of(row, row.at))
    points, today = curve(found.values(), now), day_of(now)
    return CurvePage(points, describe_curve(points, today), draw_curve(points, today)) if points else CurvePage((), "", Markup())


# --- For others ------------------------------------------------------------------------------------------------------


def last_review(session: Session, person_id: int) -> datetime | None:
    """Returns when the person last reviewed: all that trainers and managers see of it."""
    return session.scalar(select(func.max(ReviewLog.at)).where(ReviewLog.person_id == person_id))


# --- For trainers ----------------------------------------------------------------------------------------------------
# Which questions are forgotten most, which were withdrawn. Of five people or more, and nobody is named.

MOST = 10
"""Questions of the list of those that are forgotten."""
LOOKED_BACK = timedelta(days=180)


class ReviewedQuestion(Struct, frozen=True):
    """A question much forgotten in review, as it is published today."""

    document_id: str
    what: str
    """The lesson or the quiz, and the question."""
    line: int
    people: int
    """0: fewer than are told."""
    missed: int
    """In percent of the answers; of a withdrawn one, 0."""


def most_forgotten(session: Session, course: Course, now: datetime) -> tuple[ReviewedQuestion, ...]:
    """Lists the questions most forgotten in recent months. Answers by email are left out, since wrong ones are not stored."""
    people, wrong = func.count(ReviewLog.person_id.distinct()), func.sum(case((ReviewLog.rating == 1, 1), else_=0))
    place = (ReviewCard.document_id, ReviewCard.question_id, ReviewLog.fingerprint)
    query = select(*place, people, wrong, func.count()).join(ReviewCard, ReviewCard.id == ReviewLog.card_id)
    query = query.where(~ReviewLog.by_mail, ReviewLog.number > 0, ReviewLog.at > now - LOOKED_BACK)
    found = []
    for document_id, question_id, fingerprint, known, missed, answers in session.execute(query.group_by(*place).having(people >= MIN_SHOWN)):
        one = asking_of(course, document_id, question_id, fingerprint=fingerprint)
        if one and missed:
            found.append(_statistics_line(one, known, round(100 * missed / answers)))
    return tuple(sorted(found, key=lambda line: (-line.missed, line.what))[:MOST])


def withdrawn_questions(session: Session, course: Course) -> tuple[ReviewedQuestion, ...]:
    """Missed four times in a row by somebody, and not changed since: the question, or its lesson, is at fault."""
    place = (ReviewCard.document_id, ReviewCard.question_id, ReviewCard.fingerprint)
    query = select(*place, func.count()).where(ReviewCard.withdrawn_at.is_not(None)).group_by(*place)
    found = []
    for document_id, question_id, fingerprint, people in session.execute(query):
        one = asking_of(course, document_id, question_id, fingerprint=fingerprint)
        if one:
            found.append(_statistics_line(one, people if people >= MIN_SHOWN else 0, 0))
    return tuple(sorted(found, key=lambda line: (-line.people, line.what)))


def _statistics_line(one: ReviewQuestion, people: int, missed: int) -> ReviewedQuestion:
    what = french(f"{one.document.title} : {as_text(statement_title(one.question))}")
    return ReviewedQuestion(one.document.id, what, one.question.line, people, missed)
