"""Accounts: what is asked of them, and the acts on them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from blinker import Signal
from msgspec import Struct
from sqlalchemy import Select, bindparam, case, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session, lazyload

from app.identity import passwords, sessions
from app.identity.models import Membership, Person, PersonRole, Scope, SignIn, Territory
from app.identity.passwords import Hashed
from app.identity.rules import (
    ADDRESS_LENGTH,
    ADMINISTRATORS,
    LEVEL_LABELS,
    TERRITORIAL,
    TERRITORIAL_WORDS,
    Level,
    Role,
    Side,
    TerritoryTree,
    normalise_address,
    over_territories,
)
from app.identity.territories import ReaderScope, TerritorySync, belongs_on, reader_scope, sync_territories
from app.identity.territories import territory_tree as territory_tree
from app.platform import log
from app.platform.db import insert_new
from app.platform.errors import DomainError, NotYours
from app.platform.site import newest, note
from app.platform.unicode import one_line

# --- Reads about people and territories. The signed-in person costs one SELECT a request, roles included. ---


class Looking(Struct, frozen=True):
    """Whom an administrator views the site as, and since when (« voir comme »)."""

    person_id: int
    since: datetime


class SignedIn(Struct, frozen=True):
    """The person who made this request: a value, so that nothing is written through it and no error page needs the database.

    Flask-Login reads `get_id` and the three `is_…`.
    """

    id: int
    name: str
    email: str
    side: Side | None
    roles: frozenset[Role]
    sign_in: str = ""
    """Key of the `SignIn` with which the request came; empty where nobody signed in, as for the reader of a report sent by itself."""
    looking: Looking | None = None
    proved_at: datetime | None = None
    """When they last showed a second factor in this session; None where they have none."""
    used_at: datetime | None = None
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.sign_in

    def has(self, role: str) -> bool:
        return role in self.roles


class Belonging(Struct, frozen=True):
    """One line of « Mes territoires ». `ended_on` None: still there."""

    name: str
    level: str
    started_on: date
    ended_on: date | None


class AccountSummary(Struct, frozen=True):
    """One line of `flask accounts list`."""

    id: int
    email: str
    name: str
    roles: tuple[Role, ...]
    active: bool


_PERSON, _ROLE, _SIGN_IN = Person.__table__, PersonRole.__table__, SignIn.__table__
"""Asked of the tables, not of the entities: at each request, that is less to go through."""
_OPEN_ACCOUNT = (
    select(_ROLE.c.name.label("role"), _PERSON.c.id, _PERSON.c.name, _PERSON.c.email, _PERSON.c.side)
    .select_from(_PERSON.outerjoin(_ROLE, _ROLE.c.person_id == _PERSON.c.id))
    .where(_PERSON.c.active)
)
"""An open account, a row a role."""
_OF_SESSION = (
    _OPEN_ACCOUNT.add_columns(newest().label("site"), _SIGN_IN.c.id, _SIGN_IN.c.seen_id, _SIGN_IN.c.seen_since, _SIGN_IN.c.proved_at, _SIGN_IN.c.used_at)
    .join(_SIGN_IN, _SIGN_IN.c.person_id == _PERSON.c.id)
    .where(*sessions.OPENED)
)
"""The one of a session."""


def signed_in(session: Session, mark: str, now: datetime) -> SignedIn | None:
    """Who signed in with the cookie that holds this mark; nobody when that session has ended or the account is closed."""
    rows = session.execute(_OF_SESSION, sessions.opened_by(mark, now)).all()
    if not rows:
        return None
    _role, number, name, email, side, version, key, seen_id, since, *proved = rows[0]
    note(session, version)  # what the site has is then known as it is now, for no statement more
    return SignedIn(number, name, email, side, _roles(rows), key, Looking(seen_id, since) if seen_id is not None else None, *proved)


def open_account(session: Session, person_id: int) -> SignedIn | None:
    """Somebody with an open account as the reader of pages, though they did not sign in."""
    return open_accounts(session, [person_id]).get(person_id)


def open_accounts(session: Session, person_ids: Collection[int]) -> dict[int, SignedIn]:
    """Returns the open accounts among several people, by number, in one SELECT."""
    rows: dict[int, list[Any]] = {}
    for row in session.execute(_OPEN_ACCOUNT.where(_PERSON.c.id.in_(person_ids))):
        rows.setdefault(row.id, []).append(row)
    return {number: SignedIn(number, own[0].name, own[0].email, own[0].side, _roles(own)) for number, own in rows.items()}


def _roles(rows: Iterable[Any]) -> frozenset[Role]:
    return frozenset(row[0] for row in rows if row[0] is not None)


def person_by_address(session: Session, address: str) -> Person | None:
    """Roles wait until they are asked for: a known address must not cost a SELECT more than an unknown one."""
    return session.scalar(select(Person).where(Person.email == normalise_address(address)).options(lazyload(Person.roles)))


def account_summaries(session: Session) -> list[AccountSummary]:
    people = session.scalars(select(Person).order_by(Person.id))
    return [AccountSummary(person.id, person.email, person.name, tuple(sorted(person.role_set)), person.active) for person in people]


def scope_of(session: Session, person_id: int) -> frozenset[str]:
    """Ids of the territories that a responsable looks after; all that lies below them is theirs too (`TerritoryTree.under`)."""
    return frozenset(session.scalars(select(Scope.territory_id).where(Scope.person_id == person_id)))


def scope_of_reader(session: Session, reader: SignedIn, tree: TerritoryTree, on: date) -> ReaderScope:
    """Returns whom a reader may see on that day."""
    return reader_scope(reader.roles, scope_of(session, reader.id), tree, on)


def holders(roles: Collection[Role], *columns: InstrumentedAttribute[Any]) -> Select[Any]:
    """Selects columns of the open accounts that hold one of these roles, one row per role."""
    return select(*columns).join(PersonRole, PersonRole.person_id == Person.id).where(PersonRole.name.in_(roles), Person.active)


def administrators(session: Session) -> frozenset[int]:
    """Numbers of the open accounts that administer."""
    return frozenset(session.scalars(holders(ADMINISTRATORS, Person.id)))


def managers_without_scope(session: Session) -> dict[int, str]:
    """Number → name of the open accounts that are responsable of no territory: from before the role asked for one."""
    scoped = exists().where(Scope.person_id == Person.id)
    return dict(session.execute(holders(TERRITORIAL, Person.id, Person.name).where(~scoped).order_by(Person.name, Person.id)).all())


def territories_of(session: Session, person_id: int, on: date) -> frozenset[str]:
    """Ids of the territories to which a person belongs on a day."""
    return frozenset(session.scalars(select(Membership.territory_id).where(Membership.person_id == person_id, belongs_on(on))))


def belongings(session: Session, person_id: int) -> list[Belonging]:
    """All the territories of a person, present and past, the latest first."""
    query = (
        select(Territory.name, Territory.level, Membership.started_on, Membership.ended_on)
        .join(Membership, Membership.territory_id == Territory.id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.started_on.desc(), Territory.name)
    )
    return [Belonging(name, LEVEL_LABELS[level], start, end) for name, level, start, end in session.execute(query)]


_WIDEST = case({level.value: place for place, level in enumerate(Level)}, value=Territory.level)


def territory_names(session: Session, ids: Collection[str]) -> tuple[str, ...]:
    return tuple(session.scalars(select(Territory.name).where(Territory.id.in_(ids)).order_by(_WIDEST, Territory.name)))


# --- Verbs about people: accounts, roles, passwords, sessions. They flush, never commit. ---

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
