"""Which people a reader of reports may see: whose scope a request has, and the condition that every report carries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from app.identity.models import Person, Scope, Territory
from app.identity.rules import REPORTERS, TERRITORIAL, Role, TerritoryTree, grown, over_territories
from app.identity.services import SignedIn, open_accounts
from app.identity.sign_in.guards import current_person
from app.identity.territories import PersonColumn, ReaderScope, reader_scope, visible
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.french import capital, day_of
from app.record.progress.models import Cohort, CohortMember

# --- The scope of a reader ---
# A responsable's territories and below, a formateur's cohorts, everybody for an administrator.


class ReportScope(ReaderScope, frozen=True):
    """Which people a reader of reports may see on a day, and the words for it."""

    reader_id: int
    tree: TerritoryTree
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
        """Was nobody ever given to this reader?"""
        return not (self.everybody or self.territories or self.training)


def readers_of(session: Session, person_ids: Collection[int]) -> dict[int, SignedIn]:
    """Returns those of these people who read reports, by number. One SELECT."""
    return {number: person for number, person in open_accounts(session, person_ids).items() if person.roles & REPORTERS}


def report_scope(session: Session, reader: SignedIn, on: date) -> ReportScope:
    return report_scopes(session, [reader], on)[reader.id]


def report_scopes(session: Session, readers: Collection[SignedIn], on: date) -> dict[int, ReportScope]:
    """Returns the scopes of several readers, by reader, in two SELECTs."""
    tree, waves, given = _tree(session, [reader.id for reader in readers if over_territories(reader.roles) and Role.ADMINISTRATOR not in reader.roles])
    names, training = _cohorts(session, readers)
    return {reader.id: _scope(reader, on, tree, waves, frozenset(given.get(reader.id, ())), names, training[reader.id]) for reader in readers}


def territory_scope(session: Session, reader_id: int, territory_id: str, on: date) -> ReportScope:
    """What whoever looks after this territory alone would see: the scope of a program, for which `reader_id` answers. Two SELECTs."""
    tree, waves, _given = _tree(session, [])
    names, _training = _cohorts(session, [])
    reader = SignedIn(reader_id, "", "", None, TERRITORIAL)
    return _scope(reader, on, tree, waves, frozenset({territory_id}), names, frozenset())


_READERS: BindParameter[int] = bindparam("readers", expanding=True)
_TERRITORIES = select(Territory.id, Territory.level, Territory.name, Territory.parent_id, Territory.wave, Scope.person_id).outerjoin(
    Scope, (Scope.territory_id == Territory.id) & Scope.person_id.in_(_READERS)
)
_COHORTS = (
    select(Cohort.id, Cohort.name, CohortMember.person_id)
    .outerjoin(CohortMember, (CohortMember.cohort_id == Cohort.id) & CohortMember.person_id.in_(_READERS) & CohortMember.trainer)
    .order_by(Cohort.name)
)


def _tree(session: Session, managers: Collection[int]) -> tuple[TerritoryTree, dict[str, int], dict[int, set[str]]]:
    """All territories, the wave of each cité, and what each responsable was given."""
    rows = session.execute(_TERRITORIES, {"readers": managers}).all()
    found: dict[int, set[str]] = {}
    for territory_id, *_said, person_id in rows:
        if person_id is not None:
            found.setdefault(person_id, set()).add(territory_id)
    tree = grown(tuple(dict.fromkeys(tuple(row[:4]) for row in rows)))
    return tree, {row.id: row.wave for row in rows if row.wave is not None}, found


def _scope(
    reader: SignedIn, on: date, tree: TerritoryTree, waves: dict[str, int], given: frozenset[str], names: dict[int, str], training: frozenset[int]
) -> ReportScope:
    own = reader_scope(reader.roles, given, tree, on)
    manages = over_territories(reader.roles) and not own.everybody
    return ReportScope(
        on=on,
        everybody=own.everybody,
        territories=own.territories,
        reader_id=reader.id,
        tree=tree,
        waves=waves,
        top=tuple(node for node in tree.nodes if node in given),
        training=training,
        cohorts=names if own.everybody or manages else {number: name for number, name in names.items() if number in training},
        scopeless=manages and not given,
    )


def _cohorts(session: Session, readers: Collection[SignedIn]) -> tuple[dict[int, str], dict[int, frozenset[int]]]:
    """Every cohort by name; by reader, those that they train."""
    rows = session.execute(_COHORTS, {"readers": [reader.id for reader in readers]}).all()
    names = {number: name for number, name, _trainer in rows}
    return names, {
        reader.id: frozenset(number for number, _name, trainer in rows if trainer == reader.id and Role.TRAINER in reader.roles) for reader in readers
    }


def in_scope(scope: ReportScope, person: PersonColumn) -> ColumnElement[bool]:
    """The condition that every report carries: the one predicate, and with it those who learn in a cohort that the reader trains."""
    return visible(scope, person, *([learns_in(person, scope.training)] if scope.training else []))


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


def scope_words(scope: ReportScope) -> str:
    names = [scope.tree.path_name(node) for node in scope.top]
    names += [f"cohorte « {scope.cohorts[cohort]} »" for cohort in sorted(scope.training)]
    words = "Tout le réseau" if scope.everybody else ", ".join(names) or "Aucun territoire ni cohorte ne vous est confié"
    return capital(words)


# --- The scope of this request ---


def scope_here(now: datetime) -> ReportScope:
    """Whom the reader of this request may see today."""
    return report_scope(db.session, current_person(), day_of(now))
