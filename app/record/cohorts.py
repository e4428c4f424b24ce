"""Joining a cohort: learners are enrolled in its path, others once they begin. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.content.values.paths import LearningPath
from app.identity.audit import acts
from app.identity.models import Person
from app.platform.db import insert_new
from app.record.enrolment import enrol_all
from app.record.figures import store
from app.record.figures.rows import is_learner
from app.record.progress.models import Cohort, CohortMember
from app.record.progress.path_progress import default_path


def paths(course: Course) -> tuple[LearningPath, ...]:
    return tuple(course.paths.paths) or (default_path(course),)


def path_of(course: Course, path_id: str) -> LearningPath | None:
    return next((path for path in paths(course) if path.id == path_id), None)


def join(session: Session, course: Course, row: Cohort, person_ids: Collection[int], *, trainer: bool, actor_id: int | None, now: datetime) -> int:
    """Put people in; learners are enrolled in its path. Who is there already changes nothing. Returns how many entered."""
    known = sorted(session.scalars(select(Person.id).where(Person.id.in_(person_ids), Person.active)))
    rows = [{"cohort_id": row.id, "person_id": person_id, "trainer": trainer} for person_id in known]
    entered = sorted(number for (number,) in insert_new(session, CohortMember, rows, CohortMember.person_id))
    path = path_of(course, row.path_id)
    store.forget(session, entered)
    if path and not trainer:
        enrol_all(session, course, session.scalars(select(Person.id).where(Person.id.in_(entered), is_learner())).all(), now, path)
    details = {"cohorte": row.id, "formateur": "oui" if trainer else "non"}
    acts.record_all(session, actor_id, [acts.Act("cohort_joined", person_id, details) for person_id in entered], now)
    return len(entered)
