"""The cités in the order of the list, each with the number that the map gives it, and the map that they stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup
from msgspec import Struct

from app.content.search.sections import cite_id
from app.content.values.addresses import of_cite
from app.content.values.course import Course, made_of_course
from app.content.values.network import Cite
from app.identity.rules import Level
from app.identity.territories.rules import territory_id
from app.network.atlas.drawing import CiteMarker, draw_map
from app.network.atlas.geography import of_departements, position_of
from app.network.atlas.rules import RegionMap, region_map
from app.platform.french import nth


class Listing(Struct, frozen=True):
    cites: tuple[Cite, ...]
    """Département after département, the one with most cités first; in each, in the order of the file."""
    numbers: Mapping[str, int]
    """Id → from 1, in that order."""
    departements: tuple[str, ...]
    waves: tuple[int, ...]
    region: RegionMap | None

    def find_cite(self, identifier: str) -> Cite | None:
        place = self.numbers.get(identifier)
        return self.cites[place - 1] if place else None

    def render_map(self, shown: Iterable[Cite], here: str = "") -> Markup:
        """The map with these cités on it; `here`: the id of the one that stands out."""
        signs = {cite_id(cite.name): self._sign(cite) for cite in shown}
        return draw_map(self.region, signs, here) if self.region else Markup("")

    def _sign(self, cite: Cite) -> CiteMarker:
        identifier = cite_id(cite.name)
        return CiteMarker(cite.name, self.numbers[identifier], of_cite(identifier), self.waves.index(cite.wave))


@made_of_course(4)
def listing(course: Course) -> Listing:
    written = [cite.departement for cite in course.network.cites]
    names = sorted(set(written), key=lambda name: (-written.count(name), name))
    unique = {cite_id(cite.name): cite for name in names for cite in course.network.cites if cite.departement == name}
    places = [place.name for place in course.network.places if place.kind == "departement"]
    return Listing(
        cites=tuple(unique.values()),
        numbers={identifier: number for number, identifier in enumerate(unique, 1)},
        departements=tuple(names),
        waves=tuple(sorted({cite.wave for cite in unique.values()})),
        region=region_map(of_departements([*names, *places]), [(identifier, position_of(cite)) for identifier, cite in unique.items()]),
    )


def wave_name(number: int) -> str:
    return f"{nth(number)} vague"


def territory_of(cite: Cite) -> str:
    """Returns the id of a cité in the territory tree."""
    return territory_id(Level.CITE, cite.name)


class CiteName(Struct, frozen=True):
    id: str
    """Of its page."""
    name: str


@made_of_course(4)
def cites_of_territories(course: Course) -> Mapping[str, CiteName]:
    """Number in the territory tree → the page of that cité."""
    return {territory_of(cite): CiteName(identifier, cite.name) for identifier, cite in zip(listing(course).numbers, listing(course).cites, strict=True)}
