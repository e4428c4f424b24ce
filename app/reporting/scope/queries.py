"""The scope of a reader of reports: a responsable's territories and below, a formateur's cohorts, everybody for an administrator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.errors import NotYours
from app.identity.models import Person, Territory
from app.identity.queries import SignedIn, open_account, scope_of
from app.identity.rules import REPORTERS, Role
from app.identity.territories.rules import Node, Tree, grow
from app.identity.territories.scope import PersonColumn, ReaderScope, StoredPlace, reader_scope, visible
from app.learning.progress.models import Cohort, CohortMember


@dataclass(frozen=True, slots=True)
class ReportScope(ReaderScope):
    """Whose people a reader of reports may see on a day, and the words for it."""

    reader_id: int
    tree: Tree
    waves: dict[str, int]
    """Cité → wave."""
    top: tuple[str, ...]
    """The territories that were given, from which `territories` follow."""
    training: frozenset[int]
    """Cohorts that the reader trains."""
    cohorts: dict[int, str]
    """Cohorts that the reader may name: all of them, or for a formateur their own."""
    scopeless: bool
    """The reader is responsable, and no territory was given to them."""

    @property
    def empty(self) -> bool:
        """Nobody was ever given to this reader."""
        return not (self.everybody or self.territories or self.training)


def reader_of(session: Session, person_id: int) -> SignedIn | None:
    """Somebody who reads reports; None for whoever may not any more, or whose account is closed."""
    found = open_account(session, person_id)
    return found if found and found.roles & REPORTERS else None


def report_scope(session: Session, reader: SignedIn, on: date) -> ReportScope:
    """Three SELECTs at most."""
    rows = session.execute(select(Territory.id, Territory.level, Territory.name, Territory.parent_id, Territory.wave)).all()
    tree = grow(Node(*row[:4]) for row in rows)
    manages = Role.MANAGER in reader.roles and Role.ADMINISTRATOR not in reader.roles
    given = scope_of(session, reader.id) if manages else frozenset()
    own = reader_scope(reader.roles, given, tree, on)
    cohorts, training = _cohorts(session, reader)
    return ReportScope(
        on=on,
        everybody=own.everybody,
        territories=own.territories,
        reader_id=reader.id,
        tree=tree,
        waves={row[0]: row[4] for row in rows if row[4] is not None},
        top=tuple(node for node in tree.nodes if node in given),
        training=training,
        cohorts=cohorts if own.everybody or manages else {number: name for number, name in cohorts.items() if number in training},
        scopeless=manages and not given,
    )


def _cohorts(session: Session, reader: SignedIn) -> tuple[dict[int, str], frozenset[int]]:
    """Every cohort by name, and those of which the reader is a formateur."""
    trained = (CohortMember.cohort_id == Cohort.id) & (CohortMember.person_id == reader.id) & CohortMember.trainer
    rows = session.execute(select(Cohort.id, Cohort.name, CohortMember.person_id).outerjoin(CohortMember, trained).order_by(Cohort.name)).all()
    trains = Role.TRAINER in reader.roles
    return {row[0]: row[1] for row in rows}, frozenset(row[0] for row in rows if trains and row[2] is not None)


def in_scope(scope: ReportScope, person: PersonColumn, *, stored: StoredPlace | None = None) -> ColumnElement[bool]:
    """The condition that every report carries: the one predicate, and with it those who learn in a cohort that the reader trains."""
    return visible(scope, person, *([learns_in(person, scope.training)] if scope.training else []), stored=stored)


def learns_in(person: PersonColumn, cohorts: Collection[int]) -> ColumnElement[bool]:
    return person.in_(select(CohortMember.person_id).where(CohortMember.cohort_id.in_(sorted(cohorts)), ~CohortMember.trainer))


def visible_person(session: Session, scope: ReportScope, person_id: int) -> Person:
    """The person, if the reader may look at them; else NotYours, whether or not they exist."""
    person: Person | None = session.scalar(select(Person).where(Person.id == person_id, Person.active, in_scope(scope, Person.id)))
    if person is None:
        raise NotYours
    return person


def trains(session: Session, scope: ReportScope, person_id: int) -> bool:
    """Is the reader a formateur of a cohort where the person learns? They alone, with the person, read scores."""
    return session.scalar(select(Person.id).where(Person.id == person_id, learns_in(Person.id, scope.training))) is not None
