"""Whom a reader of reports may look at: a responsable's territories and below, a formateur's cohorts, everybody for an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from app.errors import NotYours
from app.identity.models import Membership, Person, Territory
from app.identity.queries import SignedIn, open_account, scope_of
from app.identity.rules import REPORTERS, Role
from app.identity.territories.rules import Node, Tree, grow
from app.identity.territories.scope import belongs_on
from app.learning.progress.models import Cohort, CohortMember


@dataclass(frozen=True, slots=True)
class Reach:
    """What a reader may see on a day, and the words for it."""

    reader_id: int
    on: date
    tree: Tree
    waves: dict[str, int]
    """Cité → wave."""
    everything: bool
    nodes: frozenset[str]
    """Territories whose people are theirs to see, what lies below included."""
    top: tuple[str, ...]
    """Those that were given, from which `nodes` follow."""
    training: frozenset[int]
    """Cohorts that the reader trains."""
    cohorts: dict[int, str]
    """Cohorts that the reader may name: all of them, or for a formateur their own."""
    scopeless: bool
    """The reader is responsable, and no territory was given to them."""


def reader_of(session: Session, person_id: int) -> SignedIn | None:
    """Somebody who reads reports; None for whoever may not any more, or whose account is closed."""
    found = open_account(session, person_id)
    return found if found and found.roles & REPORTERS else None


def reach_of(session: Session, reader: SignedIn, on: date) -> Reach:
    """Three SELECTs at most."""
    rows = session.execute(select(Territory.id, Territory.level, Territory.name, Territory.parent_id, Territory.wave)).all()
    tree = grow(Node(*row[:4]) for row in rows)
    everything = Role.ADMINISTRATOR in reader.roles
    top = scope_of(session, reader.id) if Role.MANAGER in reader.roles and not everything else frozenset()
    cohorts, training = _cohorts(session, reader)
    manages = everything or Role.MANAGER in reader.roles
    return Reach(
        reader_id=reader.id,
        on=on,
        tree=tree,
        waves={row[0]: row[4] for row in rows if row[4] is not None},
        everything=everything,
        nodes=frozenset(tree.nodes) if everything else tree.under(top),
        top=tuple(node for node in tree.nodes if node in top),
        training=training,
        scopeless=Role.MANAGER in reader.roles and not everything and not top,
        cohorts=cohorts if manages else {number: name for number, name in cohorts.items() if number in training},
    )


def _cohorts(session: Session, reader: SignedIn) -> tuple[dict[int, str], frozenset[int]]:
    """Every cohort by name, and those of which the reader is a formateur."""
    mine = (CohortMember.cohort_id == Cohort.id) & (CohortMember.person_id == reader.id) & CohortMember.trainer
    rows = session.execute(select(Cohort.id, Cohort.name, CohortMember.person_id).outerjoin(CohortMember, mine).order_by(Cohort.name)).all()
    trains = Role.TRAINER in reader.roles
    return {row[0]: row[1] for row in rows}, frozenset(row[0] for row in rows if trains and row[2] is not None)


def reached(reach: Reach) -> ColumnElement[bool]:
    """The condition on `Person` that every report carries."""
    if reach.everything:
        return true()
    parts = []
    if reach.nodes:
        parts.append(lives_in(reach.nodes, reach.on))
    if reach.training:
        parts.append(learns_in(reach.training))
    return or_(*parts) if parts else false()


def lives_in(nodes: frozenset[str], on: date) -> ColumnElement[bool]:
    """The person belongs, on that day, to one of these territories."""
    return Person.id.in_(select(Membership.person_id).where(Membership.territory_id.in_(sorted(nodes)), belongs_on(on)))


def learns_in(cohorts: frozenset[int]) -> ColumnElement[bool]:
    return Person.id.in_(select(CohortMember.person_id).where(CohortMember.cohort_id.in_(sorted(cohorts)), ~CohortMember.trainer))


def visible_person(session: Session, reach: Reach, person_id: int) -> Person:
    """The person, if the reader may look at them; else NotYours, whether or not they exist."""
    person: Person | None = session.scalar(select(Person).where(Person.id == person_id, Person.active, reached(reach)))
    if person is None:
        raise NotYours
    return person


def trains(session: Session, reach: Reach, person_id: int) -> bool:
    """Is the reader a formateur of a cohort where the person learns? They alone, with the person, read scores."""
    wanted = select(CohortMember.person_id).where(CohortMember.person_id == person_id, ~CohortMember.trainer, CohortMember.cohort_id.in_(reach.training))
    return session.scalar(wanted.limit(1)) is not None
