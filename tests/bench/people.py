"""Thousands of people on the real course, each somewhere between nothing and everything. Written by the database itself: a state a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, literal, select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.paths import longest_path, required_elements
from app.identity import services
from app.identity.hashing import hash_new_password
from app.identity.models import Membership, Person, PersonRole, Territory
from app.identity.rules import Level, Role
from app.platform import clock
from app.platform.db import UtcDateTime
from app.record.figures import store as stored_figures
from app.record.progress.models import Cohort, CohortMember, ElementState, Enrolment

ELEMENTS = 30
FIRST = 10_000
"""Number of the first person who was made."""
DAYS = 250
PASSWORD = "une phrase que personne ne devine"
HASHED = "$argon2id$v=19$m=19456,t=2,p=1$" + 65 * "x"
"""As long as the digest of a password, which nine people in ten have chosen. It opens nothing."""
READERS = {
    "administrator": ("banc.essai@croisee.example", Role.ADMINISTRATOR, ""),
    "region": ("banc.region@croisee.example", Role.MANAGER, "region-hauts-de-france"),
    "departement": ("banc.nord@croisee.example", Role.MANAGER, "departement-nord"),
    "cite": ("banc.cite@croisee.example", Role.MANAGER, "cite-lille-sud"),
}
"""Who reads the reports: address, role, scope."""

_beside = MetaData()
_element = Table("bench_element", _beside, Column("place", Integer, primary_key=True), Column("id", String(60)))
_moment = Table("bench_moment", _beside, Column("day", Integer, primary_key=True), Column("at", UtcDateTime))


def fill(session: Session, people: int) -> None:
    now = clock.now()
    make_readers(session, now)
    elements = _accounts(session, people, now)
    _beside.create_all(session.connection())
    session.execute(insert(_element), [{"place": place, "id": element} for place, element in enumerate(elements)])
    session.execute(insert(_moment), [{"day": day, "at": now - timedelta(days=DAYS + ELEMENTS - day)} for day in range(DAYS + ELEMENTS)])
    _states(session)
    _beside.drop_all(session.connection())
    stored_figures.rebuild(session, course(session), now)


def make_readers(session: Session, now: datetime) -> None:
    for address, role, scope in READERS.values():
        reader = services.create_person(session, name="Banc Essai", email=address, now=now, roles=[role])
        services.set_password(session, reader, hash_new_password(PASSWORD))
        services.set_scope(session, reader, [scope] if scope else [])


def _accounts(session: Session, people: int, now: datetime) -> list[str]:
    """People with their role, their cité, their path and a cohort of thirty. Gives the elements of the path."""
    published = course(session)
    path = longest_path(published)
    elements = required_elements(published, path)[:ELEMENTS]
    cites = list(session.scalars(select(Territory.id).where(Territory.level == Level.CITE).order_by(Territory.id)))
    pins = [[element, module, (now - timedelta(days=400)).isoformat()] for element, module in elements]
    numbers = range(FIRST, FIRST + people)
    _insert(session, Person, [_person(number, now) for number in numbers])
    _insert(session, PersonRole, [{"person_id": number, "name": Role.LEARNER} for number in numbers])
    day = (now - timedelta(days=300)).date()
    _insert(session, Membership, [{"person_id": number, "territory_id": cites[number * 31 % len(cites)], "started_on": day} for number in numbers])
    _insert(session, Enrolment, [{"person_id": number, "path_id": path.id, "enrolled_at": now - timedelta(days=300), "pins": pins} for number in numbers])
    session.add(cohort := Cohort(name="Cohorte du banc d’essai", path_id=path.id, starts_on=day, due_on=day))
    session.flush()
    _insert(session, CohortMember, [{"cohort_id": cohort.id, "person_id": number, "trainer": False} for number in numbers if number % 100 == 0])
    return [element for element, _module in elements]


def _person(number: int, now: datetime) -> dict[str, Any]:
    name = f"{('Élodie', 'Karim', 'Zoé', 'Bruno', 'Émile', 'Inès')[number % 6]} {number * 7919 % 1_000_003:07d}"
    opened = now - timedelta(days=30 + number % 270, seconds=number)
    password = HASHED if number % 10 else None
    account = {"email": f"b{number}@croisee.example", "fs_uniquifier": f"b{number}", "password": password, "active": True}
    return {"id": number, "name": name, "created_at": opened, **account}


def _insert(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    for first in range(0, len(rows), 5000):
        session.connection().execute(insert(table), rows[first : first + 5000])


def _states(session: Session) -> None:
    """Each has done so many elements, one a day, and one in twenty has failed at the next."""
    begun = Person.id * 7919 % (ELEMENTS + 1)
    for state, attempts, which in (
        ("complete", 0, _element.c.place < begun),
        ("in_progress", 2, (_element.c.place == begun) & (Person.id % 20 == 0)),
    ):
        completed = _moment.c.at if state == "complete" else literal(None, UtcDateTime())
        columns = [Person.id, _element.c.id, literal(state), _moment.c.at, completed, _moment.c.at, literal(attempts), literal(""), literal(False)]
        names = ["person_id", "element_id", "state", "first_at", "completed_at", "last_at", "attempts", "earned_on", "manual"]
        rows = select(*columns).join(_element, which).join(_moment, _moment.c.day == Person.id % DAYS + _element.c.place).where(Person.id >= FIRST)
        session.execute(insert(ElementState).from_select(names, rows))
