"""What drawings are made of: lines of words, boxes, links, arrows, patterns. Attributes and classes only, no style."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape
from msgspec import Struct

from app.content.figures.figure import Figure
from app.content.figures.letters import LEADING, SIZE, cut_into_lines
from app.platform.french import NARROW, french

NARROW_WIDTH, WIDE_WIDTH = 360, 580
"""Of a drawing, in its own units: about the narrowest screen's text, so that letters stay readable there; about a line of text on a large one."""
PAD = 9
"""Between the edge of a box and its words."""
FILLS = ("solid", "stripes", "dots", "hollow")
"""How parts differ besides their order: never by colour alone."""


def markup(template: str, *values: object, **named: object) -> Markup:
    """`Markup.format` for plain fields (`{}`, `{x}`): what is not markup itself is escaped. A drawing has hundreds; this takes half the time."""
    return Markup(template.format(*map(escape, values), **{name: escape(value) for name, value in named.items()}))  # noqa: S704 — every value is escaped


class Drawing(Struct, frozen=True):
    height: float
    shapes: tuple[Markup, ...]


def svg(figure_id: str, width: int, drawing: Drawing, title: str, description: str, css: str = "") -> Markup:
    return markup(
        '<svg{c} viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-labelledby="{i}-title {i}-desc">'
        '<title id="{i}-title">{t}</title><desc id="{i}-desc">{d}</desc>{s}</svg>\n',
        c=markup(' class="{}"', css) if css else "",
        w=width,
        h=_number(drawing.height),
        i=figure_id,
        t=french(title),
        d=french(description),
        s=Markup("").join(drawing.shapes),
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


# --- Words ---


def label(text: str, x: float, y: float, *, strong: bool = False, anchor: str = "start") -> Markup:
    """One line of words; `y` is its foot."""
    return markup(
        '<text class="chart-{}" x="{}" y="{}" font-size="{}"{}>{}</text>',
        "value" if strong else "label",
        _number(x),
        _number(y),
        SIZE,
        markup(' text-anchor="{}"', anchor) if anchor != "start" else "",
        text,
    )


def labels(lines: Sequence[str], x: float, top: float, *, strong: bool = False, anchor: str = "start") -> Iterator[Markup]:
    """Lines one under the other, the first one's top at `top`."""
    for place, line in enumerate(lines):
        yield label(line, x, top + place * LEADING + SIZE, strong=strong, anchor=anchor)


class TextBlock(Struct, frozen=True):
    """A few strong words, then plain ones, cut for a width."""

    strong: list[str]
    plain: list[str]

    @property
    def height(self) -> float:
        return (len(self.strong) + len(self.plain)) * LEADING + 2 * PAD - 2

    def drawn(self, css: str, x: float, y: float, width: float, height: float = 0) -> Iterator[Markup]:
        """Draws the text in a box."""
        yield box(css, x, y, width, height or self.height)
        yield from labels(self.strong, x + PAD, y + PAD - 1, strong=True)
        yield from labels(self.plain, x + PAD, y + PAD - 1 + len(self.strong) * LEADING)


def block(strong: str, plain: str, width: float) -> TextBlock:
    room = width - 2 * PAD
    return TextBlock(cut_into_lines(french(strong), room, strong=True), cut_into_lines(french(plain), room))


def with_unit(written: str, unit: str) -> str:
    """The number as it was written, with a unit that is a sign; one in words is in the caption."""
    written = french(written)
    return f"{written}{NARROW}{unit}" if unit and not unit[0].isalpha() and unit not in written else written


def caption(figure: Figure) -> str:
    unit = f" ({'en ' * figure.unit[0].isalpha()}{figure.unit})" if figure.unit else ""
    return french(figure.title + unit)


# --- Boxes and links ---


def box(css: str, x: float, y: float, width: float, height: float) -> Markup:
    """Draws a box whose outline stays inside its bounds: the drawing's edge would cut half of it."""
    return markup(
        '<rect class="chart-{}" x="{}" y="{}" width="{}" height="{}" rx="4"/>', css, _number(x + 1), _number(y + 1), _number(width - 2), _number(height - 2)
    )


def link(x: float, y: float, *moves: tuple[str, float], css: str = "link") -> Markup:
    """Draws a line from a point, by steps to a column (`H`) or to a row (`V`)."""
    path = " ".join(f"{way}{_number(to)}" for way, to in moves)
    return markup('<path class="chart-{}" d="M{} {} {}"/>', css, _number(x), _number(y), path)


def arrow_down(x: float, top: float, foot: float) -> Iterator[Markup]:
    yield link(x, top, ("V", foot - 7))
    yield _head(f"M{_number(x - 5)} {_number(foot - 8)} h10 l-5 8 z")


def arrow_right(left: float, right: float, y: float) -> Iterator[Markup]:
    yield link(left, y, ("H", right - 7))
    yield _head(f"M{_number(right - 8)} {_number(y - 5)} v10 l8 -5 z")


def _head(path: str) -> Markup:
    return markup('<path class="chart-head" d="{}"/>', path)


# --- Patterns ---


def patterns(identifier: str) -> Markup:
    return markup(
        '<defs><pattern id="{0}-stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="chart-bar" width="3" height="6"/></pattern>'
        '<pattern id="{0}-dots" width="6" height="6" patternUnits="userSpaceOnUse"><circle class="chart-bar" cx="3" cy="3" r="1.5"/></pattern></defs>',
        identifier,
    )


def patterned_rectangle(identifier: str, fill: str, x: float, y: float, width: float, height: float) -> Markup:
    """A rectangle: its pattern above its outline, so that it is seen where nothing is filled."""
    at = markup('x="{}" y="{}" width="{}" height="{}"', *map(_number, (x, y, width, height)))
    outline = markup('<rect class="chart-{}" {}/>', "bar" if fill == "solid" else "outline", at)
    return outline + markup('<rect {} fill="url(#{}-{})"/>', at, identifier, fill) if fill in ("stripes", "dots") else outline
