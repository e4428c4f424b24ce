"""Who may see whom: one predicate, for any column that holds a person's number. Reports, administration, files and reminders ask it.

A responsable sees the people of their territories and of all that lies below, an administrator everybody. A room that shows a reader other
people too (reports: those who learn in a cohort that the reader trains) adds its own condition to the same predicate.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from msgspec import Struct
from sqlalchemy import BindParameter, ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.identity.models import Membership
from app.identity.rules import Role, over_territories
from app.identity.territories.rules import TerritoryTree

PersonColumn = ColumnElement[int] | InstrumentedAttribute[int]


class ReaderScope(Struct, frozen=True):
    """Which people a reader may see on a day."""

    on: date
    everybody: bool
    """Those without territory included."""
    territories: frozenset[str]
    """Ids of those that were given to the reader and of all that lie below; of all, for whoever sees everybody."""


def reader_scope(roles: Collection[Role], given: Collection[str], tree: TerritoryTree, on: date) -> ReaderScope:
    """`given`: ids of the territories that the reader looks after, which count for a responsable alone."""
    everybody = Role.ADMINISTRATOR in roles
    managed = tree.under(given) if over_territories(roles) else frozenset()
    return ReaderScope(on, everybody, frozenset(tree.nodes) if everybody else managed)


def visible(scope: ReaderScope, person: PersonColumn, *others: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that the reader may see the person. `others`: conditions, one of which is enough, on further people whom they may."""
    if scope.everybody:
        return true()
    own = [belongs_to(person, scope.territories, scope.on)] if scope.territories else []
    return or_(false(), *own, *others)


def belongs_to(person: PersonColumn, territories: Collection[str], on: date) -> ColumnElement[bool]:
    """The person belongs, on that day, to one of these territories (give them with `Tree.under`)."""
    return person.in_(select(Membership.person_id).where(Membership.territory_id.in_(sorted(territories)), belongs_on(on)))


def belongs_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition on `Membership` that it is valid on that day: already begun, and not yet over."""
    return and_(Membership.started_on <= day, or_(Membership.ended_on.is_(None), Membership.ended_on > day))
