"""Reads about people and territories. The signed-in person costs one SELECT a request, roles included."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, case, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, lazyload

from app.identity import sessions
from app.identity.models import Membership, Person, PersonRole, Scope, SignIn, Territory
from app.identity.rules import ADMINISTRATORS, LEVEL_LABELS, TERRITORIAL, Level, Role, Side, normalise_address
from app.identity.territories import ReaderScope, belongs_on, reader_scope
from app.identity.territories import territory_tree as territory_tree
from app.identity.territory_rules import TerritoryTree


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
    _OPEN_ACCOUNT.add_columns(_SIGN_IN.c.id, _SIGN_IN.c.seen_id, _SIGN_IN.c.seen_since, _SIGN_IN.c.proved_at, _SIGN_IN.c.used_at)
    .join(_SIGN_IN, _SIGN_IN.c.person_id == _PERSON.c.id)
    .where(*sessions.OPENED)
)
"""The one of a session."""


def signed_in(session: Session, mark: str, now: datetime) -> SignedIn | None:
    """Who signed in with the cookie that holds this mark; nobody when that session has ended or the account is closed."""
    rows = session.execute(_OF_SESSION, sessions.opened_by(mark, now)).all()
    if not rows:
        return None
    _role, number, name, email, side, key, seen_id, since, *proved = rows[0]
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
