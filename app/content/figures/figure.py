"""What all figures share: their values, widths of words, pieces of SVG, the data in words, dates on a line of time, and what a kind must do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from markupsafe import Markup, escape
from msgspec import Struct

from app.platform.french import MONTHS, NARROW, fold, french


class FigureItem(Struct, frozen=True):
    """One line of a figure. Each kind uses what it needs beside the label."""

    label: str
    text: str = ""
    values: tuple[Decimal, ...] = ()
    """The number of a bar, those of its parts."""
    then: str = ""
    """What it became, where the text says what it was."""
    depth: int = 0
    """Of a branch, from 0; 1 for the way out of a step."""
    cell: tuple[int, int] = (0, 0)
    """Of a place: column and row, from 0."""
    cells: tuple[tuple[int, int], ...] = ()
    """Of a contour: those that it surrounds."""
    line: int = 0


class Figure(Struct, frozen=True):
    kind: str
    """As typed after the three backticks, without its accents."""
    title: str
    items: tuple[FigureItem, ...]
    unit: str = ""
    columns: tuple[str, ...] = ()
    """The names of parts or of both sides."""
    calls: tuple[str, ...] = ()
    """Labels of the notes that its caption calls."""


class FigureLine(Struct, frozen=True):
    """One line as written, its spaces at the left counted apart."""

    text: str
    indent: int
    number: int


class FigureRefused(Exception):
    """What is wrong, what to write instead, and where when it is not the line being read."""

    def __init__(self, message: str, hint: str, line: int = 0) -> None:
        super().__init__(message)
        self.message, self.hint, self.line = message, hint, line


# --- Widths of words ---
#
# Measured without a screen, by widths that no usual plain face exceeds; lines are cut between words.

SIZE, LEADING = 13, 17
"""Of the letters of a drawing, and from one of its lines to the next, in its own units: about a pixel on the narrowest screen."""
_WIDTHS = {**dict.fromkeys(" .,;:!|'’ijlI()[]\u00a0\u202f·", 0.36), **dict.fromkeys("frt-/«»", 0.42), **dict.fromkeys("mwMW%@…—ŒœÆæ→", 1.0)}
_CAPITAL, _SMALL, _OTHER, _BOLD = 0.78, 0.62, 1.05, 1.05
_CUT = re.compile(r"(?<=[-/])")


def measure(text: str, *, strong: bool = False) -> float:
    """The width of a line, rather too large than too small."""
    width = sum(_WIDTHS.get(letter) or (_OTHER if letter > "ɏ" else _CAPITAL if letter.isupper() else _SMALL) for letter in text)
    return width * SIZE * (_BOLD if strong else 1)


def pieces(word: str) -> list[str]:
    """Where a word may go to the next line: after its own hyphens and strokes."""
    return [piece for piece in _CUT.split(word) if piece]


def longest_piece(text: str) -> str:
    """What no line can be narrower than."""
    return max((piece for word in text.split(" ") for piece in pieces(word)), key=lambda piece: measure(piece, strong=True), default="")


def cut_into_lines(text: str, room: float, *, strong: bool = False) -> list[str]:
    """A text on as many lines as it takes, no word broken; one too long for a line goes on after its own hyphens."""
    lines: list[str] = []
    current, width = "", 0.0
    for glue, piece in _units(text, room, strong):
        added = measure(piece, strong=strong)
        if current and width + measure(glue, strong=strong) + added > room:
            lines.append(current)
            current, width = piece, added
        else:
            joined = glue if current else ""
            current, width = f"{current}{joined}{piece}", width + measure(joined, strong=strong) + added
    return [*lines, current] if current else lines


def _units(text: str, room: float, strong: bool) -> list[tuple[str, str]]:
    """(what stands before it on the same line, a word or a piece of one)."""
    units = []
    for word in text.split(" "):
        parts = [word] if measure(word, strong=strong) <= room else pieces(word)
        units += [(" " if place == 0 else "", part) for place, part in enumerate(parts) if part]
    return units


# --- Pieces of SVG: lines of words, boxes, links, arrows, patterns ---
#
# Attributes and classes only, no style.

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

    def draw_box(self, css: str, x: float, y: float, width: float, height: float = 0) -> Iterator[Markup]:
        """Draws the text in a box."""
        yield box(css, x, y, width, height or self.height)
        yield from labels(self.strong, x + PAD, y + PAD - 1, strong=True)
        yield from labels(self.plain, x + PAD, y + PAD - 1 + len(self.strong) * LEADING)


def block(strong: str, plain: str, width: float) -> TextBlock:
    room = width - 2 * PAD
    return TextBlock(cut_into_lines(french(strong), room, strong=True), cut_into_lines(french(plain), room))


def with_unit(written: str, unit: str) -> str:
    """The number as it was written, with a unit that is a symbol; one in words is in the caption."""
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


# --- The data of a drawing in words below it: a table or a list, closed until it is opened ---


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = True) -> Markup:
    """The first column names the rows; the others hold numbers, or words."""
    css = Markup(' class="number"') if numbers else Markup("")
    named = [markup('<th scope="col"{}>{}</th>', css if place else "", french(head)) for place, head in enumerate(heads)]
    lines = [
        markup('<tr><th scope="row">{}</th>{}</tr>\n', first, Markup("").join(markup("<td{}>{}</td>", css, each) for each in rest)) for first, *rest in rows
    ]
    return markup(
        '<details class="disclosure chart-data"><summary>Les mêmes données en tableau</summary>\n<table>\n<caption class="visually-hidden">{}</caption>\n'
        "<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table></details>\n",
        french(title),
        Markup("").join(named),
        Markup("").join(lines),
    )


def in_words(inner: Markup) -> Markup:
    return markup('<details class="disclosure chart-data"><summary>Lire en texte</summary>\n{}</details>\n', inner)


def labelled_text(label: str, text: str) -> Markup:
    """« Label : texte »."""
    name = markup("<strong>{}</strong>", french(label))
    return markup("{}{}", name, french(f" : {text}")) if text else name


# --- Dates as French writes them (« Milieu des années 2010 »), on the line of time ---

_YEAR = r"(?<!\d)(\d{4})(?!\d)"
_YEARS = re.compile(rf"{_YEAR}\s*(?:-|–|a|et)\s*{_YEAR}")
_DECADE = re.compile(rf"(?:(debut|milieu|fin) des )?annees {_YEAR}")
_NUMERIC = re.compile(r"(?<!\d)(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?!\d)")
_MONTH_NUMBERS = {fold(name): number for number, name in enumerate(MONTHS)}
_MONTH = re.compile(rf"(?:(\d\d?)(?:er)? )?\b({'|'.join(_MONTH_NUMBERS)}) {_YEAR}")
_PARTS = {"debut": (0, 3), "milieu": (4, 8), "fin": (9, 12), "printemps": (3, 6), "ete": (6, 9), "rentree": (8, 9), "automne": (9, 12)}
"""Part of a year → the months that it covers."""
_PART = re.compile(rf"\b({'|'.join(_PARTS)})(?: de)? {_YEAR}")
_ONE_YEAR = re.compile(_YEAR)
_THIRDS = {"": (0, 10), "debut": (0, 4), "milieu": (4, 7), "fin": (7, 10)}
"""Part of a decade → the years that it covers: its middle has 2015 in its middle."""


class Span(Struct, frozen=True):
    """A period in years: the whole of 1981 is 1981.0 to 1982.0."""

    start: float
    end: float

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


def span_of(label: str) -> Span | None:
    """What a label covers: years, a part of a decade or of a year, a month, a day; otherwise the year that it names first. None without a year."""
    words = " ".join(fold(label).split())
    if found := _NUMERIC.search(words):
        return _month(int(found[1]), int(found[2]) - 1, int(found[3] or 0))
    if (found := _YEARS.search(words)) and found[1] <= found[2]:
        return Span(int(found[1]), int(found[2]) + 1)
    if (found := _DECADE.search(words)) and found[2].endswith("0"):
        first, last = _THIRDS[found[1] or ""]
        return Span(int(found[2]) + first, int(found[2]) + last)
    if found := _MONTH.search(words):
        return _month(int(found[3]), _MONTH_NUMBERS[found[2]], int(found[1] or 0))
    if found := _PART.search(words):
        first, last = _PARTS[found[1]]
        return Span(int(found[2]) + first / 12, int(found[2]) + last / 12)
    found = _ONE_YEAR.search(words)
    return Span(int(found[1]), int(found[1]) + 1) if found else None


def _month(year: int, month: int, day: int) -> Span:
    """`month` from 0; `day` 0 for the whole month."""
    if not 1 <= day <= 31:
        return Span(year + month / 12, year + (month + 1) / 12)
    return Span(year + month / 12 + (day - 1) / 372, year + month / 12 + day / 372)


# --- What a kind of figure must do ---
#
# From a typed line to a drawing and to words. mypy refuses a kind that lacks a part of it.


class FigureKind(Protocol):
    @property
    def css(self) -> str:
        """The end of its class."""

    @property
    def example(self) -> str:
        """A line as it should be typed."""

    @property
    def heads(self) -> tuple[str, ...]:
        """What may be said of the whole, besides a title and its sources."""

    @property
    def widths(self) -> tuple[int, ...]:
        """Returns the widths of its drawings: one that serves everywhere, or a large and a narrow one."""

    @property
    def room(self) -> float:
        """Returns the width available for the longest word in the narrowest drawing."""

    def item(self, line: FigureLine) -> FigureItem:
        """What a line says, or `FigureRefused`."""

    def columns(self, heads: Mapping[str, str]) -> tuple[str, ...]:
        """The names of its columns, where it has some."""

    def check(self, figure: Figure) -> None:
        """`FigureRefused` where lines do not go together."""

    def draw(self, figure: Figure, width: int, identifier: str) -> Drawing | None:
        """Draws the figure; None where there is nothing to draw and the words say it all."""

    def describe(self, figure: Figure) -> str:
        """What the picture is, in a sentence, for who does not see it."""

    def words(self, figure: Figure) -> Markup:
        """Says the figure in words: every label, every text, every number."""


class PlainKind:
    """What most kinds are: without heads nor columns, their lines free of one another."""

    heads: tuple[str, ...] = ()

    def columns(self, heads: Mapping[str, str]) -> tuple[str, ...]:
        return ()

    def check(self, figure: Figure) -> None:
        """Checks nothing: any figure of this kind is valid."""


def two_parts(line: FigureLine, sign: str, example: str, *, last: bool = False) -> tuple[str, str]:
    """What stands before and after a mark; both must say something."""
    before, found, after = line.text.rpartition(sign) if last else line.text.partition(sign)
    if not found or not before.strip() or not after.strip():
        raise not_understood(line, example)
    return before.strip(), after.strip()


def not_understood(line: FigureLine, example: str) -> FigureRefused:
    return FigureRefused(f"Ligne de figure non comprise : « {line.text[:60]} ».", f"Écrivez « {example} ».")
