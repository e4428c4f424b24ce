"""From the rows of many people to one row of `person_figures` each: five SELECTs, and the one progress function."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, Text, and_, bindparam, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from app.identity.models import Membership, Person, PersonRole
from app.identity.rules import Role
from app.identity.territories import belongs_on
from app.platform.french import day_of, fold
from app.record.figures.calculator import NO_TERMS, Calculator, StoredEnrolment
from app.record.progress.due import NO_DAY, DueTerms
from app.record.progress.models import NEVER, ElementState, Enrolment
from app.record.progress.queries import due_terms
from app.record.progress.rules import Progress

BILLION = 10**9
"""The whole of a path, in the column `share`."""


def is_learner() -> ColumnElement[bool]:
    """Who is counted and enrolled: whoever has the role for it or has begun something, whatever else they do here. An enrolment alone says neither."""
    role = exists().where(PersonRole.person_id == Person.id, PersonRole.name == Role.LEARNER)
    return or_(role, exists().where(ElementState.person_id == Person.id, ElementState.first_at.is_not(None)))


# --- Statements ------------------------------------------------------------------------------------------------------
# Written once, as each act of a learner sends them.

_PEOPLE: Any = bindparam("people", expanding=True)
_ACCOUNTS = (
    select(Person.id, Person.name, Person.side, Person.created_at, and_(Person.active, is_learner()).label("counted"))
    .where(Person.id.in_(_PEOPLE))
    .order_by(Person.id)
    .with_for_update(key_share=True, of=Person)
)
"""Held until the end: two changes to one person at once are worked out one after the other."""
_ENROLMENTS = (
    select(Enrolment.person_id, Enrolment.path_id, Enrolment.enrolled_at, Enrolment.pins)
    .where(Enrolment.person_id.in_(_PEOPLE))
    .order_by(Enrolment.person_id, Enrolment.id)
)
_HERE = belongs_on(bindparam("on", type_=Date)).label("here")
_STAYS = select(Membership.person_id, Membership.territory_id, Membership.started_on, Membership.ended_on, _HERE).where(Membership.person_id.in_(_PEOPLE))


def _states(dialect: str) -> Select[int, str, datetime | None, datetime | None]:
    """The database gathers the states of each person into one JSON text: an object a row would take most of the time."""
    row, gathered = (func.json_array, func.json_group_array) if dialect == "sqlite" else (func.json_build_array, func.json_agg)
    states = gathered(row(ElementState.element_id, ElementState.state, ElementState.attempts, ElementState.completed_at))
    columns = (ElementState.person_id, cast(states, Text), func.min(ElementState.first_at), func.max(ElementState.last_at))
    return select(*columns).where(ElementState.person_id.in_(_PEOPLE)).group_by(ElementState.person_id)


class _States(NamedTuple):
    """A person's states, as `_states` gathers them."""

    written: str = "[]"
    first_at: datetime | None = None
    last_at: datetime | None = None


def rows(session: Session, calculator: Calculator, person_ids: Collection[int], now: datetime) -> list[dict[str, Any]]:
    """The columns of each of these people's rows."""
    people = {"people": list(person_ids)}
    accounts = session.execute(_ACCOUNTS, people).all()
    gathered = session.execute(_states(session.get_bind().dialect.name), people)
    states = {person_id: _States(written, first_at, last_at) for person_id, written, first_at, last_at in gathered}
    enrolments: dict[int, list[StoredEnrolment]] = {}
    for person_id, path_id, at, pins in session.execute(_ENROLMENTS, people):
        enrolments.setdefault(person_id, []).append(StoredEnrolment(path_id, at, pins))
    stays: dict[int, list[Any]] = {}
    for stay in session.execute(_STAYS, {**people, "on": day_of(now)}):
        stays.setdefault(stay.person_id, []).append(stay)
    terms = due_terms(session, people["people"], calculator.paths)
    return [
        _row(
            _account(account),
            _Places.of(stays.get(account.id, ()), day_of(now)),
            _figures(calculator, enrolments.get(account.id, ()), states.get(account.id, _States()), terms.get(account.id, NO_TERMS)),
        )
        for account in accounts
    ]


def _row(account: dict[str, Any], places: _Places, figures: dict[str, Any]) -> dict[str, Any]:
    return {**account, "place": min(places.here, default=""), "several": len(places.here) > 1, "changes_on": places.changes_on, **figures}


def _account(account: Any) -> dict[str, Any]:
    return {
        "person_id": account.id,
        "counted": account.counted,
        "name_key": fold(account.name),
        "opened_at": account.created_at,
        "side": account.side.value if account.side else None,
    }


class _Places(NamedTuple):
    """The territories of today, and the next day that changes them."""

    here: Sequence[str]
    changes_on: date | None

    @classmethod
    def of(cls, stays: Sequence[Any], on: date) -> _Places:
        days = [day for stay in stays for day in (stay.started_on, stay.ended_on) if day and day > on]
        return cls(sorted({stay.territory_id for stay in stays if stay.here}), min(days, default=None))


def _figures(calculator: Calculator, enrolments: Sequence[StoredEnrolment], states: _States, terms: DueTerms) -> dict[str, Any]:
    figures = calculator.figures(enrolments, json.loads(states.written), terms)
    return {
        "basis": calculator.basis,
        "path_id": figures.path_id,
        "first_at": states.first_at,
        "last_at": states.last_at or NEVER,
        "done": figures.path.done,
        "required": figures.path.required,
        "waived": figures.path.waived,
        "share": figures.path.done * BILLION // figures.path.required if figures.path.required else BILLION,
        "finished": figures.path.finished,
        "modules": json.dumps({module: module_counts(one) for module, one in figures.modules.items()}, separators=(",", ":")),
        "enrolled_at": figures.enrolled_at,
        "completed_at": figures.completed_at,
        "due_on": figures.due_on,
        "next_due_on": figures.next_due_on or NO_DAY,
        "module_dues": json.dumps({module: day.isoformat() for module, day in figures.module_dues.items()}, separators=(",", ":")),
        "next_id": figures.next_id,
        "failing_id": figures.failing_id,
    }


def module_counts(module: Progress) -> list[int]:
    """As `PersonFigures.modules` holds them."""
    return [module.done, module.required, module.waived]


path_figures = lru_cache(maxsize=5_000)(Progress)
"""Equal ones are one value, as below."""


@lru_cache(maxsize=5_000)
def module_figures(written: str) -> Mapping[str, Progress]:
    """What `PersonFigures.modules` holds. Equal texts are one value."""
    return {module: Progress(*counts) for module, counts in json.loads(written).items()}
