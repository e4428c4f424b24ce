"""Who appears, on which day, and where: read at each request and kept nowhere, so that a consent taken back hides at once."""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.models import Membership, Person
from app.identity.territories.scope import belongs_on
from app.network.atlas.listing import CiteName, cites_of_territories
from app.network.directory.models import DirectoryEntry
from app.network.directory.rules import ContactChoice, holds
from app.platform.mail import outbox
from app.platform.settings import Settings

MOST_FOUND = 10


class Card(Struct, frozen=True):
    """A person as others read them."""

    person_id: int
    name: str
    function: str
    help_with: str
    address: str
    """Empty unless they chose to show it."""
    writable: bool
    """Through the site."""


class FoundCard(Struct, frozen=True):
    person_id: int
    name: str
    function: str
    cites: tuple[CiteName, ...]


class OwnCardPage(Struct, frozen=True):
    """`/compte/annuaire`: one's own card, and where it shows."""

    card: Card | None
    """None for whoever does not appear."""
    cites: tuple[CiteName, ...]
    by_mail: bool


class WriteToMemberPage(Struct, frozen=True):
    """A message to somebody of the directory."""

    card: Card
    cite: CiteName


def _visible_entries(on: date) -> Select[DirectoryEntry, str, str, str]:
    """One row a person and a territory, of those who agreed, whose account is open and who belong there that day."""
    return (
        select(DirectoryEntry, Person.name, Person.email, Membership.territory_id)
        .join(Person, Person.id == DirectoryEntry.person_id)
        .join(Membership, Membership.person_id == DirectoryEntry.person_id)
        .where(Person.active, belongs_on(on))
        .order_by(Person.search_key, DirectoryEntry.person_id)
    )


def people_of(session: Session, settings: Settings, territory_id: str, on: date) -> tuple[Card, ...]:
    """Lists the directory entries of one cité, by name."""
    rows = session.execute(_visible_entries(on).where(Membership.territory_id == territory_id))
    return tuple(_card(settings, entry, name, email) for entry, name, email, _ in rows)


def _card(settings: Settings, entry: DirectoryEntry, name: str, email: str) -> Card:
    shown = outbox.reachable(email) if entry.contact is ContactChoice.ADDRESS else ""
    writable = entry.contact is ContactChoice.SITE and bool(outbox.reachable(email)) and outbox.available(settings)
    return Card(entry.person_id, name, entry.function, entry.help_with, shown, writable)


def counts(session: Session, on: date) -> dict[str, int]:
    """Territory → how many people appear there."""
    shown = _visible_entries(on).order_by(None).subquery()
    rows = session.execute(select(shown.c.territory_id, func.count()).group_by(shown.c.territory_id))
    return {row[0]: row[1] for row in rows}


def people_by_cite(session: Session, course: Course, on: date) -> dict[str, int]:
    """Counts the directory entries by cité page."""
    cites = cites_of_territories(course)
    return {cites[territory].id: count for territory, count in counts(session, on).items() if territory in cites}


def search_cards(session: Session, course: Course, typed: str, on: date) -> tuple[FoundCard, ...]:
    """Finds entries whose name, function or help contains the words. An address finds nobody."""
    cites = cites_of_territories(course)
    people: dict[int, tuple[DirectoryEntry, str, list[CiteName]]] = {}
    for entry, name, _, territory in session.execute(_visible_entries(on)):
        if territory in cites and holds(typed, name, entry.function, entry.help_with):
            people.setdefault(entry.person_id, (entry, name, []))[2].append(cites[territory])
    return tuple(FoundCard(number, name, entry.function, tuple(there)) for number, (entry, name, there) in list(people.items())[:MOST_FOUND])


def mine(session: Session, settings: Settings, course: Course, person: Person, on: date) -> OwnCardPage:
    entry = session.get(DirectoryEntry, person.id)
    here = session.scalars(select(Membership.territory_id).where(Membership.person_id == person.id, belongs_on(on)))
    cites = cites_of_territories(course)
    there = tuple(cites[territory] for territory in dict.fromkeys(here) if territory in cites)
    return OwnCardPage(_card(settings, entry, person.name, person.email) if entry else None, there, outbox.available(settings))


def writable(session: Session, settings: Settings, course: Course, cite_id: str, card_id: int, on: date) -> WriteToMemberPage | None:
    """Returns the form to write to a person of a cité; None where nobody of that number may be written to."""
    territory = next((territory for territory, cite in cites_of_territories(course).items() if cite.id == cite_id), "")
    card = next((card for card in people_of(session, settings, territory, on) if card.person_id == card_id and card.writable), None)
    return WriteToMemberPage(card, cites_of_territories(course)[territory]) if card else None


def card_of(session: Session, person_id: int) -> DirectoryEntry | None:
    return session.get(DirectoryEntry, person_id)
