"""The map of the network: where everything stands on it, its geometry, its SVG, and the cités in the order of its numbers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from math import cos, dist, hypot, radians, sin

from markupsafe import Markup
from msgspec import Struct

from app.content.search.entries import cite_id
from app.content.values.addresses import of_cite
from app.content.values.course import Course, made_of_course
from app.content.values.library import Cite
from app.identity.rules import Level, territory_id
from app.platform.french import fold, french, nth

# --- Layout (pure) ---------------------------------------------------------------------------------------------------
# Outlines, marks that do not cover each other, names of départements, in units of the drawing.

Position = tuple[float, float]
"""Latitude, longitude, in degrees."""
Point = tuple[float, float]

WIDTH, MARGIN = 360, 10
TALLEST = 460
RADIUS = 8.5
"""Of a mark."""
APART = 18.5
"""Between the middles of two marks, at least, wherever there is room."""
_COMPARED = 100_000
"""Pairs of marks that are looked at, a tenth of a second of work: what some hundred marks of one town ask for."""
_TURN = 2.4
"""Radians, about the golden angle: two marks of one place leave it by different sides."""
_EARTH = 6371.0
_METROPOLE = (41.0, 52.0, -6.0, 10.0)


class Ground(Struct, frozen=True):
    """A département: its name, its outlines, each a ring of positions, and where its name may stand, best first."""

    name: str
    rings: tuple[tuple[Position, ...], ...]
    names: tuple[Position, ...]


class Land(Struct, frozen=True):
    name: str
    rings: tuple[tuple[Point, ...], ...]
    label: Point
    """The middle of the foot of its name."""


class MapMark(Struct, frozen=True):
    key: str
    x: float
    y: float
    at: Point
    """Where it is in truth."""

    @property
    def moved(self) -> bool:
        """Was the mark moved away from its true place?"""
        return dist((self.x, self.y), self.at) > RADIUS


class RegionMap(Struct, frozen=True):
    height: int
    lands: tuple[Land, ...]
    marks: tuple[MapMark, ...]
    unplaced: tuple[str, ...]
    """Keys of what nothing places, or which lies out of the map."""


def region_map(grounds: Sequence[Ground], places: Sequence[tuple[str, Position | None]]) -> RegionMap | None:
    """Draws the map of a region; None where no outline exists. Overseas France is not drawn beside the mainland."""
    shown = [ground for ground in grounds if _on_mainland(ground.rings[0][0])] or list(grounds)
    if not shown:
        return None
    frame = _Frame([position for ground in shown for ring in ground.rings for position in ring])
    inside = [(key, frame.point(position)) for key, position in places if position and frame.holds(position)]
    spots = spread_points([at for _, at in inside], APART, (RADIUS + 1, RADIUS + 1, WIDTH - RADIUS - 1, frame.height - RADIUS - 1))
    marks = tuple(MapMark(key, x, y, at) for (key, at), (x, y) in zip(inside, spots, strict=True))
    lands = tuple(_land(ground, frame, spots) for ground in shown)
    placed = {key for key, _ in inside}
    return RegionMap(frame.height, lands, marks, tuple(key for key, _ in places if key not in placed))


def _on_mainland(position: Position) -> bool:
    south, north, west, east = _METROPOLE
    return south <= position[0] <= north and west <= position[1] <= east


class _Frame:
    """From degrees to the drawing's units: flat, true in the middle of the region, as large as it can be."""

    def __init__(self, positions: Sequence[Position]) -> None:
        self.north, self.west = max(y for y, _ in positions), min(x for _, x in positions)
        self.south, self.east = min(y for y, _ in positions), max(x for _, x in positions)
        self.flat = cos(radians((self.north + self.south) / 2))
        wide, tall = (self.east - self.west) * self.flat, self.north - self.south
        self.scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / tall)
        self.left = (WIDTH - wide * self.scale) / 2
        self.height = round(tall * self.scale) + 2 * MARGIN

    def point(self, position: Position) -> Point:
        return self.left + (position[1] - self.west) * self.flat * self.scale, MARGIN + (self.north - position[0]) * self.scale

    def holds(self, position: Position) -> bool:
        return self.south <= position[0] <= self.north and self.west <= position[1] <= self.east


def _land(ground: Ground, frame: _Frame, spots: Sequence[Point]) -> Land:
    rings = tuple(tuple(map(frame.point, ring)) for ring in ground.rings)
    return Land(ground.name, rings, _label([*map(frame.point, ground.names)], len(ground.name) * 7.2, spots))


def spread_points(points: Sequence[Point], apart: float, box: tuple[float, float, float, float]) -> list[Point]:
    """The same points, those that are too near pushed from one another, none out of the box (left, top, right, bottom). Where they are so many that
    it would not end, some stay where they are."""
    spots = [_clamp(point, box) for point in points]
    pairs = list(combinations(range(len(spots)), 2))
    for _ in range(_COMPARED // max(1, len(pairs))):
        if not sum(_push_apart(spots, one, other, apart, box) for one, other in pairs):
            break
    return spots


def _push_apart(spots: list[Point], one: int, other: int, apart: float, box: tuple[float, float, float, float]) -> bool:
    (x, y), (u, v) = spots[one], spots[other]
    between = hypot(u - x, v - y)
    if between >= apart - 0.05:
        return False
    across, down = ((u - x) / between, (v - y) / between) if between > 0.01 else (cos(_TURN * other), sin(_TURN * other))
    push = (apart - between) / 2
    spots[one] = _clamp((x - across * push, y - down * push), box)
    spots[other] = _clamp((u + across * push, v + down * push), box)
    return True


def _clamp(point: Point, box: tuple[float, float, float, float]) -> Point:
    left, top, right, bottom = box
    return min(max(point[0], left), right), min(max(point[1], top), bottom)


def _label(places: Sequence[Point], width: float, spots: Sequence[Point]) -> Point:
    """Of the places for a name, the first of those where it touches the fewest marks."""
    return min(places, key=lambda place: sum(abs(x - place[0]) < width / 2 + RADIUS and abs(y - place[1] + 4) < 6 + RADIUS for x, y in spots))


def kilometres(one: Position, other: Position) -> float:
    """Returns the distance in kilometres on a flat Earth: accurate within a region."""
    down = radians(other[0] - one[0])
    across = radians(other[1] - one[1]) * cos(radians((one[0] + other[0]) / 2))
    return hypot(down, across) * _EARTH


# --- Geometry --------------------------------------------------------------------------------------------------------
# Open data that the site ships (README.md beside it), read once a process.

CREDIT = "IGN, Admin Express, 2018, contours simplifiés ; Licence Ouverte"


@lru_cache(maxsize=1)
def grounds() -> Mapping[str, Ground]:
    """Folded name of a département → its outlines."""
    read = json.loads(files(__package__).joinpath("geography", "departements.json").read_text("utf-8"))
    rows = read["departements"].values()
    return {
        fold(row["nom"]): Ground(row["nom"], tuple(tuple((y, x) for x, y in ring) for ring in row["contours"]), tuple((y, x) for x, y in row["noms"]))
        for row in rows
    }


class KnownCommune(Struct, frozen=True):
    middle: Position
    postcodes: tuple[str, ...]


@lru_cache(maxsize=1)
def communes() -> Mapping[str, KnownCommune]:
    """Insee number → the commune."""
    lines = csv.DictReader(files(__package__).joinpath("geography", "communes.csv").read_text("utf-8").splitlines())
    return {line["insee"]: KnownCommune((float(line["latitude"]), float(line["longitude"])), tuple(line["postal"].split())) for line in lines}


def insee_of(course: Course, postcode: str) -> tuple[str, ...]:
    """Insee numbers of the communes of the network's cités that have this postcode."""
    numbers = dict.fromkeys(commune.insee for cite in course.network.cites for commune in cite.communes)
    return tuple(number for number in numbers if number in communes() and postcode in communes()[number].postcodes)


def of_departements(names: Iterable[str]) -> tuple[Ground, ...]:
    """Returns the outlines of these départements that exist, each once."""
    known = grounds()
    return tuple(known[name] for name in dict.fromkeys(map(fold, names)) if name in known)


def position_of(cite: Cite) -> Position | None:
    """What its line says, else the middle of its communes; None where none of them is known."""
    if cite.position:
        return cite.position
    found = [communes()[commune.insee].middle for commune in cite.communes if commune.insee in communes()]
    return (sum(y for y, _ in found) / len(found), sum(x for _, x in found) / len(found)) if found else None


# --- SVG -------------------------------------------------------------------------------------------------------------
# Attributes and classes, no style. What it shows is said in words beside it, so it is hidden from screen readers.

_SIDE = RADIUS * 1.72
_CORNER = RADIUS * 1.28
SIGNS = (
    Markup('<circle class="atlas-{}" cx="{x}" cy="{y}" r="{r}"/>'),
    Markup('<rect class="atlas-{}" x="{left}" y="{top}" width="{side}" height="{side}"/>'),
    Markup('<path class="atlas-{}" d="M{x} {high}L{far} {y}L{x} {low}L{near} {y}Z"/>'),
)
"""A wave is told by a form, filled or hollow, never by a colour alone."""


class CiteMarker(Struct, frozen=True):
    """What the map says of a cité."""

    name: str
    number: int
    """The same in the list."""
    href: str
    wave: int
    """Its place among the waves, from 0."""


def draw_map(region: RegionMap, signs: Mapping[str, CiteMarker], here: str = "") -> Markup:
    """`signs`: of the marks to show, by key; `here`: that of the one that stands out."""
    marks = [mark for mark in region.marks if mark.key in signs]
    shapes = [*map(_land_path, region.lands), *map(_name, region.lands), *(_leader(mark) for mark in marks if mark.moved)]
    shapes += [_mark(mark, signs[mark.key], mark.key == here) for mark in marks]
    return Markup('<svg class="atlas" viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-hidden="true" focusable="false">{s}</svg>\n').format(
        w=WIDTH, h=region.height, s=Markup("").join(shapes)
    )


def legend_sign(wave: int) -> Markup:
    """The form of a wave, alone."""
    return Markup('<svg class="atlas-key" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">{}</svg>').format(_form(10, 10, wave))


def _land_path(land: Land) -> Markup:
    return Markup('<path class="atlas-land" d="{}"/>').format(" ".join(map(_ring, land.rings)))


def _ring(ring: Sequence[tuple[float, float]]) -> str:
    return f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in ring)}Z"


def _name(land: Land) -> Markup:
    return Markup('<text class="atlas-name" x="{:.1f}" y="{:.1f}" text-anchor="middle" font-size="12">{}</text>').format(*land.label, french(land.name))


def _leader(mark: MapMark) -> Markup:
    x, y = mark.at
    return Markup('<path class="atlas-leader" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/><circle class="atlas-point" cx="{:.1f}" cy="{:.1f}" r="1.8"/>').format(
        mark.x, mark.y, x, y, x, y
    )


def _mark(mark: MapMark, sign: CiteMarker, here: bool) -> Markup:
    number = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="middle" font-size="10">{}</text>').format(mark.x, mark.y + 3.5, sign.number)
    inside = Markup("<title>{}</title>{}{}").format(french(sign.name), _form(mark.x, mark.y, sign.wave), number)
    css = f"atlas-mark atlas-mark-{_filling(sign.wave)}{' atlas-here' if here else ''}"
    return Markup('<a class="{}" href="{}" tabindex="-1">{}</a>').format(css, sign.href, inside)


def _filling(wave: int) -> str:
    return ("full", "hollow")[(wave % 3 + wave // 3) % 2]


def _form(x: float, y: float, wave: int) -> Markup:
    side, corner = _SIDE / 2, _CORNER
    numbers = {"x": x, "y": y, "r": RADIUS, "left": x - side, "top": y - side, "side": _SIDE}
    numbers |= {"high": y - corner, "low": y + corner, "near": x - corner, "far": x + corner}
    return SIGNS[wave % len(SIGNS)].format(_filling(wave), **{name: f"{number:.1f}" for name, number in numbers.items()})


# --- The list of cités -----------------------------------------------------------------------------------------------
# Each with the number that the map gives it, and the map they stand on.


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
