"""Where many people stand, in two SELECTs; and what the weekly email tells them of their learning.

What a publication would change is counted on these standings before it happens, by the rules that will apply it.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt, RegradedAttempt, Regrading
from app.content.store.queries import Publication, Revision, course
from app.content.values.course import Course
from app.content.values.paths import default_path
from app.identity.emails import SHOWN_FOR, WeeklyEmail, free, since
from app.identity.models import MailWish, Person
from app.platform.db import in_chunks
from app.platform.french import day_of, french
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.site import offers
from app.platform.web.edge import path_of
from app.record.facts import ToldChange, recent_changes, told_together
from app.record.progress.models import EVERYTHING, MODULE, ElementState, Enrolment
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import STATE_COLUMNS, Demands, counting, joined_modules, state_value
from app.record.progress.rules import ElementProgress

TOGETHER = 2_000
"""People whose records are in memory at once."""


def in_turns(session: Session, element_ids: Collection[str]) -> Iterator[AllStandings]:
    """Every open account that is on a path, so many at a time: memory does not grow with their number, but for the numbers."""
    enrolled = select(Enrolment.person_id).join(Person, Person.id == Enrolment.person_id).where(Person.active).distinct().order_by(Enrolment.person_id)
    for some in in_chunks(array("q", session.scalars(enrolled)), TOGETHER):
        yield AllStandings(session, element_ids, some)


def states_of(session: Session, element_ids: Collection[str]) -> Iterator[ElementProgress]:
    """What everybody of these did of some elements, one by one: read as it comes, by the server where there is one."""
    on_path = select(Enrolment.person_id).where(~Enrolment.path_id.startswith(MODULE))
    query = select(*STATE_COLUMNS).join(Person, Person.id == ElementState.person_id)
    query = query.where(ElementState.element_id.in_(element_ids), Person.active, ElementState.person_id.in_(on_path))
    return (state_value(*row) for row in session.execute(query.execution_options(yield_per=TOGETHER)))


class AllStandings:
    """The enrolments and the projection of some accounts, closed ones included, read once, to be looked at under one course or another."""

    def __init__(self, session: Session, element_ids: Collection[str] | None, people: Collection[int]) -> None:
        """`element_ids`: those whose states matter; every other one reads as not begun."""
        self._enrolments = _enrolments(session, people)
        self._states = _states(session, element_ids, people)

    def standings(self, course: Course, demands: Demands) -> Iterator[PathProgress]:
        """One standing for each enrolled person, in a steady order."""
        paths = {path.id: path for path in course.paths.paths or (default_path(course),)}
        for person_id, rows in self._enrolments.items():
            mine = counting(rows, paths)
            if mine is None:
                continue
            yield PathProgress(
                person_id=person_id,
                course=course,
                path=paths.get(mine.path_id, default_path(course)),
                enrolment_id=mine.id,
                enrolled_at=mine.enrolled_at,
                pinned=mine.pins,
                asked=demands.get(mine.path_id, ()),
                asked_anywhere=demands.get(EVERYTHING, ()),
                joined=joined_modules(rows),
                progress=self._states.get(person_id, {}),
            )


class _Row(NamedTuple):
    """An enrolment."""

    id: int
    enrolled_at: datetime
    path_id: str
    pins: list[list[str]]


def _enrolments(session: Session, people: Collection[int]) -> dict[int, list[_Row]]:
    query = (
        select(Enrolment.person_id, Enrolment.id, Enrolment.enrolled_at, Enrolment.path_id, Enrolment.pins)
        .where(Enrolment.person_id.in_(people))
        .order_by(Enrolment.person_id, Enrolment.id)
    )
    found: dict[int, list[_Row]] = {}
    for person_id, *enrolment in session.execute(query):
        found.setdefault(person_id, []).append(_Row(*enrolment))
    return found


def _states(session: Session, element_ids: Collection[str] | None, people: Collection[int]) -> dict[int, dict[str, ElementProgress]]:
    found: dict[int, dict[str, ElementProgress]] = {}
    query = select(ElementState.person_id, *STATE_COLUMNS).where(ElementState.person_id.in_(people))
    if element_ids is not None:
        query = query.where(ElementState.element_id.in_(element_ids))
    for person_id, *columns in session.execute(query):
        found.setdefault(person_id, {})[columns[0]] = state_value(*columns)
    return found


# --- The weekly email ------------------------------------------------------------------------------------------------
# A mark that rose, lessons that are new or to be read again.

MARKS, NEWS = "notes", "nouvelles"
"""Among `email_preferences.KINDS`."""


def risen_marks(session: Session, now: datetime, people: Collection[int] | None) -> Iterator[tuple[int, WeekLine]]:
    """Yields a line for each mark raised since the person's last weekly email; maintained marks are left out."""
    query = select(Attempt.person_id, Attempt.id, Attempt.title).distinct()
    query = query.join(RegradedAttempt, RegradedAttempt.attempt_id == Attempt.id).join(Regrading, Regrading.id == RegradedAttempt.regrading_id)
    query = query.outerjoin(WeeklyEmail, WeeklyEmail.person_id == Attempt.person_id).where(free(day_of(now)))
    query = query.where(~RegradedAttempt.maintained, Regrading.at > now - SHOWN_FOR, Regrading.at > since(now))
    for person_id, attempt_id, title in session.execute(query.order_by(Attempt.person_id, Attempt.id)):
        if people is None or person_id in people:
            yield person_id, WeekLine(french(f"Votre note a été revue à la hausse : {title}"), _address(path_of("quiz.attempt", attempt_id=attempt_id)))


def course_news(session: Session, now: datetime, people: Collection[int] | None) -> Iterator[tuple[int, WeekLine]]:
    """To whoever asked for them: what changed of what they learned, then lessons published for the first time, or to be read again, since their last weekly
    email; the latest first."""
    lines, published = _news(session, now), course(session)
    changed = offers("changes") and any(changes[-1].at > now - SHOWN_FOR for changes in recent_changes(session, published, now).values())
    if not (lines or changed):
        return
    wishes = select(MailWish.person_id, since(now)).outerjoin(WeeklyEmail, WeeklyEmail.person_id == MailWish.person_id)
    rows = session.execute(wishes.where(MailWish.kind == NEWS, free(day_of(now))).order_by(MailWish.person_id))
    beginnings = {person_id: begins for person_id, begins in rows if people is None or person_id in people}
    told: dict[int, list[ToldChange]] = {}
    for person_id, change in told_together(session, published, beginnings, now) if changed else ():
        if change.at > max(beginnings[person_id], now - SHOWN_FOR):
            told.setdefault(person_id, []).append(change)
    for person_id, begins in beginnings.items():
        if person_id in told:
            yield person_id, _changed_line(told[person_id])
        yield from ((person_id, line) for at, line in lines if at > begins)


def _changed_line(told: Sequence[ToldChange]) -> WeekLine:
    one = f"Depuis que vous l’avez lu : {told[0].before} → {told[0].after}"
    return WeekLine(french(one if len(told) == 1 else f"{len(told)} choses que vous avez apprises ont changé"), _address(path_of("changes.changes")))


def _news(session: Session, now: datetime) -> list[tuple[datetime, WeekLine]]:
    published = course(session)
    changed = select(Publication.document_id, Publication.major_at).where(Publication.major_at > now - SHOWN_FOR, Publication.revision_id.is_not(None))
    rows = [row for row in session.execute(changed.order_by(Publication.major_at.desc())).all() if published.module_of(row.document_id) is not None]
    lessons = [row for row in rows if row.document_id in published.lessons]
    older = select(Revision.document_id).where(Revision.document_id.in_([row.document_id for row in lessons]), Revision.created_at <= now - SHOWN_FOR)
    known = set(session.scalars(older))
    return [(row.major_at, _line(row.document_id, published.lessons[row.document_id].title, row.document_id in known)) for row in lessons]


def _line(lesson_id: str, title: str, known: bool) -> WeekLine:
    return WeekLine(french(f"{'À relire' if known else 'Nouvelle leçon'} : {title}"), _address(path_of("learning.lesson", lesson_id=lesson_id)))


def _address(path: str) -> str:
    return f"{outbox.base(current_settings())}{path}"
