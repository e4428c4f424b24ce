"""Verbs about people: accounts, roles, passwords, sessions. They flush, never commit."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime

from blinker import Signal
from msgspec import Struct
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.identity import passwords, sessions
from app.identity.models import Membership, Person, PersonRole, Scope, Territory
from app.identity.passwords import Hashed
from app.identity.queries import person_by_address
from app.identity.rules import ADDRESS_LENGTH, TERRITORIAL_WORDS, Role, Side, normalise_address, over_territories
from app.identity.territories import TerritorySync, sync_territories
from app.platform import log
from app.platform.db import insert_new
from app.platform.errors import DomainError, NotYours
from app.platform.unicode import one_line

__all__ = ["TerritorySync", "merged", "opened", "sync_territories"]

merged = Signal("two accounts become one; the sender is the session, inside its transaction, with the numbers `kept` and `gone`")
opened = Signal("accounts were opened in bulk, past the events of the mapper; the sender is the session, inside its transaction, with their numbers")


class AddressTaken(DomainError):
    sentence = "Un compte porte déjà cette adresse."


class AddressInvalid(DomainError):
    sentence = "Cette adresse de courriel n’est pas valable."


class UnknownTerritory(DomainError):
    sentence = "Ce territoire n’existe pas."


class ScopeMissing(DomainError):
    sentence = f"Qui est {TERRITORIAL_WORDS} suit au moins un territoire : choisissez-le, ou retirez ce rôle."


class PasswordChanged(DomainError):
    sentence = "Votre mot de passe vient de changer : reconnectez-vous."


def check_scope(roles: Collection[Role], scope: Collection[str]) -> None:
    """Wherever roles are given: a responsable without a territory would read a report about nobody. Raises ScopeMissing."""
    if over_territories(roles) and not scope:
        raise ScopeMissing


def lock_people(session: Session, person_ids: Collection[int]) -> int:
    """Whoever else would decide something about these people waits until this transaction ends. Returns how many there are.

    In one order, so that nobody waits for whoever waits for them. Rows that only name a person need not wait.
    """
    query = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update(key_share=True)
    return len(session.scalars(query).all())


_LOCK_ONE = select(Person.__table__.c.id).where(Person.__table__.c.id == bindparam("person_id")).with_for_update(key_share=True)


def lock_person(session: Session, person_id: int) -> None:
    """Locks one person's row. Raises NotYours where there is nobody."""
    session.flush()
    if session.scalar(_LOCK_ONE, {"person_id": person_id}) is None:
        raise NotYours


def lock(session: Session, person: Person) -> None:
    """Locks a person whose row was already read, and reads it again with its roles."""
    lock_person(session, person.id)
    session.refresh(person)


def new_version() -> str:
    """A version of somebody's password links that was never used."""
    return secrets.token_hex(16)


class NewPerson(Struct, frozen=True):
    """Somebody to open an account for. `email` in the form of `checked_address`."""

    name: str
    email: str
    roles: Collection[Role] = (Role.LEARNER,)
    side: Side | None = None


def create_person(session: Session, *, name: str, email: str, now: datetime, roles: Collection[Role] = (Role.LEARNER,), side: Side | None = None) -> Person:
    """An account without a password yet: its holder chooses one by a link. Raises AddressTaken or AddressInvalid."""
    address = checked_address(email)
    if person_by_address(session, address):
        raise AddressTaken
    person = Person(name=one_line(name), email=address, fs_uniquifier=new_version(), side=side, created_at=now)
    person.roles = [PersonRole(name=role) for role in sorted(set(roles))]
    session.add(person)
    flush_address(session)
    log.event("account_created", person=person.id)
    return person


def create_people(session: Session, wanted: Sequence[NewPerson], now: datetime) -> dict[str, int]:
    """Accounts for some thousand people, in a few statements: address → number. Who has an account already, or is given one meanwhile, is left out."""
    rows = [{"name": one_line(person.name), "email": person.email, "fs_uniquifier": new_version(), "side": person.side, "created_at": now} for person in wanted]
    created: dict[str, int] = dict(insert_new(session, Person, rows, Person.email, Person.id))
    roles = [{"person_id": created[person.email], "name": role} for person in wanted if person.email in created for role in set(person.roles)]
    insert_new(session, PersonRole, roles, PersonRole.person_id)
    opened.send(session, person_ids=list(created.values()))
    for number in created.values():
        log.event("account_created", person=number)
    return created


def flush_address(session: Session) -> None:
    """Write an address that was free when it was looked for: somebody may have taken it since. Raises AddressTaken."""
    try:
        session.flush()
    except IntegrityError as error:
        raise AddressTaken from error


def checked_address(email: str) -> str:
    """The form that is stored. One `@`, something on each side and between dots, no space: whether mail arrives is for the mail to tell.

    Raises AddressInvalid.
    """
    address = normalise_address(email)
    local, _at, domain = address.partition("@")
    if (
        "@" in domain
        or "." not in domain
        or not all([*local.split("."), *domain.split(".")])
        or any(c.isspace() or c in '<>,;:"\\' or not c.isprintable() for c in address)
        or len(address) > ADDRESS_LENGTH
    ):
        raise AddressInvalid
    return address


def confirm(session: Session, person: Person) -> None:
    """Lock somebody whose password was checked against the row that was read: between the two, it may have changed, or the account been closed.

    Raises PasswordChanged.
    """
    version = person.fs_uniquifier
    lock(session, person)
    if person.fs_uniquifier != version:
        raise PasswordChanged


def set_password(session: Session, person: Person, password: Hashed) -> None:
    """Store a password. Every session of the person ends, and every link sent before."""
    person.password = password
    close_sessions(session, person)
    log.event("password_set", person=person.id)


def close_sessions(session: Session, person: Person) -> None:
    """End all the person's sessions and password links. The session that asks ends too: its view opens another one if it means the others only."""
    person.fs_uniquifier = new_version()
    sessions.end_all(session, person.id)
    session.flush()


def set_active(session: Session, person: Person, active: bool) -> None:
    """Open or close an account. Closing ends its sessions; nothing is erased."""
    person.active = active
    close_sessions(session, person)
    log.event("account_opened" if active else "account_closed", person=person.id)


def set_roles(session: Session, person: Person, roles: Collection[Role]) -> None:
    """Give exactly these roles."""
    kept = {row.name: row for row in person.roles}
    person.roles = [kept.get(role) or PersonRole(name=role) for role in sorted(set(roles))]
    session.flush()
    log.event("roles_set", person=person.id, roles=",".join(sorted(set(roles))))


def set_scope(session: Session, person: Person, territory_ids: Collection[str]) -> bool:
    """Make a responsable look after exactly these territories. True when that changed something. Raises UnknownTerritory."""
    wanted = {_territory(session, number).id for number in territory_ids}
    present = {row.territory_id: row for row in session.scalars(select(Scope).where(Scope.person_id == person.id))}
    for number, row in present.items():
        if number not in wanted:
            session.delete(row)
    session.add_all(Scope(person_id=person.id, territory_id=number) for number in sorted(wanted - present.keys()))
    session.flush()
    return wanted != present.keys()


def join_territory(session: Session, person: Person, territory_id: str, on: date) -> Membership:
    """The person belongs to the territory from that day. Already belonging changes nothing. Raises UnknownTerritory."""
    territory = _territory(session, territory_id)
    if row := _open_membership(session, person, territory_id):
        return row
    row = Membership(person_id=person.id, territory_id=territory.id, started_on=on)
    session.add(row)
    session.flush()
    return row


def leave_territory(session: Session, person: Person, territory_id: str, on: date) -> None:
    """Records the first day on which the person no longer belongs there. The past is kept."""
    if row := _open_membership(session, person, territory_id):
        row.ended_on = max(on, row.started_on)
        session.flush()


def password_link_token(secret: passwords.Secret, person: Person, expires: datetime) -> str:
    """What `/mot-de-passe-oublie/<token>` needs to let this person choose a password."""
    return passwords.issue(secret, person.id, person.fs_uniquifier, expires)


def link_holder(session: Session, secret: passwords.Secret, token: str, now: datetime) -> Person | None:
    """The person whom a link lets choose a password; nobody when it is forged, expired or used, or the account is closed."""
    number = passwords.holder(secret, token, now)
    person = session.get(Person, number) if number is not None else None
    return person if person and person.active and passwords.matches(secret, token, person.fs_uniquifier) else None


def _open_membership(session: Session, person: Person, territory_id: str) -> Membership | None:
    return session.scalar(select(Membership).where(Membership.person_id == person.id, Membership.territory_id == territory_id, Membership.ended_on.is_(None)))


def _territory(session: Session, territory_id: str) -> Territory:
    territory = session.get(Territory, territory_id)
    if territory is None:
        raise UnknownTerritory(f"Ce territoire n’existe pas : {territory_id}.")
    return territory
