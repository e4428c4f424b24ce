"""`/reseau`: the cités by département and wave, read from the course's own file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from markupsafe import Markup

from app.content.rendering.page import PageRenderer
from app.content.search.sections import cite_anchor
from app.content.values.course import Course
from app.content.values.network import Cite
from app.french import nth


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, and how many cités it keeps."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class CiteItem:
    name: str
    anchor: str
    communes: tuple[str, ...]
    """Those that its name does not say."""
    wave: str
    """« 1re vague »."""
    year: str
    """Of its label."""


@dataclass(frozen=True, slots=True)
class Departement:
    name: str
    cites: tuple[CiteItem, ...]


@dataclass(frozen=True, slots=True)
class NetworkPage:
    introduction: Markup
    departements: tuple[Departement, ...]
    count: int
    total: int
    last_year: str
    """Of the newest label in the list; empty without any."""
    departement_choices: tuple[Choice, ...]
    wave_choices: tuple[Choice, ...]
    table: tuple[tuple[str, tuple[int, ...], int], ...]
    """Département, cités of each wave, total: over the whole region, whatever the filter."""
    waves: tuple[str, ...]
    notes: Markup


@lru_cache(maxsize=64)
def network_page(course: Course, on: date, departement: str = "", wave: str = "") -> NetworkPage:
    """Filters that name nothing known are ignored. `on`: the day on which sources are judged stale."""
    network = course.network
    renderer = PageRenderer(course, network, on)
    introduction = renderer.html(network.introduction) if network.introduction else Markup("")
    kept = [cite for cite in network.cites if _keeps(cite, departement, wave)]
    waves = tuple(sorted({cite.wave for cite in network.cites}))
    return NetworkPage(
        introduction=introduction,
        departements=tuple(Departement(name, tuple(_item(cite) for cite in kept if cite.departement == name)) for name in _names(kept)),
        count=len(kept),
        total=len(network.cites),
        last_year=max((cite.labelled_on[:4] for cite in network.cites), default=""),
        departement_choices=_choices(((cite.departement, cite.departement) for cite in network.cites), departement),
        wave_choices=_choices(((str(cite.wave), _wave_name(cite.wave)) for cite in network.cites), wave),
        table=tuple(_row(network.cites, name, waves) for name in _names(network.cites)),
        waves=tuple(_wave_name(number) for number in waves),
        notes=renderer.notes(),
    )


def _keeps(cite: Cite, departement: str, wave: str) -> bool:
    return (not departement or cite.departement == departement) and (not wave or str(cite.wave) == wave)


def _item(cite: Cite) -> CiteItem:
    return CiteItem(
        cite.name,
        cite_anchor(cite.name),
        tuple(commune.name for commune in cite.communes if commune.name not in cite.name),
        _wave_name(cite.wave),
        cite.labelled_on[:4],
    )


def _wave_name(number: int) -> str:
    return f"{nth(number)} vague"


def _names(cites: Iterable[Cite]) -> list[str]:
    """Départements, the one with most cités first."""
    names = [cite.departement for cite in cites]
    return sorted(set(names), key=lambda name: (-names.count(name), name))


def _row(cites: Iterable[Cite], name: str, waves: tuple[int, ...]) -> tuple[str, tuple[int, ...], int]:
    mine = [cite for cite in cites if cite.departement == name]
    return name, tuple(sum(cite.wave == wave for cite in mine) for wave in waves), len(mine)


def _choices(values: Iterable[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    found = list(values)
    return tuple(Choice(value, label, found.count((value, label)), value == chosen) for value, label in sorted(set(found)))
