"""Reads the institutions linked to an account, the territories of establishments, and those without one yet."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.identity.models import Person, Territory
from app.identity.sign_in.institutions.models import Establishment, IdentityLink
from app.identity.sign_in.institutions.rules import patterns


class OwnLink(Struct, frozen=True):
    id: int
    provider: str
    organisation: str
    since: datetime
    last_at: datetime


class EstablishmentRule(Struct, frozen=True):
    pattern: str
    territory: str


class Unplaced(Struct, frozen=True):
    """An establishment that no line places, and how many sign in from there."""

    siret: str
    organisation: str
    people: int


def links_of(session: Session, person_id: int) -> tuple[OwnLink, ...]:
    columns = (IdentityLink.id, IdentityLink.provider, IdentityLink.organisation, IdentityLink.first_at, IdentityLink.last_at)
    rows = session.execute(select(*columns).where(IdentityLink.person_id == person_id).order_by(IdentityLink.first_at, IdentityLink.id))
    return tuple(OwnLink(*row) for row in rows)


def territory_of(session: Session, siret: str) -> str | None:
    """Where an establishment is: by its own line, else by its SIREN's."""
    found = dict(session.execute(select(Establishment.pattern, Establishment.territory_id).where(Establishment.pattern.in_(patterns(siret)))).all())
    return next((found[pattern] for pattern in patterns(siret) if pattern in found), None)


def establishment_rules(session: Session) -> tuple[EstablishmentRule, ...]:
    query = (
        select(Establishment.pattern, Territory.name)
        .join(Territory, Territory.id == Establishment.territory_id)
        .order_by(Territory.name, Establishment.pattern)
    )
    return tuple(EstablishmentRule(*row) for row in session.execute(query))


def unplaced(session: Session) -> tuple[Unplaced, ...]:
    """The most people first."""
    known = or_(Establishment.pattern == IdentityLink.siret, Establishment.pattern == func.substr(IdentityLink.siret, 1, 9) + "*")
    count = func.count(IdentityLink.person_id.distinct())
    query = (
        select(IdentityLink.siret, func.max(IdentityLink.organisation), count)
        .join(Person, Person.id == IdentityLink.person_id)
        .where(IdentityLink.siret != "", Person.active, ~select(Establishment.pattern).where(known).exists())
        .group_by(IdentityLink.siret)
        .order_by(count.desc(), IdentityLink.siret)
    )
    return tuple(Unplaced(*row) for row in session.execute(query))
