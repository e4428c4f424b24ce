"""A meeting that counts for a step of a path: what is written in the ledger, and what the page of that step shows.

What may stand for a meeting is `equivalent` in the head of its lesson (`content/documents/reader.py`, decision 31).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.values.course import SYNTHESIS, Course, Lesson
from app.content.values.text import CompletionCriterion
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.queries import MeetingLine, MeetingReader, lines_for
from app.network.meetings.rules import MeetingStage, Presence
from app.platform.errors import DomainError, NotYours
from app.record import services
from app.record.progress.queries import element_states


class NotRead(DomainError):
    status = 409
    sentence = "Cette étape ne peut pas encore être remplacée : lisez d’abord ce qui en tient lieu."


class MeetingStep(Struct, frozen=True):
    """What stands at the end of a lesson that a meeting completes."""

    meetings: tuple[MeetingLine, ...]
    """To come, that count for it."""
    instead: str
    """« lire la synthèse », « lire la leçon « … » »; empty where nothing stands for being there."""
    lesson_id: str
    """Of the lesson to read instead; empty for a synthesis."""
    syntheses: tuple[MeetingLine, ...]
    """Meetings that were held, whose synthesis is published."""
    ready: bool
    """It was read, or may be said to be."""


def lessons_of(course: Course) -> list[Lesson]:
    """Lists the lessons that a meeting completes, in the order of the modules."""
    found = [course.lessons[each] for module in course.modules.values() for each in module.lesson_ids if each in course.lessons]
    return [lesson for lesson in found if lesson.criterion is CompletionCriterion.PRESENCE]


def step_of(session: Session, course: Course, reader: MeetingReader, lesson: Lesson, now: datetime) -> MeetingStep:
    rows = session.scalars(select(Meeting).where(Meeting.element_id == lesson.id, Meeting.stage == MeetingStage.ANNOUNCED).order_by(Meeting.starts_at)).all()
    lines = list(lines_for(session, reader, rows, now))
    told = {row.id for row in rows if row.synthesis and row.ends_at <= now}
    coming = {row.id for row in rows if row.ends_at > now}
    other = course.lessons.get(lesson.equivalent)
    syntheses = tuple(line for line in lines if line.id in told) if lesson.equivalent == SYNTHESIS else ()
    words = "lire la synthèse de la rencontre" if lesson.equivalent == SYNTHESIS else f"lire la leçon « {other.title} »" if other else ""
    ready = bool(syntheses) or (other is not None and _is_done(session, reader.id, other.id))
    return MeetingStep(tuple(line for line in lines if line.id in coming), words, other.id if other else "", syntheses, ready)


def _is_done(session: Session, person_id: int, lesson_id: str) -> bool:
    mine = element_states(session, person_id).get(lesson_id)
    return mine is not None and mine.state.done


def read_instead(session: Session, course: Course, reader: MeetingReader, lesson_id: str, now: datetime) -> list[str]:
    """The equivalent, where the lesson allows it and it was read. Titles of what it attests. Raises NotYours, NotRead."""
    lesson = course.lessons.get(lesson_id)
    if lesson is None or lesson.criterion is not CompletionCriterion.PRESENCE or not lesson.equivalent:
        raise NotYours
    if not step_of(session, course, reader, lesson, now).ready:
        raise NotRead
    services.read_instead(session, course, reader.id, lesson_id, now)
    return [each.title for each in services.attest(session, course, reader.id, now)]


def tell(session: Session, course: Course, row: Meeting, person_id: int, before: Presence, after: Presence, actor_id: int | None, now: datetime) -> None:
    """What a presence that was noted, or taken back, does to the person's path."""
    if row.element_id not in course.lessons or Presence.PRESENT not in (before, after) or before is after:
        return
    if after is Presence.PRESENT:
        services.record_attendance(session, course, person_id, row.element_id, row.id, now, actor_id=actor_id)
        services.attest(session, course, person_id, now)
    elif not _elsewhere(session, row, person_id):
        services.revoke_attendance(session, course, person_id, row.element_id, row.id, now, actor_id=actor_id)


def _elsewhere(session: Session, row: Meeting, person_id: int) -> bool:
    """Were they at another meeting that counts for the same step?"""
    others = select(func.count()).select_from(MeetingPerson).join(Meeting, Meeting.id == MeetingPerson.meeting_id)
    others = others.where(MeetingPerson.person_id == person_id, MeetingPerson.presence == Presence.PRESENT)
    return bool(session.scalar(others.where(Meeting.element_id == row.element_id, Meeting.id != row.id)))


def recount(session: Session, course: Course, row: Meeting, before: str, people: Iterable[int], actor_id: int, now: datetime) -> None:
    """The meeting counts for another step than before: those who were there are told so, on both."""
    after, present = row.element_id, list(people)
    for element, states in ((before, (Presence.PRESENT, Presence.ABSENT)), (after, (Presence.UNKNOWN, Presence.PRESENT))):
        row.element_id = element
        for person_id in present:
            tell(session, course, row, person_id, *states, actor_id, now)
    row.element_id = after
