"""`/reseau/<id>`: what the course says of a cité, where it stands, who is near, and what others of the site have to say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from flask import url_for
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy.orm import Session

from app.content.search.sections import cite_anchor, cite_id
from app.content.values.course import Course
from app.content.values.library import LibraryDocument
from app.content.values.network import Cite, Network
from app.identity.queries import SignedIn
from app.network.atlas.geography import CREDIT, position_of
from app.network.atlas.listing import Listing, listing, territory_of, wave_name
from app.network.atlas.rules import kilometres
from app.network.directory.queries import Card, people_of
from app.network.meetings.queries import meetings_of
from app.network.proposals.queries import accepted_texts, as_written, may_propose
from app.platform.french import capital, date_words, day_of, fold, number
from app.platform.settings import Settings

NEAR = 4
"""Neighbours that a page names."""
LISTED = 5
"""Meetings that a page names."""
PILOTS = ("Préfecture", "Éducation nationale", "Commune ou intercommunalité")
"""Of every cité, whoever they are there."""


class CiteKey(Struct, frozen=True):
    """How the rooms of the site know a cité."""

    id: str
    """Of its page."""
    territory_id: str
    cite: Cite
    reader: SignedIn | None
    """None for a visitor."""
    now: datetime


class CiteLine(Struct, frozen=True):
    title: str
    href: str
    facts: tuple[str, ...] = ()


class CiteSection(Struct, frozen=True):
    """What a room has to say of a cité: a title and its lines. Without lines it is not shown."""

    anchor: str
    title: str
    lines: tuple[CiteLine, ...]


Provider = Callable[[Session, Course, CiteKey], CiteSection]


class Neighbour(Struct, frozen=True):
    id: str
    name: str
    words: str
    """« à 8 km », or what it shares with this one."""


class CitePage(Struct, frozen=True):
    key: CiteKey
    number: int
    facts: tuple[tuple[str, str], ...]
    troika: tuple[str, ...]
    """By function; what every cité has where nothing is said of this one."""
    troika_said: bool
    map: Markup
    credit: str
    """Empty without a map."""
    neighbours: tuple[Neighbour, ...]
    sections: tuple[CiteSection, ...]
    people: tuple[Card, ...]
    """Those who agreed to appear; none for a visitor."""
    presentation: tuple[str, ...]
    """Paragraphs of its own people."""
    contacts: tuple[str, ...]
    """None for a visitor."""
    proposes: bool
    """The reader may propose what it says."""


def cite_page(session: Session, settings: Settings, course: Course, identifier: str, now: datetime, reader: SignedIn | None) -> CitePage | None:
    """Returns the page of a cité, or None if there is none. `reader`: None for a visitor."""
    found = listing(course)
    cite = found.find_cite(identifier)
    if cite is None:
        return None
    key = CiteKey(identifier, territory_of(cite), cite, reader, now)
    written = as_written(cite, accepted_texts(session, key.territory_id).texts)
    placed = found.region is not None and identifier not in found.region.unplaced
    sections = (provider(session, course, key) for provider in PROVIDERS)
    return CitePage(
        key=key,
        number=found.numbers[identifier],
        facts=tuple((label, words) for label, words in _facts(cite, written.lines("quartiers")) if words),
        troika=written.lines("troika") or PILOTS,
        troika_said=bool(written.troika),
        map=found.render_map(found.cites, identifier) if placed else Markup(""),
        credit=CREDIT if placed else "",
        neighbours=tuple(_neighbours(found, cite)),
        sections=tuple(section for section in sections if section.lines),
        people=people_of(session, settings, key.territory_id, day_of(now)) if reader else (),
        presentation=written.paragraphs,
        contacts=written.lines("contacts") if reader else (),
        proposes=reader is not None and may_propose(session, reader, key.territory_id, day_of(now)),
    )


def _facts(cite: Cite, quartiers: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield "Label", f"{wave_name(cite.wave)}, {date_words(cite.labelled_on)}"
    yield "Département", cite.departement
    yield "Commune" if len(cite.communes) == 1 else "Communes", ", ".join(commune.name for commune in cite.communes)
    yield "Quartier" if len(quartiers) == 1 else "Quartiers", ", ".join(quartiers)


def _neighbours(found: Listing, cite: Cite) -> Iterator[Neighbour]:
    """The nearest ones; where nothing places this one, those of its département."""
    here = position_of(cite)
    others = [(other, there) for other in found.cites if other is not cite and (there := position_of(other))]
    if here is None:
        same = [other for other in found.cites if other is not cite and other.departement == cite.departement]
        yield from (Neighbour(cite_id(other.name), other.name, other.departement) for other in same[:NEAR])
        return
    away = sorted((kilometres(here, there), other.name) for other, there in others)
    for far, name in away[:NEAR]:
        yield Neighbour(cite_id(name), name, f"à {number(round(far))} km" if far >= 1 else "même commune")


# --- What other rooms say of it --------------------------------------------------------------------------------------


def documents(_session: Session, course: Course, key: CiteKey) -> CiteSection:
    """Lists the library documents about the cité, its communes, its quartiers or what it belongs to, that a visitor may read."""
    near = _names(course.network, key.cite)
    tied = [(min(ranks), place, each) for place, each in enumerate(course.library.documents) if (ranks := _ranks(each, near))]
    readable = [each for _, _, each in sorted(tied, key=lambda row: row[:2]) if key.reader or each.public]
    return CiteSection(
        "documents", "Documents", tuple(CiteLine(each.title, url_for("library.document", entry_id=each.id), _document_facts(each)) for each in readable)
    )


def _ranks(document: LibraryDocument, near: dict[str, int]) -> list[int]:
    return [near[fold(name)] for name in document.territories if fold(name) in near]


def _names(network: Network, cite: Cite) -> dict[str, int]:
    """Folded name → how far from the cité; what lies above the region is about everybody."""
    own = [cite.name, *cite.name.split(" / "), *(commune.name for commune in cite.communes), *cite.quartiers]
    above = {fold(place.name): place for place in network.places if place.kind != "nation"}
    found = dict.fromkeys(map(fold, own), 0)
    name, rank = fold(cite.departement), 1
    while name and name not in found:
        found[name] = rank
        name, rank = fold(above[name].above) if name in above else "", rank + 1
    return found


def _document_facts(document: LibraryDocument) -> tuple[str, ...]:
    return tuple(filter(None, (capital(document.type.value), date_words(document.date) if document.date else "")))


def lessons(_session: Session, course: Course, key: CiteKey) -> CiteSection:
    """Lists the lessons that link to the cité."""
    anchor = cite_anchor(key.cite.name)
    held = (course.lessons.get(lesson_id) for module in course.modules.values() for lesson_id in module.lesson_ids)
    citing = [lesson for lesson in held if lesson and any((link.target, link.anchor) == ("reseau", anchor) for link in lesson.links)]
    return CiteSection(
        "lecons",
        "Dans le cours",
        tuple(CiteLine(lesson.title, url_for("learning.lesson", lesson_id=lesson.id)) for lesson in citing if key.reader or lesson.public),
    )


def meetings(session: Session, _course: Course, key: CiteKey) -> CiteSection:
    """Lists the meetings for the cité, its département or its region that the reader may see."""
    lines = meetings_of(session, key.reader, key.territory_id, key.now)[:LISTED] if key.reader else ()
    return CiteSection(
        "rencontres",
        "Rencontres",
        tuple(CiteLine(line.title, url_for("meetings.meeting", meeting_id=line.id), tuple(filter(None, (line.when, line.where, line.mark)))) for line in lines),
    )


PROVIDERS: tuple[Provider, ...] = (meetings, documents, lessons)
"""Whoever has lines for the page of a cité: one function each, in the order of the page."""


def is_listed(course: Course, identifier: str) -> bool:
    return identifier in listing(course).numbers


def cite_ids(course: Course) -> Iterator[str]:
    """Returns the ids of all cités, as in the addresses of their pages."""
    return iter(listing(course).numbers)
