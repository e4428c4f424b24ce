"""Verbs of the review: answer, set aside, take back, pause. They flush, never commit. Marks, completion and attempts are not touched."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.assessment.kinds.responses import Fields, QuestionResponse
from app.assessment.models import UnclearAnswer
from app.content.values.course import Course
from app.identity.services import lock_people, lock_person
from app.learner.review.deck import LetterQuestion, ReviewCard, ReviewChoice, ReviewLog, ReviewQuestion, answers_of, asking_of, deck_of
from app.learner.review.rules import MISSES, CardStanding, Memory, ReviewEntry, ReviewItem, following, has_hesitated, measure, rating_of
from app.platform.db import in_chunks, insert_once
from app.platform.errors import DomainError
from app.platform.holidays import ZONES, calendar
from app.platform.log import event
from app.record.progress.models import NEVER

UNSURE, UNKNOWN = "unsure", "unknown"
"""What the button that sent an answer says of it: right or wrong, it was not known; or there is none."""
LONGEST_PAUSE = timedelta(days=365)
_UNSYNCHRONISED: dict[str, Any] = {"synchronize_session": False}


class ReviewQuestionGone(DomainError):
    """Withdrawn, set aside in another window, or of a lesson that left the course."""

    status = 409
    sentence = "Cette question n’est plus dans votre révision. En voici une autre."


class QuestionChanged(DomainError):
    status = 409
    sentence = "Cette question vient d’être corrigée par un formateur : la voici telle qu’elle est maintenant."


class AnsweredElsewhere(DomainError):
    """The first answer stands."""

    status = 409
    sentence = "Vous aviez déjà répondu à cette question dans une autre fenêtre : votre première réponse compte seule."


class PauseWrong(DomainError):
    sentence = "Donnez un jour à venir, dans l’année, par exemple 04/01/2027."


def answer(session: Session, course: Course, person_id: int, fields: Fields, now: datetime) -> ReviewLog:
    """A form of the review's page. What decides is read under the person's lock: one answer counts, however many windows send one.

    Raises ReviewQuestionGone, QuestionChanged, AnsweredElsewhere, UnclearAnswer.
    """
    lock_person(session, person_id)
    item = deck_of(session, course, person_id, now).at(_one(fields, "card"))
    one = asking_of(course, item.document_id, item.question.id, item.answers) if item and item.asked else None
    if item is None or one is None:
        raise ReviewQuestionGone
    wording, _, answers = _one(fields, "mark").partition("-")
    if answers != str(item.answers):
        raise AnsweredElsewhere
    if wording != item.mark.partition("-")[0]:
        raise QuestionChanged
    then = _one(fields, "then")
    given, said = (one.kind.blank, "") if then == UNKNOWN else one.read(fields)
    if said:
        raise UnclearAnswer(said)
    hesitated = has_hesitated(then == UNSURE, _one(fields, "changed") == "1", _moment(_one(fields, "shown")), now)
    return write_answer(session, person_id, item, one, rating_of(one.is_right(given), hesitated), given, now)


def _one(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _moment(seconds: str) -> datetime | None:
    """When the page was shown, as its form says."""
    return datetime.fromtimestamp(int(seconds), UTC) if re.fullmatch("[0-9]{1,10}", seconds) else None


def write_answer(
    session: Session, person_id: int, item: ReviewItem, one: ReviewQuestion, rating: int, given: QuestionResponse, now: datetime, *, by_mail: bool = False
) -> ReviewLog:
    """One row of the log, and the card that it makes. The caller holds the person's lock (`lock_person`) and read `item` under it."""
    card = _card(session, person_id, item)
    before = item.standing or _standing_of_card(card) or _measure_card(session, card, item, now)
    after = following(before, ReviewEntry(now, item.question.fingerprint, rating))
    _keep(card, after, now)
    row = _row(card, card.answers, after, rating)
    row.by_mail, row.payload, row.readable = by_mail, given.payload(), one.kind.readable(given)
    session.add(row)
    session.flush()
    event("review_answered", person=person_id, card=card.id, withdrawn=card.withdrawn_at is not None)
    return row


def _card(session: Session, person_id: int, item: ReviewItem) -> ReviewCard:
    """The person's, read anew; a new one where there is none."""
    mine = select(ReviewCard).filter_by(person_id=person_id, document_id=item.document_id, question_id=item.question.id)
    card = session.scalar(mine.execution_options(populate_existing=True))
    if card is None:
        card = ReviewCard(
            person_id=person_id,
            document_id=item.document_id,
            question_id=item.question.id,
            fingerprint=item.question.fingerprint,
            answers=0,
            misses=0,
            put_off=0,
        )
        session.add(card)
        session.flush()
    return card


def _standing_of_card(card: ReviewCard) -> CardStanding | None:
    """Of a card whose question has changed, what its answers count on from."""
    if card.stability is None or card.difficulty is None or card.due is None or card.last_review is None or card.state is None:
        return None
    memory = Memory(card.stability, card.difficulty, card.due, card.last_review, card.state)
    return CardStanding(memory, card.fingerprint, card.misses, card.answers)


def _measure_card(session: Session, card: ReviewCard, item: ReviewItem, now: datetime) -> CardStanding | None:
    """Of a question that the review asks for the first time, what its quiz said, written as row 0 of its log."""
    given = answers_of(session, [card.person_id], NEVER)[card.person_id].get(item.place, ())
    first = measure((answer for answer in given if answer.at < now), item.question.fingerprint)
    if first is None:
        return None
    before = following(None, first)
    session.add(_row(card, 0, before, first.rating))
    return before


def _row(card: ReviewCard, number: int, after: CardStanding, rating: int) -> ReviewLog:
    memory = after.memory
    return ReviewLog(
        person_id=card.person_id,
        card_id=card.id,
        number=number,
        at=memory.last_review,
        fingerprint=after.fingerprint,
        rating=rating,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        state=memory.state,
    )


def _keep(card: ReviewCard, after: CardStanding, now: datetime) -> None:
    memory = after.memory
    card.fingerprint, card.answers, card.misses, card.put_off = after.fingerprint, after.answers, after.misses, 0
    card.stability, card.difficulty, card.due, card.last_review, card.state = memory.stability, memory.difficulty, memory.due, memory.last_review, memory.state
    card.introduced_at = card.introduced_at or now
    card.withdrawn_at = now if after.misses >= MISSES else None


# --- Set aside -------------------------------------------------------------------------------------------------------


def set_aside(session: Session, person_id: int, item: ReviewItem, now: datetime) -> None:
    """Sets a question aside: it is not asked until it is taken back."""
    lock_person(session, person_id)
    card = _card(session, person_id, item)
    card.set_aside_at = card.set_aside_at or now
    session.flush()


def take_back(session: Session, person_id: int, item: ReviewItem) -> None:
    lock_person(session, person_id)
    _card(session, person_id, item).set_aside_at = None
    session.flush()


# --- Pauses ----------------------------------------------------------------------------------------------------------


def choose_zone(session: Session, person_id: int, zone: str) -> None:
    _choice(session, person_id)
    session.execute(update(ReviewChoice).where(ReviewChoice.person_id == person_id).values(zone=zone))


def pause(session: Session, person_id: int, until: date | None, today: date) -> date | None:
    """Pauses review until a day, with nothing due meanwhile; None ends the pause. Raises PauseWrong.

    Returns the day: of a pause that reaches school holidays to come, the end of those, which would otherwise count as taken up again.
    """
    if until is not None and not today < until <= today + LONGEST_PAUSE:
        raise PauseWrong
    lock_person(session, person_id)
    _choice(session, person_id)
    zone = session.scalar(select(ReviewChoice.zone).where(ReviewChoice.person_id == person_id))
    holidays = calendar().school_holidays(until, zone) if until and zone else None
    if holidays and holidays[0] > today:
        until = holidays[1]
    pause_together(session, [person_id], until or today, today)
    return until


def pause_together(session: Session, people: Collection[int], until: date, today: date) -> None:
    """Pauses review for several people in a fixed number of statements. The caller holds their locks."""
    rows = session.execute(select(ReviewChoice.person_id, ReviewChoice.paused_until).where(ReviewChoice.person_id.in_(people))).all()
    days = {person_id: (until - max(ends or today, today)).days for person_id, ends in rows}
    mine = select(ReviewCard.id, ReviewCard.person_id, ReviewCard.due, ReviewCard.put_off).where(ReviewCard.person_id.in_(days), ReviewCard.due.is_not(None))
    put_off = []
    for number, person_id, due, before in session.execute(mine):
        moved = max(days[person_id], -before)  # what was answered during a pause was not put off by it
        if due and moved:
            put_off.append({"id": number, "due": due + timedelta(days=moved), "put_off": before + moved})
    if put_off:
        session.execute(update(ReviewCard), put_off)
    session.execute(update(ReviewChoice).where(ReviewChoice.person_id.in_(days)).values(paused_until=until), execution_options=_UNSYNCHRONISED)


def holiday_pauses(session: Session, on: date) -> Iterator[tuple[Sequence[int], tuple[date, date]]]:
    """Some hundreds of people at a time, whom `pause_for_holidays` has something to do for, with the holidays of their zone."""
    for zone in ZONES:
        period = calendar().school_holidays(on, zone)
        if period:
            people = session.scalars(_resting(period, ReviewChoice.zone == zone).order_by(ReviewChoice.person_id)).all()
            yield from ((some, period) for some in in_chunks(people))


def pause_for_holidays(session: Session, people: Collection[int], period: tuple[date, date], on: date) -> int:
    """Pauses them together until their holidays end. Under their locks, so that no answer of the same moment is undone. Returns how many."""
    lock_people(session, people)
    waiting = session.scalars(_resting(period, ReviewChoice.person_id.in_(people))).all()
    pause_together(session, waiting, period[1], on)
    return len(waiting)


def _resting(period: tuple[date, date], whose: ColumnElement[bool]) -> Select[int]:
    """But for those who took the review up again meanwhile."""
    ends = ReviewChoice.paused_until
    return select(ReviewChoice.person_id).where(whose, or_(ends.is_(None), ends < period[0]))


def _choice(session: Session, person_id: int) -> None:
    insert_once(session, ReviewChoice, {"person_id": person_id, "zone": ""})


# --- Merging ---------------------------------------------------------------------------------------------------------


def follow_merge(session: Session, kept: int, gone: int) -> None:
    """Two accounts become one: cards follow with their log. Of a question that both have a card of, the one that was answered more stays."""
    mine, theirs = aliased(ReviewCard), aliased(ReviewCard)
    same = (mine.document_id == theirs.document_id) & (mine.question_id == theirs.question_id)
    left, aside = [], []
    for one, other in session.execute(select(mine, theirs).join(theirs, same).where(mine.person_id == kept, theirs.person_id == gone)):
        stays, leaves = (other, one) if other.answers > one.answers else (one, other)
        left.append(leaves.id)
        if leaves.set_aside_at and not stays.set_aside_at:
            aside.append({"id": stays.id, "set_aside_at": leaves.set_aside_at})
    for some in in_chunks(left):
        session.execute(delete(ReviewLog).where(ReviewLog.card_id.in_(some)), execution_options=_UNSYNCHRONISED)
        session.execute(delete(ReviewCard).where(ReviewCard.id.in_(some)), execution_options=_UNSYNCHRONISED)
    if aside:
        session.execute(update(ReviewCard), aside)
    for table in (ReviewCard, ReviewLog, LetterQuestion):
        session.execute(update(table).where(table.person_id == gone).values(person_id=kept), execution_options=_UNSYNCHRONISED)
    if session.get(ReviewChoice, kept) is None:
        session.execute(update(ReviewChoice).where(ReviewChoice.person_id == gone).values(person_id=kept))
