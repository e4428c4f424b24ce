"""The map of a network as SVG: attributes and classes, no style. What it shows is said in words beside it, so it is hidden from whoever hears the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct

from app.network.atlas.rules import RADIUS, WIDTH, Land, MapMark, RegionMap
from app.platform.french import french

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
    shapes = [*map(_land, region.lands), *map(_name, region.lands), *(_leader(mark) for mark in marks if mark.moved)]
    shapes += [_mark(mark, signs[mark.key], mark.key == here) for mark in marks]
    return Markup('<svg class="atlas" viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-hidden="true" focusable="false">{s}</svg>\n').format(
        w=WIDTH, h=region.height, s=Markup("").join(shapes)
    )


def legend_sign(wave: int) -> Markup:
    """The form of a wave, alone."""
    return Markup('<svg class="atlas-key" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">{}</svg>').format(_form(10, 10, wave))


def _land(land: Land) -> Markup:
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
