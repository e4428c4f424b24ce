"""Where everything stands on the map of a network: outlines, marks that do not cover each other, names of départements. Pure; units of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import cos, dist, hypot, radians, sin

from msgspec import Struct

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
    spots = spread([at for _, at in inside], APART, (RADIUS + 1, RADIUS + 1, WIDTH - RADIUS - 1, frame.height - RADIUS - 1))
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


def spread(points: Sequence[Point], apart: float, box: tuple[float, float, float, float]) -> list[Point]:
    """The same points, those that are too near pushed from one another, none out of the box (left, top, right, bottom). Where they are so many that
    it would not end, some stay where they are."""
    spots = [_clamp(point, box) for point in points]
    pairs = list(combinations(range(len(spots)), 2))
    for _ in range(_COMPARED // max(1, len(pairs))):
        if not sum(_pushed(spots, one, other, apart, box) for one, other in pairs):
            break
    return spots


def _pushed(spots: list[Point], one: int, other: int, apart: float, box: tuple[float, float, float, float]) -> bool:
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
