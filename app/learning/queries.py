"""Reads of the learner's record: the ledger's rows as values, and one person's standing in two SELECTs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values import Course, Criterion
from app.learning.models import ElementState, Enrolment, LearningEvent, PathDemand
from app.learning.rules import ElementProgress, Event, EventType, State
from app.learning.standing import Standing, default_path, required_elements


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


_STATE_COLUMNS = tuple(getattr(ElementState, field.name) for field in fields(ElementProgress))
"""The projection's columns in the order of the value's fields: read as plain rows, twice as fast as entities, on every page."""


def element_states(session: Session, person_id: int) -> dict[str, ElementProgress]:
    """The projection of one person."""
    rows = session.execute(select(*_STATE_COLUMNS).where(ElementState.person_id == person_id))
    return {row[0]: state_value(*row) for row in rows}


def state_value(
    element_id: str, state: str, first_at: Any, completed_at: Any, last_at: Any, attempts: int, best: str | None, earned_on: str, manual: bool
) -> ElementProgress:
    """One row of the projection as the value that rules make."""
    mark = None if best is None else _fraction(best)
    return ElementProgress(element_id, State(state), first_at, completed_at, last_at, attempts, mark, earned_on, manual)


_fraction = lru_cache(maxsize=1000)(Fraction)
"""Marks are few and repeat; parsing one costs more than reading the row."""


def _moments(pairs: Iterable[Sequence[str]]) -> dict[str, datetime]:
    return {pair[0]: datetime.fromisoformat(pair[-1]) for pair in pairs}


def standing(session: Session, course: Course, person_id: int) -> Standing:
    """Where a person stands: their enrolment with what its path asks for, and their projection, in two SELECTs.

    Somebody not enrolled yet stands on an empty default path.
    """
    rows = session.execute(
        select(Enrolment, PathDemand.asked)
        .outerjoin(PathDemand, PathDemand.path_id == Enrolment.path_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.id)
    ).all()
    paths = {path.id: path for path in (default_path(course), *course.paths.paths)}
    enrolment, asked = next((row.tuple() for row in rows if row.tuple()[0].path_id in paths), (None, None))
    return Standing(
        person_id=person_id,
        course=course,
        path=paths[enrolment.path_id] if enrolment else default_path(course),
        pins=_moments(enrolment.pins) if enrolment else {},
        pin_modules={element: module for element, module, _at in enrolment.pins} if enrolment else {},
        since=_moments(asked or ()),
        progress=element_states(session, person_id),
    )


__all__ = ["Standing", "default_path", "element_states", "ledger_rows", "required_elements", "standing", "state_value"]
