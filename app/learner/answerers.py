"""Who can answer a person: the formateurs of a learner's cohorts, else the responsables of their territories, the nearest first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.identity.models import Person, Scope
from app.identity.rules import AUTHORS, TERRITORIAL, Role
from app.identity.services import holders, territories_of, territory_tree
from app.identity.sign_in.guards import may
from app.record.progress.models import CohortMember

NAMED = 3
"""More names than that tell nobody whom to ask."""


def who_answers(session: Session, person_id: int, on: date) -> tuple[str, ...]:
    """Names who answers the person's questions; empty where only administrators can. One to four SELECTs."""
    return tuple(session.scalars(_trainers(person_id).limit(NAMED))) or _managers(session, person_id, on)


def _open(roles: Collection[Role], person_id: int) -> Select[str]:
    """Nobody answers for themselves."""
    return holders(roles, Person.name).where(Person.id != person_id).order_by(Person.name)


def _trainers(person_id: int) -> Select[str]:
    mine = aliased(CohortMember)
    trained = select(CohortMember.person_id).join(mine, mine.cohort_id == CohortMember.cohort_id)
    return _open(AUTHORS, person_id).where(Person.id.in_(trained.where(CohortMember.trainer, mine.person_id == person_id, ~mine.trainer)))


def _managers(session: Session, person_id: int, on: date) -> tuple[str, ...]:
    tree = territory_tree(session)
    heights = [(height, above.id) for own in territories_of(session, person_id, on) for height, above in enumerate(tree.ancestors(own))]
    depth = {territory: height for height, territory in sorted(heights, reverse=True)}  # the nearest, written last, stays
    answering = [role for role in TERRITORIAL if may({role}, "week.answer")]
    rows = session.execute(
        _open(answering, person_id).join(Scope, Scope.person_id == Person.id).add_columns(Scope.territory_id).where(Scope.territory_id.in_(depth))
    )
    nearest = sorted(rows, key=lambda row: depth[row[1]])
    return tuple(dict.fromkeys(name for name, _territory in nearest))[:NAMED]
