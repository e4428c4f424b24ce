"""To whom the weekly letter goes and what it asks: some hundreds of people a statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby

from msgspec import Struct
from sqlalchemy import and_, extract, func, or_, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.letters.week import WeeklyEmail, free
from app.identity.models import MailWish, Person
from app.learner.review.asking import asking_of
from app.learner.review.deck import FINISHED, Answers, Place, answers_of, finished_items, is_explained, with_quiz_answers
from app.learner.review.models import LetterQuestion, ReviewCard, ReviewChoice
from app.learner.review.queries import LETTER
from app.learner.review.rules import LOOKED_BACK, NEW_A_WEEK, WEEK, bounds
from app.platform.db import in_chunks
from app.platform.french import day_of
from app.platform.mail.outbox import NOWHERE
from app.record.progress.models import ElementState
from app.record.progress.queries import STATE_COLUMNS, state_value
from app.record.progress.rules import ElementProgress, ProgressState

MOST = 3
"""Questions of a letter."""
AGAIN = 4 * WEEK
"""Within which a question that a letter asked comes after all others."""
LOOKED_AT = 24
"""The cards nearest to being forgotten: some may be of questions that left the course, or changed, and a dozen were in letters."""
Asked = Mapping[int, Collection[Place]]


class LetterSelection(Struct, frozen=True):
    """One person's letter."""

    person_id: int
    questions: tuple[Place, ...]


def select_letters(session: Session, course: Course, now: datetime, among: Collection[int] | None = None) -> Iterator[LetterSelection]:
    """Whoever asked for the letter, did not get one this week, does not pause, and has something to review."""
    people = session.scalars(_people(day_of(now))).all()
    for numbers in in_chunks([person_id for person_id in people if among is None or person_id in among]):
        asked = _lately_asked(session, numbers, now)
        answers = answers_of(session, numbers, now - LOOKED_BACK)
        due = _due(session, course, numbers, now, asked, answers)
        short = [person_id for person_id in numbers if len(due.get(person_id, ())) < MOST or due[person_id][MOST - 1] in asked[person_id]]
        fresh = _fresh(session, course, short, now, asked, answers) if short else {}
        for person_id in numbers:
            questions = _unasked_first([*due.get(person_id, ()), *fresh.get(person_id, ())], asked[person_id])
            if questions:
                yield LetterSelection(person_id, tuple(questions))


def _unasked_first(places: Iterable[Place], asked: Collection[Place], most: int = MOST) -> list[Place]:
    """The first ones that no letter asked lately, then those that one did; nothing is read beyond what fills it."""
    new: list[Place] = []
    again: list[Place] = []
    for place in places:
        (again if place in asked else new).append(place)
        if len(new) >= most:
            break
    return [*new, *again][:most]


def _people(on: date):  # type: ignore[no-untyped-def]  # what SQLAlchemy infers
    return (
        select(Person.id)
        .join(MailWish, and_(MailWish.person_id == Person.id, MailWish.kind == LETTER))
        .outerjoin(ReviewChoice, ReviewChoice.person_id == Person.id)
        .outerjoin(WeeklyEmail, WeeklyEmail.person_id == Person.id)
        .where(Person.active, ~Person.email.endswith(NOWHERE))
        .where(or_(ReviewChoice.paused_until.is_(None), ReviewChoice.paused_until <= on))
        .where(free(on))
        .order_by(Person.id)
    )


def _lately_asked(session: Session, people: Collection[int], now: datetime) -> defaultdict[int, set[Place]]:
    """What letters asked lately."""
    lately = select(LetterQuestion.person_id, LetterQuestion.document_id, LetterQuestion.question_id).where(LetterQuestion.sent_at > now - AGAIN)
    found: defaultdict[int, set[Place]] = defaultdict(set)
    for person_id, document_id, question_id in session.execute(lately.where(LetterQuestion.person_id.in_(people))):
        found[person_id].add((document_id, question_id))
    return found


def _due(session: Session, course: Course, people: Collection[int], now: datetime, asked: Asked, answers: Mapping[int, Answers]) -> dict[int, list[Place]]:
    """The chance of remembering falls with the days since the last answer, measured in stabilities: who sorts by that needs no curve."""
    begins, tomorrow = bounds(day_of(now))
    elapsed = (int(now.timestamp()) - extract("epoch", ReviewCard.last_review)) / ReviewCard.stability
    place = func.row_number().over(partition_by=ReviewCard.person_id, order_by=(elapsed.desc(), ReviewCard.id)).label("place")
    waiting = (ReviewCard.due < tomorrow, ReviewCard.set_aside_at.is_(None), ReviewCard.withdrawn_at.is_(None))
    ranked = select(ReviewCard.person_id, ReviewCard.document_id, ReviewCard.question_id, ReviewCard.fingerprint, ElementState.state, place).join(
        ElementState, and_(ElementState.person_id == ReviewCard.person_id, ElementState.element_id == ReviewCard.document_id)
    )
    inner = ranked.where(ReviewCard.person_id.in_(people), *waiting).subquery()
    rows = session.execute(select(inner).where(inner.c.place <= LOOKED_AT).order_by(inner.c.person_id, inner.c.place))
    return {
        person_id: _unasked_first(
            (found for row in mine if (found := _asked_now(course, *row[1:5])) and not _answered_since(answers[person_id], found, begins)), asked[person_id]
        )
        for person_id, mine in groupby(rows, lambda row: row[0])
    }


def _answered_since(answers: Answers, place: Place, begins: datetime) -> bool:
    return any(answer.at >= begins for answer in answers.get(place, ()))


def _asked_now(course: Course, document_id: str, question_id: str, fingerprint: str, state: str) -> Place | None:
    """Of a card, what may be asked as the course stands."""
    one = asking_of(course, document_id, question_id, fingerprint=fingerprint)
    return (document_id, question_id) if one and is_explained(one.document, ProgressState(state)) else None


def _fresh(session: Session, course: Course, people: Collection[int], now: datetime, asked: Asked, answers: Mapping[int, Answers]) -> dict[int, list[Place]]:
    """What was finished and never asked, within what the week allows."""
    held: dict[int, set[Place]] = {}
    introduced: dict[int, int] = {}
    for row in session.execute(
        select(ReviewCard.person_id, ReviewCard.document_id, ReviewCard.question_id, ReviewCard.introduced_at).where(ReviewCard.person_id.in_(people))
    ):
        held.setdefault(row.person_id, set()).add((row.document_id, row.question_id))
        introduced[row.person_id] = introduced.get(row.person_id, 0) + (row.introduced_at is not None and row.introduced_at > now - WEEK)
    done: dict[int, dict[str, ElementProgress]] = {}
    finished = ElementState.state.in_([state.value for state in FINISHED])
    for person_id, *state in session.execute(select(ElementState.person_id, *STATE_COLUMNS).where(ElementState.person_id.in_(people), finished)):
        done.setdefault(person_id, {})[state[0]] = state_value(*state)
    found, today = {}, bounds(day_of(now))
    for person_id, progress in done.items():
        items = (with_quiz_answers(item, answers[person_id]) for item in finished_items(course, progress) if item.place not in held.get(person_id, ()))
        new = (item.place for item in items if item.is_left(*today))
        found[person_id] = _unasked_first(new, asked[person_id], max(0, min(MOST, NEW_A_WEEK - introduced.get(person_id, 0))))
    return found
