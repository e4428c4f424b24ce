"""What administrators do to one account. Each act is recorded. Flushes, never commits.

What depends on how the account is locks the person first: of two identical posts at once, the second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import audit
from app.identity import services as accounts
from app.identity.models import Membership, Person
from app.identity.rules import Role, Side, made_up, over_territories
from app.identity.services import person_by_address
from app.platform.errors import DomainError, NotYours
from app.platform.mail import outbox


class NotOneself(DomainError):
    sentence = "Vous ne pouvez pas vous retirer à vous-même l’administration du site : demandez-le à une autre personne qui administre."


def open_account(
    session: Session, *, name: str, email: str, roles: Collection[Role], territory: str, side: Side | None, actor_id: int, now: datetime
) -> Person:
    """A new account; without an address, one is made up. A responsable looks after the territory where they work, which may be changed later.

    Raises AddressTaken, AddressInvalid, ScopeMissing or UnknownTerritory.
    """
    scope = [territory] if territory else []
    accounts.check_scope(roles, scope)
    person = accounts.create_person(session, name=name, email=email or made_up(name), now=now, roles=roles, side=side)
    if over_territories(roles):
        accounts.set_scope(session, person, scope)
    audit.record(session, actor_id, "account_created", person.id, now, rôles=sorted(roles))
    return person


def correct(session: Session, person: Person, *, name: str, email: str, side: Side | None, actor_id: int, now: datetime) -> None:
    """Another name, address or employer. A new address ends the sessions and the links; emails that have not left follow. Raises AddressTaken or AddressInvalid."""
    accounts.lock(session, person)
    address = accounts.checked_address(email or made_up(name))
    other = person_by_address(session, address)
    if other is not None and other.id != person.id:
        raise accounts.AddressTaken
    changed = [field for field, value in (("nom", name), ("adresse", address), ("employeur", side)) if value != _value(person, field)]
    if not changed:
        return
    former = person.email
    person.name, person.email, person.side = name, address, side
    accounts.flush_address(session)
    if "adresse" in changed:
        outbox.readdress(session, former, address)
        accounts.close_sessions(session, person)
    audit.record(session, actor_id, "details_changed", person.id, now, champs=changed)


def _value(person: Person, field: str) -> object:
    return {"nom": person.name, "adresse": person.email, "employeur": person.side}[field]


def set_roles(session: Session, person: Person, roles: Collection[Role], scope: Collection[str], actor_id: int, now: datetime) -> None:
    """Exactly these roles and these followed territories. Raises NotOneself, ScopeMissing, UnknownTerritory."""
    accounts.check_scope(roles, scope)
    if person.id == actor_id and Role.ADMINISTRATOR not in roles:
        raise NotOneself
    accounts.lock(session, person)
    if frozenset(roles) != person.role_set:
        accounts.set_roles(session, person, roles)
        audit.record(session, actor_id, "roles_set", person.id, now, rôles=sorted(roles))
    if accounts.set_scope(session, person, scope):
        audit.record(session, actor_id, "scope_set", person.id, now, territoires=sorted(scope))


def close_sessions(session: Session, person: Person, actor_id: int, now: datetime) -> None:
    accounts.close_sessions(session, person)
    audit.record(session, actor_id, "sessions_closed", person.id, now)


def set_active(session: Session, person: Person, active: bool, actor_id: int, now: datetime) -> None:
    """Close or reopen. Closing ends the sessions and the links; nothing is erased. A repeat changes nothing. Raises NotOneself."""
    if person.id == actor_id:
        raise NotOneself
    accounts.lock(session, person)
    if person.active == active:
        return
    accounts.set_active(session, person, active)
    audit.record(session, actor_id, "account_opened" if active else "account_closed", person.id, now)


def move(
    session: Session, person: Person, territory_id: str, on: date, *, leave: bool, within: Collection[str] | None, actor_id: int | None, now: datetime
) -> None:
    """The person works there from a day on; with `leave`, no longer elsewhere (of what lies `within` reach). History is kept.

    Raises NotYours outside `within`, UnknownTerritory.
    """
    if within is not None and territory_id not in within:
        raise NotYours
    accounts.lock(session, person)
    for row in open_stays(session, person.id) if leave else ():
        if row.territory_id != territory_id and (within is None or row.territory_id in within):
            depart(session, person, row.territory_id, on, within=within, actor_id=actor_id, now=now)
    if all(row.territory_id != territory_id for row in open_stays(session, person.id)):
        accounts.join_territory(session, person, territory_id, on)
        audit.record(session, actor_id, "territory_joined", person.id, now, territoire=territory_id, le=on.isoformat())


def depart(session: Session, person: Person, territory_id: str, on: date, *, within: Collection[str] | None, actor_id: int | None, now: datetime) -> None:
    """Records the first day on which the person no longer works there. Raises NotYours outside `within`."""
    if within is not None and territory_id not in within:
        raise NotYours
    accounts.lock(session, person)
    if any(row.territory_id == territory_id for row in open_stays(session, person.id)):
        accounts.leave_territory(session, person, territory_id, on)
        audit.record(session, actor_id, "territory_left", person.id, now, territoire=territory_id, le=on.isoformat())


def open_stays(session: Session, person_id: int) -> list[Membership]:
    return list(session.scalars(select(Membership).where(Membership.person_id == person_id, Membership.ended_on.is_(None))))
