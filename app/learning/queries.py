"""Reads of the learner's record: the ledger's rows as values, and one person's standing in two SELECTs."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.content.values import Course, Criterion
from app.learning.models import ElementState, Enrolment, LearningEvent, PathElement
from app.learning.rules import ElementProgress, Event, EventType, State
from app.learning.standing import Standing, default_path, required_elements

_since_cache: WeakKeyDictionary[Engine, dict[tuple[int, str], dict[str, datetime]]] = WeakKeyDictionary()


def ledger_rows(session: Session, person_id: int, element_id: str | None = None) -> list[Event]:
    """A person's rows of the ledger in order (of one element, if named), as the rules read them."""
    query = select(LearningEvent).where(LearningEvent.person_id == person_id).order_by(LearningEvent.id)
    if element_id is not None:
        query = query.where(LearningEvent.element_id == element_id)
    return [_event(row) for row in session.scalars(query)]


def _event(row: LearningEvent) -> Event:
    raw, whole = row.score_raw, row.score_max
    return Event(
        element_id=row.element_id,
        type=EventType(row.event),
        at=row.at,
        criterion=Criterion(row.criterion) if row.criterion else None,
        tries_left=row.tries_left,
        attempt_id=row.attempt_id,
        score=Fraction(raw) / Fraction(whole) if raw is not None and whole and Fraction(whole) else None,
        content_fingerprint=row.content_fingerprint,
    )


def element_states(session: Session, person_id: int) -> dict[str, ElementProgress]:
    """The projection of one person."""
    return {row.element_id: state_value(row) for row in session.scalars(select(ElementState).filter_by(person_id=person_id))}


def state_value(row: ElementState) -> ElementProgress:
    """One row of the projection as the value that rules make."""
    return ElementProgress(
        element_id=row.element_id,
        state=State(row.state),
        first_at=row.first_at,
        completed_at=row.completed_at,
        last_at=row.last_at,
        attempts=row.attempts,
        best=None if row.best is None else Fraction(row.best),
        earned_on=row.earned_on,
        manual=row.manual,
    )


def asked_since(session: Session, course: Course, path_id: str) -> dict[str, datetime]:
    """Since when a path asks for each element. It changes only with a publication, so it is cached by the course's generation."""
    cached = _since_cache.setdefault(session.get_bind().engine, {})
    key = (course.generation, path_id)
    if key not in cached:
        if len(cached) > 50:
            cached.clear()
        rows = session.execute(select(PathElement.element_id, PathElement.since).filter_by(path_id=path_id))
        cached[key] = dict(row.tuple() for row in rows)
    return cached[key]


def standing(session: Session, course: Course, person_id: int) -> Standing:
    """Where a person stands: their enrolment and their projection, two SELECTs. Somebody not enrolled yet stands on an empty default path."""
    enrolments = session.scalars(select(Enrolment).filter_by(person_id=person_id).order_by(Enrolment.id)).all()
    paths = {path.id: path for path in course.paths.paths}
    default = default_path(course)
    enrolment = next((row for row in enrolments if row.path_id in paths or row.path_id == default.id), None)
    path = paths.get(enrolment.path_id, default) if enrolment else default
    return Standing(
        person_id=person_id,
        course=course,
        path=path,
        pins={element: datetime.fromisoformat(at) for element, _module, at in enrolment.pins} if enrolment else {},
        pin_modules={element: module for element, module, _at in enrolment.pins} if enrolment else {},
        since=asked_since(session, course, path.id),
        progress=element_states(session, person_id),
    )


__all__ = ["Standing", "asked_since", "default_path", "element_states", "ledger_rows", "required_elements", "standing", "state_value"]
