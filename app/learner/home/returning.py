"""What brings somebody back: from the tenth day what they knew and know now, from the sixtieth their territory and their peers. Nothing is won, nothing is counted but what was learned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask import url_for
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts.queries import answers_given
from app.content.values.course import Course
from app.learner.notebook.notes import sheet_of
from app.learner.review.deck import ReviewCard, ReviewLog
from app.network.directory import Peer, newest_peers
from app.platform.french import day_of
from app.platform.site import offers

KNOWING, COMING_BACK = timedelta(days=10), timedelta(days=60)
"""Since the person began: from when each is said."""

Answered = tuple[tuple[str, str], datetime, bool]
"""(document and question, when, was it right)."""


class Knowledge(Struct, frozen=True):
    """Questions whose last answer was right."""

    first_on: date
    then: int
    """At the end of that day."""
    now: int


def known_then_and_now(answers: Iterable[Answered], first_on: date) -> Knowledge | None:
    """None where no more is known than on the first day."""
    then: dict[tuple[str, str], bool] = {}
    now: dict[tuple[str, str], bool] = {}
    for place, at, right in sorted(answers, key=lambda one: one[1]):
        now[place] = right
        if day_of(at) <= first_on:
            then[place] = right
    found = Knowledge(first_on, sum(then.values()), sum(now.values()))
    return found if found.now > found.then else None


class TerritoryCall(Struct, frozen=True):
    answers: int
    question: str
    """The first that has no answer."""
    url: str


class Returning(Struct, frozen=True):
    known: Knowledge | None = None
    territory: TerritoryCall | None = None
    peers: tuple[Peer, ...] = ()


def returning(session: Session, course: Course, person_id: int, begun_at: datetime | None, now: datetime) -> Returning:
    """No SELECT before the tenth day; as many whatever was learned."""
    if begun_at is None or now - begun_at < KNOWING:
        return Returning()
    known = known_then_and_now(_answers(session, person_id, begun_at), day_of(begun_at))
    if now - begun_at < COMING_BACK:
        return Returning(known)
    peers = newest_peers(session, course, person_id, day_of(now)) if offers("directory") else ()
    return Returning(known, _territory(session, course, person_id, day_of(now)) if offers("notebook") else None, peers)


def _answers(session: Session, person_id: int, since: datetime) -> Iterable[Answered]:
    for one in answers_given(session, [person_id], since):
        if one.right is not None:
            yield (one.document_id, one.question_id), one.at, one.right
    columns = (ReviewCard.document_id, ReviewCard.question_id, ReviewLog.at, ReviewLog.rating)
    wanted = select(*columns).join(ReviewLog, ReviewLog.card_id == ReviewCard.id).where(ReviewLog.person_id == person_id, ReviewLog.number > 0)
    for document_id, question_id, at, rating in session.execute(wanted):
        yield (document_id, question_id), at, rating > 1


def _territory(session: Session, course: Course, person_id: int, on: date) -> TerritoryCall | None:
    sheet = sheet_of(session, course, person_id, on)
    for lesson in (lesson for module in sheet.left for lesson in module.lessons):
        number, question = lesson.questions[0]
        return TerritoryCall(sheet.count, question, url_for("learning.lesson", lesson_id=lesson.id, _anchor=f"reponse-{number}"))
    return None
