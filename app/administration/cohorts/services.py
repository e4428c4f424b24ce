"""Cohorts: who takes a path together, with whom, from when to when; and their move to the new version of the path. Flushes, never commits."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.audit import acts
from app.identity.models import Person
from app.platform.errors import DomainError, NotYours
from app.platform.french import fold
from app.record.cohorts import path_of
from app.record.enrolment import take_news_in
from app.record.everybody import AllStandings
from app.record.figures import store
from app.record.progress.models import Cohort, CohortMember
from app.record.progress.path_progress import element_of
from app.record.progress.queries import path_progress_of, stored_demands

MOST_FOUND = 50


class NameTaken(DomainError):
    sentence = "Une cohorte porte déjà ce nom."


class CohortRow(Struct, frozen=True):
    id: int
    name: str
    path: str
    starts_on: date
    due_on: date | None
    learners: int
    trainers: int


class Member(Struct, frozen=True):
    id: int
    name: str
    email: str
    active: bool


class CohortCard(Struct, frozen=True):
    id: int
    name: str
    path: str
    starts_on: date
    due_on: date | None
    learners: tuple[Member, ...]
    trainers: tuple[Member, ...]


class CohortTarget(Struct, frozen=True):
    """A goal of a cohort: how many people should have finished by which day."""

    people: int
    on: date


class Effect(Struct, frozen=True):
    """What the new version would add to one learner's set. `before` and `after`: elements done and asked for."""

    person_id: int
    name: str
    before: str
    after: str
    added: tuple[str, ...]


def cohort_rows(session: Session, course: Course) -> tuple[CohortRow, ...]:
    counts = {(number, trainer): count for number, trainer, count in session.execute(
        select(CohortMember.cohort_id, CohortMember.trainer, func.count()).group_by(CohortMember.cohort_id, CohortMember.trainer)
    )}  # fmt: skip
    found = session.scalars(select(Cohort).order_by(Cohort.starts_on.desc(), Cohort.name))
    return tuple(
        CohortRow(row.id, row.name, _title(course, row), row.starts_on, row.due_on, counts.get((row.id, False), 0), counts.get((row.id, True), 0))
        for row in found
    )


def cohort_card(session: Session, course: Course, row: Cohort) -> CohortCard:
    query = (
        select(Person.id, Person.name, Person.email, Person.active, CohortMember.trainer)
        .join(CohortMember, CohortMember.person_id == Person.id)
        .where(CohortMember.cohort_id == row.id)
    )
    rows = sorted(session.execute(query), key=lambda member: fold(member[1]))
    members = {trainer: tuple(Member(*member[:4]) for member in rows if member[4] is trainer) for trainer in (False, True)}
    return CohortCard(row.id, row.name, _title(course, row), row.starts_on, row.due_on, members[False], members[True])


def _title(course: Course, row: Cohort) -> str:
    path = path_of(course, row.path_id)
    return path.title if path else row.path_id


def candidates(session: Session, row: Cohort, text: str) -> tuple[Member, ...]:
    """Open accounts outside the cohort whose name or address holds every word; nobody for an empty search."""
    words = fold(text).split()
    inside = set(session.scalars(select(CohortMember.person_id).where(CohortMember.cohort_id == row.id)))
    query = select(Person.id, Person.name, Person.email, Person.active).where(Person.active)
    people = sorted((Member(*found) for found in session.execute(query)), key=lambda member: fold(member.name)) if words else []
    return tuple(one for one in people if one.id not in inside and all(word in fold(f"{one.name} {one.email}") for word in words))[:MOST_FOUND]


def own_cohort(session: Session, cohort_id: int) -> Cohort:
    row = session.get(Cohort, cohort_id)
    if row is None:
        raise NotYours
    return row


def save(
    session: Session,
    row: Cohort | None,
    *,
    name: str,
    path_id: str,
    starts_on: date,
    due_on: date | None,
    actor_id: int,
    now: datetime,
    target: CohortTarget | None = None,
) -> Cohort:
    """Create a cohort, or change one. Raises NameTaken."""
    other = session.scalar(select(Cohort.id).where(Cohort.name == name))
    if other is not None and (row is None or other != row.id):
        raise NameTaken
    act = "cohort_changed" if row else "cohort_created"
    row = row or Cohort()
    row.name, row.path_id, row.starts_on, row.due_on = name, path_id, starts_on, due_on
    row.target_people, row.target_on = (target.people, target.on) if target else (None, None)
    session.add(row)
    session.flush()
    acts.record(session, actor_id, act, None, now, cohorte=row.id)
    return row


def leave(session: Session, row: Cohort, person_id: int, *, actor_id: int, now: datetime) -> None:
    """Take one person out. What they did, and their enrolment, stay."""
    gone = session.scalars(
        delete(CohortMember).where(CohortMember.cohort_id == row.id, CohortMember.person_id == person_id).returning(CohortMember.person_id)
    ).all()
    if gone:
        store.forget(session, gone)
        acts.record(session, actor_id, "cohort_left", person_id, now, cohorte=row.id)


def effects(session: Session, course: Course, row: Cohort) -> tuple[Effect, ...]:
    """Returns what changes for each learner who would have more to do, and their new « done of required »."""
    names = {member.id: member.name for member in cohort_card(session, course, row).learners}
    effects = {}
    for person in AllStandings(session, None, names).standings(course, stored_demands(session)):
        added = [item.element_id for item in person.news if item.added]
        if person.path.id == row.path_id and added:
            progress = person.path_progress()
            before, after = (f"{progress.done} sur {required}" for required in (progress.required, progress.required + len(added)))
            titles = tuple(element.title if (element := element_of(course, number)) else number for number in added)
            effects[person.person_id] = Effect(person.person_id, names[person.person_id], before, after, titles)
    return tuple(effects[number] for number in names if number in effects)


def move_to_new_version(session: Session, course: Course, row: Cohort, *, actor_id: int, now: datetime) -> int:
    """Take the news in for each learner of the cohort. Returns for how many. A repeat changes nothing."""
    concerned = effects(session, course, row)
    for effect in concerned:
        take_news_in(session, path_progress_of(session, course, effect.person_id), now)
    if concerned:
        acts.record(session, actor_id, "cohort_moved", None, now, cohorte=row.id, personnes=[effect.person_id for effect in concerned])
    return len(concerned)
