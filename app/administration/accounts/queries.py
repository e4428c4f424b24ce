"""What the pages about people receive: the list, one person's page, and the emails to a person that have not left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.administration.acts import Erasure, Invitation
from app.identity.models import Membership, Person, PersonRole
from app.identity.rules import MANAGERS, Role, Side, TerritoryTree
from app.identity.services import SignedIn, scope_of, scope_of_reader, territory_names, territory_tree
from app.identity.territories import ReaderScope, belongs_on, belongs_to, visible
from app.platform.errors import NotYours
from app.platform.french import day_of, fold
from app.platform.hooks import FoundPerson
from app.platform.mail import delivery
from app.platform.mail.outbox import STATES, OutgoingMail
from app.platform.web.edge import nearest_page
from app.record.progress.models import Cohort, CohortMember


class UnsentEmail(Struct, frozen=True):
    """`state`: in words."""

    subject: str
    created_at: datetime
    state: str
    said: str


class UnsentEmails(Struct, frozen=True):
    """`fault`: what a server said of the address; empty where mail goes through."""

    letters: tuple[UnsentEmail, ...]
    fault: str

    def written_at(self, moment: datetime) -> UnsentEmail | None:
        """The email of an act of that moment, while it has not left."""
        return next((letter for letter in self.letters if letter.created_at == moment), None)


def unsent_emails(session: Session, address: str) -> UnsentEmails:
    rows = session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == address).order_by(OutgoingMail.id))
    fault = delivery.fault_of(session, address)
    return UnsentEmails(tuple(UnsentEmail(row.subject, row.created_at, STATES[row.state], row.said) for row in rows), fault.words if fault else "")


# --- The list of people and one person's page ---

PER_PAGE = 50
MOST_FOUND = 10
"""People whom the search of the whole site shows."""


class AccountState(StrEnum):
    """Where an account is in its life."""

    ACTIVE = "actif"
    INVITED = "invité"
    EXPIRED = "invitation expirée"
    WAITING = "à inviter"
    CLOSED = "fermé"


class PersonRow(Struct, frozen=True):
    id: int
    name: str
    email: str
    state: AccountState
    roles: tuple[Role, ...]
    territories: tuple[str, ...]
    """Ids of those where the person works today."""
    places: str


class Filter(Struct, frozen=True):
    """What the list is asked for; empty strings ask for nothing."""

    text: str = ""
    state: str = ""
    role: str = ""
    territory: str = ""


class PeoplePage(Struct, frozen=True):
    rows: tuple[PersonRow, ...]
    total: int
    number: int
    last: int
    filter: Filter
    roles: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    territories: tuple[tuple[str, str], ...]


class Stay(Struct, frozen=True):
    """One membership, open or over."""

    territory_id: str
    name: str
    started_on: date
    ended_on: date | None
    can_leave: bool


class PersonCard(Struct, frozen=True):
    """All that the person's administrative page shows, forms apart."""

    id: int
    name: str
    email: str
    side: Side | None
    state: AccountState
    active: bool
    has_password: bool
    roles: tuple[Role, ...]
    since: datetime
    scope: tuple[str, ...]
    stays: tuple[Stay, ...]
    cohorts: tuple[tuple[int, str, bool], ...]
    invitation: Invitation | None
    mail: UnsentEmails


def reach_of(session: Session, reader: SignedIn, tree: TerritoryTree) -> frozenset[str] | None:
    """Ids of the territories whose people the reader may look at; None for all, those without territory included."""
    return None if Role.ADMINISTRATOR in reader.roles else tree.under(scope_of(session, reader.id))


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
    scope = scope_of_reader(session, reader, territory_tree(session), on)
    return session.scalar(select(Person.id).where(Person.id == person_id, visible(scope, Person.id))) is not None


def people_rows(session: Session, tree: TerritoryTree, now: datetime, conditions: Sequence[ColumnElement[bool]], limit: int) -> tuple[PersonRow, ...]:
    """The first of the people under these conditions on `Person`, by name."""
    return _rows(session, tree, now, session.scalars(select(Person.id).where(*conditions).order_by(Person.search_key, Person.id).limit(limit)).all())


def _rows(session: Session, tree: TerritoryTree, now: datetime, numbers: Sequence[int]) -> tuple[PersonRow, ...]:
    query = select(Person.id, Person.name, Person.email, Person.active, Person.password.is_not(None)).where(Person.id.in_(numbers))
    people = sorted(session.execute(query), key=lambda person: numbers.index(person.id))
    roles = _by_person(session, select(PersonRole.person_id, PersonRole.name), PersonRole.person_id, numbers)
    places = _by_person(session, select(Membership.person_id, Membership.territory_id).where(belongs_on(day_of(now))), Membership.person_id, numbers)
    invitations = {row.person_id: row for row in session.scalars(select(Invitation).where(Invitation.person_id.in_(numbers)))}
    return tuple(
        PersonRow(
            id=number,
            name=name,
            email=email,
            state=state_of(active, has_password, invitations.get(number), now),
            roles=tuple(sorted(roles.get(number, ()))),
            territories=(territories := tuple(places.get(number, ()))),
            places=", ".join(tree.path_name(territory) for territory in territories),
        )
        for number, name, email, active, has_password in people
    )


def _by_person(session: Session, query: Any, column: InstrumentedAttribute[int], numbers: Sequence[int]) -> Mapping[int, list[Any]]:
    """The second column of the query, by person."""
    found: dict[int, list[Any]] = {}
    for person_id, value in session.execute(query.where(column.in_(numbers))):
        found.setdefault(person_id, []).append(value)
    return found


ERASED = select(Erasure.person_id)
NOT_ERASED = Person.id.not_in(ERASED)


def holding(text: str) -> list[ColumnElement[bool]]:
    """Every word of the text is in the name or the address, accents and case aside."""
    return [Person.search_key.contains(word, autoescape=True) for word in fold(text).split()]


def find_people(session: Session, reader: SignedIn, typed: str, on: date) -> tuple[FoundPerson, ...]:
    """Finds the people that a manager or an administrator may see, by name, for the search of the whole site."""
    if reader.roles.isdisjoint(MANAGERS) or len(fold(typed).strip()) < 2:
        return ()
    scope = scope_of_reader(session, reader, territory_tree(session), on)
    query = select(Person.id, Person.name, Person.email).where(visible(scope, Person.id), NOT_ERASED, *holding(typed))
    return tuple(FoundPerson(*row) for row in session.execute(query.order_by(Person.search_key, Person.id).limit(MOST_FOUND)))


def state_of(active: bool, has_password: bool, invitation: Invitation | None, now: datetime) -> AccountState:
    if not active:
        return AccountState.CLOSED
    if has_password:
        return AccountState.ACTIVE
    if invitation is None or invitation.withdrawn_at:
        return AccountState.WAITING
    return AccountState.INVITED if now < invitation.expires_at else AccountState.EXPIRED


def in_state(state: AccountState, now: datetime) -> ColumnElement[bool]:
    """The condition on `Person` that says `state_of`."""
    held = select(Invitation.person_id).where(Invitation.withdrawn_at.is_(None))
    without_password = and_(Person.active, Person.password.is_(None))
    match state:
        case AccountState.ACTIVE:
            return and_(Person.active, Person.password.is_not(None))
        case AccountState.INVITED:
            return and_(without_password, Person.id.in_(held.where(Invitation.expires_at > now)))
        case AccountState.EXPIRED:
            return and_(without_password, Person.id.in_(held.where(Invitation.expires_at <= now)))
        case AccountState.WAITING:
            return and_(without_password, Person.id.not_in(held))
        case AccountState.CLOSED:
            return Person.active.is_(False)


def people_page(session: Session, reader: SignedIn, wanted: Filter, number: int, now: datetime) -> PeoplePage:
    """One page of the people whom the reader may look at, filtered."""
    tree, on = territory_tree(session), day_of(now)
    scope = scope_of_reader(session, reader, tree, on)
    territories = tuple((node.id, tree.path_name(node.id)) for node in tree.nodes.values() if node.id in scope.territories)
    asked = [*holding(wanted.text), *_of_role_and_state(wanted, now)]
    if wanted.territory:
        below = tree.under([wanted.territory])
        if below <= scope.territories:
            scope = ReaderScope(on, everybody=False, territories=below)
        else:
            asked.append(belongs_to(Person.id, below, on))
    people = select(Person.id).where(visible(scope, Person.id), NOT_ERASED, *asked)
    total = session.scalar(select(func.count()).select_from(people.subquery())) or 0
    number, last = nearest_page(number, total, PER_PAGE)
    page = people.order_by(Person.search_key, Person.id).offset((number - 1) * PER_PAGE).limit(PER_PAGE)
    rows = _rows(session, tree, now, session.scalars(page).all())
    return PeoplePage(rows, total, number, last, wanted, _choices_of(Role), _choices_of(AccountState), territories)


def _of_role_and_state(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    if not ({wanted.role} <= {"", *Role} and {wanted.state} <= {"", *AccountState}):
        return [false()]  # nobody is what does not exist
    role = select(PersonRole.person_id).where(PersonRole.person_id == Person.id, PersonRole.name == wanted.role).exists()
    return [*([role] if wanted.role else []), *([in_state(AccountState(wanted.state), now)] if wanted.state else [])]


def _choices_of(kind: type[StrEnum]) -> tuple[tuple[str, str], ...]:
    return tuple((member.value, member.value) for member in kind)


def person_card(session: Session, person: Person, tree: TerritoryTree, reach: Collection[str] | None, now: datetime) -> PersonCard:
    invitation = session.scalar(select(Invitation).where(Invitation.person_id == person.id))
    return PersonCard(
        id=person.id,
        name=person.name,
        email=person.email,
        side=person.side,
        state=state_of(person.active, bool(person.password), invitation, now),
        active=person.active,
        has_password=bool(person.password),
        roles=tuple(sorted(person.role_set)),
        since=person.created_at,
        scope=territory_names(session, scope_of(session, person.id)),
        stays=tuple(_stay(row, tree, reach) for row in _memberships(session, person.id)),
        cohorts=tuple(_cohorts(session, person.id)),
        invitation=invitation,
        mail=unsent_emails(session, person.email),
    )


def _stay(row: Membership, tree: TerritoryTree, reach: Collection[str] | None) -> Stay:
    theirs = row.ended_on is None and (reach is None or row.territory_id in reach)
    return Stay(row.territory_id, tree.path_name(row.territory_id), row.started_on, row.ended_on, theirs)


def _cohorts(session: Session, person_id: int) -> Sequence[tuple[int, str, bool]]:
    query = select(Cohort.id, Cohort.name, CohortMember.trainer).join(CohortMember, CohortMember.cohort_id == Cohort.id)
    return [(number, name, trainer) for number, name, trainer in session.execute(query.where(CohortMember.person_id == person_id).order_by(Cohort.name))]


def _memberships(session: Session, person_id: int) -> Sequence[Membership]:
    return session.scalars(select(Membership).where(Membership.person_id == person_id).order_by(Membership.started_on.desc(), Membership.id.desc())).all()
