"""`/reseau`: the cités by département and wave, on a map and as a list, read from the course's own file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.page import PageRenderer
from app.content.search.sections import cite_anchor, cite_id
from app.content.values.course import Course, made_of_course
from app.content.values.network import Cite
from app.network.atlas.drawing import legend_sign
from app.network.atlas.geography import CREDIT
from app.network.atlas.listing import Listing, listing, wave_name
from app.platform.french import join_words


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
    last_year: str
    """Of the newest label in the list; empty without any."""
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
        last_year=max((cite.labelled_on[:4] for cite in found.cites), default=""),
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
