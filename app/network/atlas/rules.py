"""Where everything stands on the map of a network: outlines, marks that do not cover each other, names of départements. Pure; units of the drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
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
_STEP = 7
_EARTH = 6371.0
_METROPOLE = (41.0, 52.0, -6.0, 10.0)


class Ground(Struct, frozen=True):
    """A département: its name and its outlines, each a ring of positions."""

    name: str
    rings: tuple[tuple[Position, ...], ...]


class Land(Struct, frozen=True):
    name: str
    rings: tuple[tuple[Point, ...], ...]
    label: Point
    """The middle of the foot of its name."""


class Mark(Struct, frozen=True):
    key: str
    x: float
    y: float
    at: Point
    """Where it is in truth."""

    @property
    def moved(self) -> bool:
        """Its place is no longer under it."""
        return dist((self.x, self.y), self.at) > RADIUS


class RegionMap(Struct, frozen=True):
    height: int
    lands: tuple[Land, ...]
    marks: tuple[Mark, ...]
    unplaced: tuple[str, ...]
    """Keys of what nothing places, or which lies out of the map."""


def region_map(grounds: Sequence[Ground], places: Sequence[tuple[str, Position | None]]) -> RegionMap | None:
    """None where there is no outline to draw: a list says all. France overseas is not drawn beside the mainland."""
    shown = [ground for ground in grounds if _on_mainland(ground.rings[0][0])] or list(grounds)
    if not shown:
        return None
    frame = _Frame([position for ground in shown for ring in ground.rings for position in ring])
    inside = [(key, frame.point(position)) for key, position in places if position and frame.holds(position)]
    spots = spread([at for _, at in inside], APART, (RADIUS + 1, RADIUS + 1, WIDTH - RADIUS - 1, frame.height - RADIUS - 1))
    marks = tuple(Mark(key, x, y, at) for (key, at), (x, y) in zip(inside, spots, strict=True))
    rings = [tuple(tuple(map(frame.point, ring)) for ring in ground.rings) for ground in shown]
    lands = tuple(Land(ground.name, drawn, _label(drawn, len(ground.name) * 7.2, spots)) for ground, drawn in zip(shown, rings, strict=True))
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


def spread(points: Sequence[Point], apart: float, box: tuple[float, float, float, float]) -> list[Point]:
    """The same points, those that are too near pushed from one another, none out of the box (left, top, right, bottom). Where they are so many that
    it would not end, some stay where they are."""
    spots = [_kept(point, box) for point in points]
    left, moved = _COMPARED, True
    while moved and left:
        moved = False
        for one, other in islice(_neighbours(spots, apart), left):
            left -= 1
            moved |= _pushed(spots, one, other, apart, box)
    return spots


def _neighbours(spots: Sequence[Point], apart: float) -> Iterator[tuple[int, int]]:
    """Pairs not further apart from west to east, as they stand when they are asked for."""
    order = sorted(range(len(spots)), key=lambda index: (spots[index], index))
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            if spots[other][0] - spots[one][0] >= apart:
                break
            yield one, other


def _pushed(spots: list[Point], one: int, other: int, apart: float, box: tuple[float, float, float, float]) -> bool:
    (x, y), (u, v) = spots[one], spots[other]
    between = hypot(u - x, v - y)
    if between >= apart - 0.05:
        return False
    across, down = ((u - x) / between, (v - y) / between) if between > 0.01 else (cos(_TURN * other), sin(_TURN * other))
    push = (apart - between) / 2
    spots[one] = _kept((x - across * push, y - down * push), box)
    spots[other] = _kept((u + across * push, v + down * push), box)
    return True


def _kept(point: Point, box: tuple[float, float, float, float]) -> Point:
    left, top, right, bottom = box
    return min(max(point[0], left), right), min(max(point[1], top), bottom)


def _label(rings: Sequence[Sequence[Point]], width: float, spots: Sequence[Point]) -> Point:
    """The place in the largest outline where a name covers least: no mark, no border, near its middle."""
    ring = max(rings, key=lambda each: abs(_area(each)))
    middle = _middle(ring)
    return min(_inside(ring), key=lambda point: (_covered(point, width, ring, spots), dist(point, middle)), default=middle)


def _covered(point: Point, width: float, ring: Sequence[Point], spots: Sequence[Point]) -> int:
    """How many marks a name there would touch, and how many of its corners are out of its département."""
    x, y = point[0], point[1] - 4
    marks = sum(abs(u - x) < width / 2 + RADIUS and abs(v - y) < 6 + RADIUS for u, v in spots)
    corners = sum(not _within((x + across * width / 2, y + down * 6), ring) for across in (-1, 1) for down in (-1, 1))
    return 2 * marks + corners


def _inside(ring: Sequence[Point]) -> Iterator[Point]:
    left, right = int(min(x for x, _ in ring)), int(max(x for x, _ in ring))
    top, bottom = int(min(y for _, y in ring)), int(max(y for _, y in ring))
    return ((x, y) for y in range(top, bottom, _STEP) for x in range(left, right, _STEP) if _within((x, y), ring))


def _within(point: Point, ring: Sequence[Point]) -> bool:
    x, y = point
    crossed = ((u + (y - v) * (s - u) / (t - v)) for (u, v), (s, t) in _edges(ring) if (v > y) != (t > y))
    return sum(x < there for there in crossed) % 2 == 1


def _edges(ring: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    return pairwise((*ring, ring[0]))


def _area(ring: Sequence[Point]) -> float:
    return sum(x * v - u * y for (x, y), (u, v) in _edges(ring)) / 2


def _middle(ring: Sequence[Point]) -> Point:
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def kilometres(one: Position, other: Position) -> float:
    """As the crow flies, on a flat Earth of that latitude: right within a region."""
    down = radians(other[0] - one[0])
    across = radians(other[1] - one[1]) * cos(radians((one[0] + other[0]) / 2))
    return hypot(down, across) * _EARTH
