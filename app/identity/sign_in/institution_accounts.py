"""Accounts linked to an institution's: their rows, the queries, what links and unlinks them. They flush, never commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.identity import services
from app.identity.models import Person, Territory
from app.identity.services import person_by_address, territories_of
from app.identity.sign_in import second_factor_changes
from app.identity.sign_in.openid import LONGEST, Identity, is_pattern, may_register, patterns
from app.identity.sign_in.second_factor import FactorChange
from app.platform import hooks, log
from app.platform.db import Base, UtcDateTime, insert_once
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.settings.tables import Provider
from app.platform.site import offers

# --- Rows: an identity at an institution, the territory of an establishment ---


def providers() -> tuple[Provider, ...]:
    """The institutions by which one may enter now."""
    return current_settings().oidc if offers("institutions") else ()


class IdentityLink(Base):
    """An institution's name for somebody opens their account."""

    __tablename__ = "identity_link"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_identity_link_issuer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(40))
    """Its name in the settings, which may have changed since."""
    issuer: Mapped[str] = mapped_column(String(LONGEST))
    subject: Mapped[str] = mapped_column(String(LONGEST))
    idp: Mapped[str] = mapped_column(String(60))
    siret: Mapped[str] = mapped_column(String(14), index=True)
    organisation: Mapped[str] = mapped_column(String(160))
    roles: Mapped[list[Any]] = mapped_column(JSON)
    acr: Mapped[str] = mapped_column(String(60))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token: Mapped[str] = mapped_column(Text)
    """The last signed answer, which the institution asks for to end its own session."""


class Establishment(Base):
    """The territory where those work whose employer bears this number. Edited in the administration."""

    __tablename__ = "establishment"

    pattern: Mapped[str] = mapped_column(String(14), primary_key=True)
    """A SIRET, or a SIREN and a star: `openid.is_pattern`."""
    territory_id: Mapped[str] = mapped_column(ForeignKey("territory.id"))


# --- Queries ---


class OwnLink(Struct, frozen=True):
    id: int
    provider: str
    organisation: str
    since: datetime
    last_at: datetime


class EstablishmentRule(Struct, frozen=True):
    pattern: str
    territory: str


class UnplacedEstablishment(Struct, frozen=True):
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


def unplaced_establishments(session: Session) -> tuple[UnplacedEstablishment, ...]:
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
    return tuple(UnplacedEstablishment(*row) for row in session.execute(query))


# --- Opening, linking and unlinking: an account known, invited, proved, or new where allowed ---


class ClosedAccountRefused(DomainError):
    status = 403
    sentence = "Votre compte est fermé. Écrivez à la personne qui administre ce site."


class IdentityTaken(DomainError):
    sentence = "Cette identité ouvre déjà un autre compte. Connectez-vous avec elle pour savoir lequel ; la personne qui administre peut les réunir."


class LastWay(DomainError):
    sentence = "C’est votre seul moyen d’entrer : choisissez d’abord un mot de passe, par « Mot de passe oublié »."


class NotThisAddress(DomainError):
    sentence = "L’adresse donnée par votre institution n’est pas celle de ce compte : rien n’est relié. Reliez-la depuis la page « Sécurité » de votre compte."


class NoSuchNumber(DomainError):
    sentence = "Écrivez les quatorze chiffres d’un SIRET, ou les neuf d’un SIREN suivis d’une étoile."


def open_account(session: Session, provider: Provider, who: Identity, token: str, now: datetime) -> Person | None:
    """Returns whose account opens; None where the address must be proved first, or no account exists. Raises ClosedAccountRefused."""
    row = session.scalar(select(IdentityLink).where(IdentityLink.issuer == who.issuer, IdentityLink.subject == who.subject))
    if row is not None:
        holder = session.get_one(Person, row.person_id)
        if not holder.active:
            raise ClosedAccountRefused
        _refresh(row, who, token, now)
        session.flush()
        return holder
    person = person_by_address(session, who.email) if who.email else None
    if person is not None:
        return _accept_invited(session, person, who, token, now)
    return _register_person(session, who, token, now) if may_register(provider, who) else None


def address_known(session: Session, who: Identity) -> bool:
    return bool(who.email) and person_by_address(session, who.email) is not None


def _refresh(row: IdentityLink, who: Identity, token: str, now: datetime) -> None:
    before = (row.siret, row.organisation, tuple(row.roles))
    row.provider, row.idp, row.siret, row.organisation, row.roles, row.acr = who.provider, who.idp, who.siret, who.organisation, list(who.roles), who.acr
    row.token, row.last_at = token, now
    if before != (who.siret, who.organisation, who.roles):
        log.event("institution_changed", person=row.person_id, link=row.id)


def _accept_invited(session: Session, person: Person, who: Identity, token: str, now: datetime) -> Person | None:
    if not person.active:
        raise ClosedAccountRefused
    services.lock(session, person)
    if person.password or not hooks.accept_invitation.here()(session, person, who.side, now):
        return None
    link(session, person, who, token, now)
    _place(session, person, who, now)
    return person


def _register_person(session: Session, who: Identity, token: str, now: datetime) -> Person:
    person = services.create_person(session, name=who.name, email=who.email, now=now, side=who.side)
    link(session, person, who, token, now)
    _place(session, person, who, now)
    return person


def link(session: Session, person: Person, who: Identity, token: str, now: datetime) -> None:
    """Links this identity to the account. Linking it again changes nothing. Raises IdentityTaken."""
    said = {"provider": who.provider, "idp": who.idp, "siret": who.siret, "organisation": who.organisation, "roles": list(who.roles), "acr": who.acr}
    row = {"person_id": person.id, "issuer": who.issuer, "subject": who.subject, **said, "first_at": now, "last_at": now, "token": token}
    if insert_once(session, IdentityLink, row):
        log.event("institution_linked", person=person.id)
        second_factor_changes.changed.send(session, person=person, change=FactorChange.LINKED, now=now)
        return
    held = session.scalar(select(IdentityLink.person_id).where(IdentityLink.issuer == who.issuer, IdentityLink.subject == who.subject))
    if held != person.id:
        raise IdentityTaken


def join(session: Session, person: Person, who: Identity, token: str, now: datetime) -> None:
    """Somebody who proved that the account is theirs has it opened by this identity too. Raises NotThisAddress, IdentityTaken."""
    services.lock(session, person)
    if who.email != person.email:
        raise NotThisAddress
    link(session, person, who, token, now)


def unlink(session: Session, person: Person, link_id: int, now: datetime) -> None:
    """Removes a link to an institution and ends the sessions it opened. Raises LastWay."""
    services.lock(session, person)
    if not person.password and len(links_of(session, person.id)) < 2:
        raise LastWay
    session.execute(delete(IdentityLink).where(IdentityLink.id == link_id, IdentityLink.person_id == person.id))
    services.close_sessions(session, person)
    second_factor_changes.changed.send(session, person=person, change=FactorChange.UNLINKED, now=now)


def follow_merge(session: Session, kept: int, gone: int) -> None:
    """What opened the account that goes opens the one that stays."""
    session.execute(update(IdentityLink).where(IdentityLink.person_id == gone).values(person_id=kept))


def _place(session: Session, person: Person, who: Identity, now: datetime) -> None:
    """Where the employer's number says, for whoever belongs nowhere yet."""
    territory = territory_of(session, who.siret)
    if territory and not territories_of(session, person.id, day_of(now)):
        services.join_territory(session, person, territory, day_of(now))


def place(session: Session, pattern: str, territory_id: str, now: datetime) -> int:
    """Say where an establishment is. Those who sign in from there and belong nowhere join it: how many. Raises NoSuchNumber, UnknownTerritory."""
    typed = "".join(pattern.split())
    if not is_pattern(typed):
        raise NoSuchNumber
    if session.get(Territory, territory_id) is None:
        raise services.UnknownTerritory(f"Ce territoire n’existe pas : {territory_id}.")
    row = session.get(Establishment, typed)
    if row is None:
        session.add(Establishment(pattern=typed, territory_id=territory_id))
    else:
        row.territory_id = territory_id
    session.flush()
    return _settle(session, typed, now)


def _settle(session: Session, pattern: str, now: datetime) -> int:
    near = func.substr(IdentityLink.siret, 1, len(pattern.rstrip("*"))) == pattern.rstrip("*")
    people = session.execute(select(Person, IdentityLink.siret).join(IdentityLink, IdentityLink.person_id == Person.id).where(near, Person.active)).all()
    moved = 0
    for person, siret in people:
        if not territories_of(session, person.id, day_of(now)) and (territory := territory_of(session, siret)):
            services.join_territory(session, person, territory, day_of(now))
            moved += 1
    return moved


def forget(session: Session, pattern: str) -> None:
    session.execute(delete(Establishment).where(Establishment.pattern == pattern))
