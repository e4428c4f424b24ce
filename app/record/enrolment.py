"""Who follows which path: enrolments, what a cohort adds, and what a sign-in or a publication changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_security import user_authenticated
from sqlalchemy import delete, event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.store.services import published
from app.content.values.course import Course, LearningPath
from app.content.values.paths import asked_by, default_path, required_elements
from app.identity import audit
from app.identity.models import Person
from app.identity.rules import Role
from app.platform import clock, log
from app.platform.db import db, insert_new, insert_once, writing
from app.record.figures import store
from app.record.figures.rows import is_learner
from app.record.progress import rules
from app.record.progress.models import EVERYTHING, MODULE, Cohort, CohortMember, Enrolment, PathDemand
from app.record.progress.path_progress import PathProgress, moments

# --- Who follows which path: enrolments, modules joined outside it, news accepted, what a publication asks of a path, and cohorts.

# --- Paths and modules -----------------------------------------------------------------------------------------------

ALWAYS = datetime.fromtimestamp(0, UTC)
"""Since when a path asks for what it asked for when it first came: nobody can have joined it before."""


def enrol(session: Session, course: Course, person_id: int, now: datetime) -> bool:
    """Enrol a person once, in the path of their cohort, else in the default one, pinning what it asks for today.

    False when they are on a path already, and while it asks for nothing: they would have joined an empty course.
    """
    if is_enrolled(session, person_id):
        return False
    path = _first_path(session, course, person_id)
    new = _join(session, person_id, path.id, required_elements(course, path), now)
    if new:
        store.refresh(session, course, [person_id], now)
    return new


def _first_path(session: Session, course: Course, person_id: int) -> LearningPath:
    learning = select(Cohort.path_id).join(CohortMember, CohortMember.cohort_id == Cohort.id).where(CohortMember.person_id == person_id, ~CohortMember.trainer)
    published = {path.id: path for path in course.paths.paths}
    return next((published[path_id] for path_id in session.scalars(learning.order_by(Cohort.id)) if path_id in published), default_path(course))


def enrol_all(session: Session, course: Course, person_ids: Collection[int], now: datetime, path: LearningPath) -> None:
    """`enrol` for several people, in a few statements."""
    pins = [[element_id, module_id, now.isoformat()] for element_id, module_id in required_elements(course, path)]
    if not pins:
        return
    rows = [{"person_id": number, "path_id": path.id, "enrolled_at": now, "pins": pins} for number in person_ids]
    if new := insert_new(session, Enrolment, rows, Enrolment.person_id):
        store.refresh(session, course, [number for (number,) in new], now)


def is_enrolled(session: Session, person_id: int) -> bool:
    """Whether a person is on any path."""
    wanted = select(Enrolment.id).where(Enrolment.person_id == person_id, Enrolment.path_id.not_like(f"{MODULE}%"))
    return session.scalar(wanted.limit(1)) is not None


def join_module(session: Session, course: Course, person_id: int, element_id: str, now: datetime) -> bool:
    """Doing something in a module of which the person's path pins nothing pins what it asks for, so that its figure too falls by no edit. True when it did."""
    module = course.module_of(element_id)
    if module is None:
        return False
    pins = session.scalars(select(Enrolment.pins).where(Enrolment.person_id == person_id))
    held = {pinned: module_id for rows in pins for pinned, module_id, _at in rows}
    if module.id in held.values():
        return False
    return _join(session, person_id, MODULE + module.id, [(each, module.id) for each in asked_by(course, module.id) if each not in held], now)


def change_path(session: Session, course: Course, mine: PathProgress, path: LearningPath, now: datetime) -> None:
    """Put a person on another path, by their own decision: what they did counts there, and they keep the day when they first joined one."""
    pins = [[element_id, module_id, now.isoformat()] for element_id, module_id in required_elements(course, path)]
    session.execute(delete(Enrolment).where(Enrolment.person_id == mine.person_id, Enrolment.path_id.not_like(f"{MODULE}%")))
    session.add(Enrolment(person_id=mine.person_id, path_id=path.id, enrolled_at=mine.enrolled_at or now, pins=pins))
    session.flush()
    store.refresh(session, course, [mine.person_id], now)


def _join(session: Session, person_id: int, path_id: str, required: Iterable[tuple[str, str]], now: datetime) -> bool:
    pins = [[element_id, module_id, now.isoformat()] for element_id, module_id in required]
    return bool(pins) and insert_once(session, Enrolment, {"person_id": person_id, "path_id": path_id, "enrolled_at": now, "pins": pins})


def take_news_in(session: Session, standing: PathProgress, now: datetime) -> int:
    """Add what came since to the person's set, by their own decision. Returns how many elements entered."""
    modules = dict(standing.required_pairs)
    added = [item.element_id for item in standing.news if item.added]
    if standing.enrolment_id is None or not added:
        return 0
    enrolment = session.get_one(Enrolment, standing.enrolment_id, with_for_update=True, populate_existing=True)
    kept = [pin for pin in enrolment.pins if pin[0] not in added]
    enrolment.pins = kept + [[element_id, modules[element_id], now.isoformat()] for element_id in added]
    session.flush()
    store.refresh(session, standing.course, [standing.person_id], now)
    return len(added)


# --- What paths ask for, after a publication -------------------------------------------------------------------------


def demands(course: Course, stored: Mapping[str, Sequence[Sequence[str]]], now: datetime) -> dict[str, list[list[str]]]:
    """What each path asks for once `course` is published, keeping since when (see `rules.advance`). `stored`: the same before it is.

    A path that was withdrawn goes on asking those who are on it for what is still there of it. Pure: what a publication would change is
    worked out with it before, and written with it then.
    """
    everything = tuple(dict.fromkeys(element_id for module_id in course.modules for element_id in asked_by(course, module_id)))
    paths = course.paths.paths or (default_path(course),)
    wanted = {path.id: tuple(element_id for element_id, _ in required_elements(course, path)) for path in paths} | {EVERYTHING: everything}
    found: dict[str, list[list[str]]] = {}
    for path_id in {**stored, **wanted}:
        before = moments(stored.get(path_id, ()))
        still = wanted.get(path_id, tuple(element_id for element_id in before if element_id in everything))
        since = rules.advance(before, still, now if path_id in stored else ALWAYS)
        found[path_id] = [[element_id, moment.isoformat()] for element_id, moment in since.items()]
    return found


def refresh_paths(session: Session, course: Course, now: datetime) -> None:
    """Updates what each path requires, after a publication."""
    rows = {row.path_id: row for row in session.scalars(select(PathDemand))}
    for path_id, asked in demands(course, {path_id: row.asked for path_id, row in rows.items()}, now).items():
        if path_id in rows:
            rows[path_id].asked = asked
        else:
            session.add(PathDemand(path_id=path_id, asked=asked))
    session.flush()


# --- Cohorts ---------------------------------------------------------------------------------------------------------
# Learners are enrolled in the cohort's path at once, others when they begin.


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
    audit.record_all(session, actor_id, [audit.Act("cohort_joined", person_id, details) for person_id in entered], now)
    return len(entered)


# --- What the record does when something happens elsewhere: a publication, a sign-in. ---

AT_ONCE = 1_000
"""People whose figures whoever publishes waits for, some tenths of a second: everybody on most sites. The others are the jobs' to do, or the next report's."""
PATIENCE = 2_000
"""Milliseconds that a sign-in waits to enrol somebody. Pages show the same without, and the next sign-in tries again."""


def init_app(app: Flask) -> None:
    published.connect(_refresh_paths)
    user_authenticated.connect(_enrol, app)


def _refresh_paths(session: Session, **_: Any) -> None:
    """What each path asks for changes with a publication, in the same transaction; everybody's figures follow it."""
    refresh_paths(session, course(session), clock.now())
    store.mark_one(session)
    event.listen(session, "after_commit", _settle, once=True)


def _settle(_session: Session) -> None:
    """What people read of themselves in their own export is then as exact as their pages."""
    try:
        with writing() as session:
            store.settle(session, course(session), clock.now(), AT_ONCE)
    except SQLAlchemyError as error:
        log.event("figures_not_settled", error=type(error).__name__)


def _enrol(_app: Flask, user: Any, **_: Any) -> None:
    """At first sign-in, a learner joins a path, in a transaction of its own: sign-in's may only read. Others join one by beginning it."""
    if Role.LEARNER not in user.role_set or is_enrolled(db.session, user.id):
        return
    published_now = course(db.session)  # read before anybody waits: the first sign-in of a process reads the whole of it
    try:
        with writing(PATIENCE) as session:
            enrol(session, published_now, user.id, clock.now())
    except SQLAlchemyError as error:
        log.event("not_enrolled", person=user.id, error=type(error).__name__)
