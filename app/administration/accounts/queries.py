"""Reads of the administration: the list of people and one person's page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.administration.models import Erasure, Invitation
from app.errors import NotYours
from app.french import day_of, fold
from app.identity.models import Membership, Person, PersonRole
from app.identity.queries import SignedIn, belongs_on, scope_of, territories_of, territory_names, territory_tree
from app.identity.rules import Role, Side
from app.identity.territories.rules import Tree, sees_person
from app.learning.progress.models import Cohort, CohortMember
from app.web.edge import nearest_page

PER_PAGE = 50


class Standing(StrEnum):
    """Where an account is in its life."""

    ACTIVE = "actif"
    INVITED = "invité"
    EXPIRED = "invitation expirée"
    WAITING = "à inviter"
    CLOSED = "fermé"


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: int
    name: str
    email: str
    standing: Standing
    roles: tuple[Role, ...]
    territories: tuple[str, ...]
    """Ids of those where the person works today."""
    places: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is asked for; empty strings ask for nothing."""

    text: str = ""
    standing: str = ""
    role: str = ""
    territory: str = ""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    rows: tuple[PersonRow, ...]
    total: int
    number: int
    last: int
    filter: Filter
    roles: tuple[tuple[str, str], ...]
    standings: tuple[tuple[str, str], ...]
    territories: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """One membership, open or over."""

    territory_id: str
    name: str
    started_on: date
    ended_on: date | None
    can_leave: bool


@dataclass(frozen=True, slots=True)
class PersonCard:
    """All that the person's administrative page shows, forms apart."""

    id: int
    name: str
    email: str
    side: Side | None
    listed: bool
    standing: Standing
    active: bool
    has_password: bool
    roles: tuple[Role, ...]
    since: datetime
    scope: tuple[str, ...]
    stays: tuple[Stay, ...]
    cohorts: tuple[tuple[int, str, bool], ...]
    invitation: Invitation | None


def reach_of(session: Session, reader: SignedIn, tree: Tree) -> frozenset[str] | None:
    """Ids of the territories whose people the reader may look at; None for all, those without territory included."""
    if Role.ADMINISTRATOR in reader.roles:
        return None
    return tree.under(scope_of(session, reader.id))


def somebody(session: Session, person_id: int) -> Person:
    """The row of somebody who is still there. Raises NotYours for nobody, and for whoever was erased."""
    person = session.get(Person, person_id)
    if person is None or is_erased(session, person_id):
        raise NotYours
    return person


def is_erased(session: Session, person_id: int) -> bool:
    return session.scalar(select(Erasure.person_id).where(Erasure.person_id == person_id)) is not None


def visible_person(session: Session, reader: SignedIn, person_id: int, on: date) -> Person:
    """The person's row, if the reader may look at them. Raises NotYours otherwise, whether or not the person exists."""
    person = somebody(session, person_id)
    if not still_visible(session, reader, person_id, on):
        raise NotYours
    return person


def still_visible(session: Session, reader: SignedIn, person_id: int, on: date) -> bool:
    """An administrator looks at everybody, a responsable at whoever belongs that day to a territory of their scope."""
    if Role.ADMINISTRATOR in reader.roles:
        return True
    return sees_person(territory_tree(session), scope_of(session, reader.id), territories_of(session, person_id, on))


def people_rows(session: Session, tree: Tree, now: datetime) -> list[PersonRow]:
    """Everybody who was not erased, by name: a region's network is some hundreds of people, so that search may fold accents in Python."""
    erased = select(Erasure.person_id).where(Erasure.person_id == Person.id).exists()
    query = select(Person.id, Person.name, Person.email, Person.active, Person.password.is_not(None)).where(~erased)
    roles, places, invitations = _roles(session), _places(session, day_of(now)), _invitations(session)
    rows = [
        PersonRow(
            id=number,
            name=name,
            email=email,
            standing=standing_of(active, known, invitations.get(number), now),
            roles=tuple(sorted(roles.get(number, ()))),
            territories=(mine := tuple(places.get(number, ()))),
            places=", ".join(tree.path_name(place) for place in mine),
        )
        for number, name, email, active, known in session.execute(query)
    ]
    return sorted(rows, key=lambda row: fold(row.name))


def standing_of(active: bool, has_password: bool, invitation: Invitation | None, now: datetime) -> Standing:
    if not active:
        return Standing.CLOSED
    if has_password:
        return Standing.ACTIVE
    if invitation is None or invitation.withdrawn_at:
        return Standing.WAITING
    return Standing.INVITED if now < invitation.expires_at else Standing.EXPIRED


def people_page(session: Session, reader: SignedIn, wanted: Filter, number: int, now: datetime) -> PeoplePage:
    """One page of the people whom the reader may look at, filtered."""
    tree = territory_tree(session)
    reach = reach_of(session, reader, tree)
    below = tree.under([wanted.territory]) if wanted.territory else None
    rows = [row for row in people_rows(session, tree, now) if _within(row, reach) and (below is None or _within(row, below)) and matches(row, wanted)]
    number, last = nearest_page(number, len(rows), PER_PAGE)
    shown = tuple(rows[(number - 1) * PER_PAGE : number * PER_PAGE])
    territories = tuple((node.id, tree.path_name(node.id)) for node in tree.nodes.values() if reach is None or node.id in reach)
    return PeoplePage(shown, len(rows), number, last, wanted, _named(Role), _named(Standing), territories)


def _named(kind: type[StrEnum]) -> tuple[tuple[str, str], ...]:
    return tuple((member.value, member.value) for member in kind)


def _within(row: PersonRow, reach: Collection[str] | None) -> bool:
    return reach is None or any(place in reach for place in row.territories)


def matches(row: PersonRow, wanted: Filter) -> bool:
    """Every word of the text is in the name or the address, accents and case aside; the state and the role are those asked for."""
    text = fold(f"{row.name} {row.email}")
    return all(word in text for word in fold(wanted.text).split()) and wanted.standing in ("", row.standing) and (not wanted.role or wanted.role in row.roles)


def person_card(session: Session, person: Person, tree: Tree, reach: Collection[str] | None, now: datetime) -> PersonCard:
    invitation = session.scalar(select(Invitation).where(Invitation.person_id == person.id))
    return PersonCard(
        id=person.id,
        name=person.name,
        email=person.email,
        side=person.side,
        listed=person.listed,
        standing=standing_of(person.active, bool(person.password), invitation, now),
        active=person.active,
        has_password=bool(person.password),
        roles=tuple(sorted(person.role_set)),
        since=person.created_at,
        scope=territory_names(session, scope_of(session, person.id)),
        stays=tuple(_stay(row, tree, reach) for row in _memberships(session, person.id)),
        cohorts=tuple(_cohorts(session, person.id)),
        invitation=invitation,
    )


def _stay(row: Membership, tree: Tree, reach: Collection[str] | None) -> Stay:
    theirs = row.ended_on is None and (reach is None or row.territory_id in reach)
    return Stay(row.territory_id, tree.path_name(row.territory_id), row.started_on, row.ended_on, theirs)


def _cohorts(session: Session, person_id: int) -> Sequence[tuple[int, str, bool]]:
    query = select(Cohort.id, Cohort.name, CohortMember.trainer).join(CohortMember, CohortMember.cohort_id == Cohort.id)
    return [(number, name, trainer) for number, name, trainer in session.execute(query.where(CohortMember.person_id == person_id).order_by(Cohort.name))]


def _memberships(session: Session, person_id: int) -> Sequence[Membership]:
    return session.scalars(select(Membership).where(Membership.person_id == person_id).order_by(Membership.started_on.desc(), Membership.id.desc())).all()


def _roles(session: Session) -> Mapping[int, list[Role]]:
    found: dict[int, list[Role]] = {}
    for person_id, role in session.execute(select(PersonRole.person_id, PersonRole.name)):
        found.setdefault(person_id, []).append(role)
    return found


def _places(session: Session, on: date) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = {}
    for person_id, place in session.execute(select(Membership.person_id, Membership.territory_id).where(belongs_on(on))):
        found.setdefault(person_id, []).append(place)
    return found


def _invitations(session: Session) -> Mapping[int, Invitation]:
    return {row.person_id: row for row in session.scalars(select(Invitation))}
