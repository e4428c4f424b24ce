"""`/reseau`, the cités on a map and as a list; `/reseau/<id>`, the page of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

from flask import Blueprint, Flask, abort, render_template, request, url_for
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy.orm import Session

from app.content.rendering.page import PageRenderer
from app.content.search.entries import cite_anchor, cite_id
from app.content.store.queries import course
from app.content.values.course import Course, made_of_course
from app.content.values.library import Cite, LibraryDocument, Network
from app.identity import audit
from app.identity.services import SignedIn
from app.identity.sign_in.guards import may_here, person_or_none
from app.network.atlas import CREDIT, Listing, kilometres, legend_sign, listing, position_of, territory_of, wave_name
from app.network.directory import Card, people_by_cite, people_of
from app.network.meetings.queries import meetings_of
from app.network.proposals import accepted_texts, as_written, may_propose, waiting_count
from app.platform import clock, hooks
from app.platform.db import db
from app.platform.french import capital, date_words, day_of, fold, join_words, number
from app.platform.settings import Settings, current_settings
from app.platform.site import offers
from app.platform.web.endpoints import OPEN, page

# --- The page of a cité ----------------------------------------------------------------------------------------------
# What the course says of it, where it stands, who is near, and what other packages add.

NEAR = 4
"""Neighbours that a page names."""
LISTED = 5
"""Meetings that a page names."""
PILOTS = ("Préfecture", "Éducation nationale", "Commune ou intercommunalité")
"""Of every cité, whoever they are there."""


class CiteKey(Struct, frozen=True):
    """How the other packages know a cité."""

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
    """What a package has to say of a cité: a title and its lines. Without lines it is not shown."""

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
    sections = (provider(session, course, key) for feature, provider in PROVIDERS if offers(feature))
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
        people=people_of(session, settings, key.territory_id, day_of(now)) if reader and offers("directory") else (),
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


# --- What other packages add -----------------------------------------------------------------------------------------


def documents(_session: Session, course: Course, key: CiteKey) -> CiteSection:
    """Lists the library documents about the cité, its communes, its quartiers or what it belongs to, that a visitor may read."""
    near = _cite_names(course.network, key.cite)
    tied = [(min(ranks), place, each) for place, each in enumerate(course.library.documents) if (ranks := _ranks(each, near))]
    readable = [each for _, _, each in sorted(tied, key=lambda row: row[:2]) if key.reader or each.public]
    return CiteSection(
        "documents", "Documents", tuple(CiteLine(each.title, url_for("library.document", entry_id=each.id), _document_facts(each)) for each in readable)
    )


def _ranks(document: LibraryDocument, near: dict[str, int]) -> list[int]:
    return [near[fold(name)] for name in document.territories if fold(name) in near]


def _cite_names(network: Network, cite: Cite) -> dict[str, int]:
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


PROVIDERS: tuple[tuple[str, Provider], ...] = (("meetings", meetings), ("library", documents), ("", lessons))
"""Whoever has lines for the page of a cité: one function each, with its feature, in the order of the page."""


def is_listed(course: Course, identifier: str) -> bool:
    return identifier in listing(course).numbers


def cite_ids(course: Course) -> Iterator[str]:
    """Returns the ids of all cités, as in the addresses of their pages."""
    return iter(listing(course).numbers)


# --- The list --------------------------------------------------------------------------------------------------------
# By département and wave, on a map and in words, read from the course's own file.


class FilterChoice(Struct, frozen=True):
    """One value of a filter, and how many cités it keeps."""

    value: str
    label: str
    count: int
    chosen: bool


class CiteItem(Struct, frozen=True):
    id: str
    number: int
    """The same on the map."""
    name: str
    anchor: str
    communes: tuple[str, ...]
    """Those that its name does not say."""
    wave: str
    """« 1re vague »."""
    year: str
    """Of its label."""


class Departement(Struct, frozen=True):
    name: str
    cites: tuple[CiteItem, ...]


class MapFigure(Struct, frozen=True):
    svg: Markup
    legend: tuple[tuple[Markup, str], ...]
    """(form of a wave, « 1re vague, 13 »)."""
    unplaced: str
    """In words, those of the list that the map does not show; empty for none."""
    credit: str


class MeetingItem(Struct, frozen=True):
    title: str
    anchor: str
    html: Markup


class NetworkPage(Struct, frozen=True):
    introduction: Markup
    map: MapFigure | None
    """None where nothing is known of the region's outline."""
    departements: tuple[Departement, ...]
    count: int
    total: int
    departement_choices: tuple[FilterChoice, ...]
    wave_choices: tuple[FilterChoice, ...]
    table: tuple[tuple[str, tuple[int, ...], int], ...]
    """Département, cités of each wave, total: over the whole region, whatever the filter."""
    waves: tuple[str, ...]
    meetings: tuple[MeetingItem, ...]
    """For whoever writes the file: learners read each at its own address."""
    notes: Markup


@made_of_course(64)
def network_page(course: Course, on: date, departement: str = "", wave: str = "", *, told: bool = False) -> NetworkPage:
    """Filters that name nothing known are ignored. `on`: the day on which sources are judged stale. `told`: with what the file tells of meetings."""
    network, found = course.network, listing(course)
    renderer = PageRenderer(course, network, on)
    introduction = renderer.html(network.introduction) if network.introduction else Markup("")
    meetings = tuple(MeetingItem(meeting.title, meeting.anchor, renderer.html(meeting.body)) for meeting in network.meetings if told)
    kept = [cite for cite in found.cites if _keeps(cite, departement, wave)]
    return NetworkPage(
        introduction=introduction,
        map=_map(found, kept),
        departements=tuple(Departement(name, tuple(_item(found, cite) for cite in kept if cite.departement == name)) for name in _names(kept)),
        count=len(kept),
        total=len(found.cites),
        departement_choices=_choices(((cite.departement, cite.departement) for cite in found.cites), departement),
        wave_choices=_choices(((str(cite.wave), wave_name(cite.wave)) for cite in found.cites), wave),
        table=tuple(_row(found.cites, name, found.waves) for name in found.departements),
        waves=tuple(wave_name(number) for number in found.waves),
        meetings=meetings,
        notes=renderer.notes(),
    )


def _keeps(cite: Cite, departement: str, wave: str) -> bool:
    return (not departement or cite.departement == departement) and (not wave or str(cite.wave) == wave)


def _map(found: Listing, kept: Iterable[Cite]) -> MapFigure | None:
    """Of those that the filters keep, and of no other: what it shows is what the list says."""
    if found.region is None:
        return None
    shown = list(kept)
    counts = [sum(cite.wave == wave for cite in shown) for wave in found.waves]
    legend = ((legend_sign(place), f"{wave_name(wave)}, {count}") for place, (wave, count) in enumerate(zip(found.waves, counts, strict=True)) if count)
    unplaced = join_words([cite.name for cite in shown if cite_id(cite.name) in found.region.unplaced])
    return MapFigure(found.render_map(shown), tuple(legend), unplaced, CREDIT)


def _item(found: Listing, cite: Cite) -> CiteItem:
    number = cite_id(cite.name)
    return CiteItem(
        number,
        found.numbers[number],
        cite.name,
        cite_anchor(cite.name),
        tuple(commune.name for commune in cite.communes if commune.name not in cite.name),
        wave_name(cite.wave),
        cite.labelled_on[:4],
    )


def _names(cites: Iterable[Cite]) -> tuple[str, ...]:
    """Départements in the order of the list."""
    return tuple(dict.fromkeys(cite.departement for cite in cites))


def _row(cites: Iterable[Cite], name: str, waves: tuple[int, ...]) -> tuple[str, tuple[int, ...], int]:
    mine = [cite for cite in cites if cite.departement == name]
    return name, tuple(sum(cite.wave == wave for cite in mine) for wave in waves), len(mine)


def _choices(values: Iterable[tuple[str, str]], chosen: str) -> tuple[FilterChoice, ...]:
    found = list(values)
    return tuple(FilterChoice(value, label, found.count((value, label)), value == chosen) for value, label in sorted(set(found)))


# --- `/reseau/<id>` --------------------------------------------------------------------------------------------------
# Open to visitors, as the list is; the people on it are shown to those signed in alone.

cites_blueprint = Blueprint("cites", __name__, url_prefix="/reseau")


def init_app(app: Flask) -> None:
    app.register_blueprint(cites_blueprint)
    hooks.open_addresses.of(app)["cites.cite"] = lambda cite_id: is_listed(course(db.session), cite_id)
    hooks.sitemap.of(app).append(lambda: (("cites.cite", {"cite_id": each}) for each in cite_ids(course(db.session))))


@cites_blueprint.get("/<cite_id>")
@page(who=OPEN, names_people="Page d’une cité où vous paraissez, dans l’annuaire du réseau")
def cite(cite_id: str) -> str:
    now = clock.now()
    page = cite_page(db.session, current_settings(), course(db.session), cite_id, now, person_or_none())
    if page is None:
        abort(404)
    audit.record_access({card.person_id for card in page.people}, "cites.cite", now)
    return render_template("network/cites/cite.html", page=page)


# --- `/reseau` -------------------------------------------------------------------------------------------------------

blueprint = Blueprint("network", __name__)


@blueprint.get("/reseau")
@page(who=OPEN)
def network() -> str:
    departement, wave = (request.args.get(name, "") for name in ("departement", "vague"))
    published, on = course(db.session), day_of(clock.now())
    page = network_page(published, on, departement, wave)
    people = people_by_cite(db.session, published, on) if person_or_none() and offers("directory") else {}
    waiting = waiting_count(db.session) if may_here("proposals.index") else 0
    return render_template("network/network.html", page=page, people=people, waiting=waiting)
