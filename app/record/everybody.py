"""Where everybody stands, in two SELECTs for many people: what a publication would change is counted on it before, by the rules that will apply it."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.models import Person
from app.platform.db import in_chunks
from app.record.progress.models import EVERYTHING, MODULE, ElementState, Enrolment
from app.record.progress.path_progress import PathProgress, default_path
from app.record.progress.queries import STATE_COLUMNS, Demands, counting, joined, state_value
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
                joined=joined(rows),
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
