"""What due dates are made from: one SELECT, of one person or of many."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Date, bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from app.platform.french import day_of
from app.record.progress.due import CohortTerm, DueDates, DueTerms, due_dates
from app.record.progress.models import Cohort, CohortMember, LearningEvent
from app.record.progress.path_progress import PathProgress
from app.record.progress.rules import EventType

_PEOPLE: Any = bindparam("people", expanding=True)
_PATHS: Any = bindparam("paths", expanding=True)
_GROUPS = (
    select(CohortMember.person_id, Cohort.path_id, Cohort.starts_on, Cohort.due_on, literal(0).label("number"))
    .join(Cohort, Cohort.id == CohortMember.cohort_id)
    .where(CohortMember.person_id.in_(_PEOPLE), ~CohortMember.trainer)
)
_MOVES = select(LearningEvent.person_id, LearningEvent.element_id, cast(null(), Date), LearningEvent.due_on, LearningEvent.id).where(
    LearningEvent.person_id.in_(_PEOPLE), LearningEvent.element_id.in_(_PATHS), LearningEvent.event == EventType.DUE_MOVED.value
)
_TERMS = union_all(_GROUPS, _MOVES).order_by("number")


def due_terms(session: Session, person_ids: Collection[int], path_ids: Collection[str]) -> dict[int, DueTerms]:
    """Returns what sets due dates, by person. `path_ids`: the published paths, by which the ledger's index is used."""
    cohorts: dict[int, list[CohortTerm]] = {}
    moved: dict[int, dict[str, Any]] = {}
    for person_id, path_id, starts_on, due_on, number in session.execute(_TERMS, {"people": list(person_ids), "paths": sorted(path_ids)}):
        if number:
            moved.setdefault(person_id, {})[path_id] = due_on
        else:
            cohorts.setdefault(person_id, []).append(CohortTerm(path_id, starts_on, due_on))
    return {number: DueTerms(tuple(cohorts.get(number, ())), moved.get(number, {})) for number in cohorts.keys() | moved.keys()}


def due_dates_of(session: Session, mine: PathProgress) -> DueDates:
    return dates_by(mine, terms_of(session, mine))


def terms_of(session: Session, mine: PathProgress) -> DueTerms:
    return due_terms(session, [mine.person_id], [mine.path.id]).get(mine.person_id, DueTerms())


def dates_by(mine: PathProgress, terms: DueTerms) -> DueDates:
    return due_dates(mine.path, day_of(mine.enrolled_at) if mine.enrolled_at else None, terms)
