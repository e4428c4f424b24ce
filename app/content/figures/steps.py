"""Figures of an order: `étapes`, `avant-après`, `chronologie`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil, floor

from markupsafe import Markup
from msgspec import Struct

from app.content.figures.figure import (
    LEADING,
    NARROW_WIDTH,
    PAD,
    WIDE_WIDTH,
    Drawing,
    Figure,
    FigureItem,
    FigureLine,
    FigureRefused,
    PlainKind,
    Span,
    TextBlock,
    arrow_down,
    arrow_right,
    block,
    cut_into_lines,
    in_words,
    label,
    labelled_text,
    labels,
    link,
    markup,
    not_understood,
    span_of,
    table,
    two_parts,
)
from app.platform.french import french, plural

# --- `étapes`: one thing after another ---
#
# `sinon` says what becomes of what does not go on.

_DOWN, _ACROSS = 24, 34
"""Length of an arrow to the next step."""
_ABREAST = 3
_INSET = 44
"""How far in a way out stands, so that the arrow to the next step passes beside it."""
_OTHERWISE = "sinon"


class _Step(Struct, frozen=True):
    main: TextBlock
    out: TextBlock | None


class Steps(PlainKind):
    css = "steps"
    example = "L’association : dépose son dossier"
    widths: tuple[int, ...] = (WIDE_WIDTH, NARROW_WIDTH)
    room: float = (WIDE_WIDTH - (_ABREAST - 1) * _ACROSS) / _ABREAST - _INSET - 2 * PAD

    def item(self, line: FigureLine) -> FigureItem:
        label, text = two_parts(line, ":", self.example)
        return FigureItem(label, text, depth=int(label.casefold() == _OTHERWISE))

    def check(self, figure: Figure) -> None:
        before = FigureItem("", depth=1)
        for item in figure.items:
            if item.depth and before.depth:
                raise FigureRefused("Ce « sinon » ne suit aucune étape.", "Écrivez l’étape, puis sur la ligne suivante « sinon : ce qui se passe ».", item.line)
            before = item

    def draw(self, figure: Figure, width: int, identifier: str) -> Drawing:
        return _in_rows(figure) if width == WIDE_WIDTH else _in_a_column(figure)

    def describe(self, figure: Figure) -> str:
        return f"Suite de {plural(len(_steps_with_exits(figure)), 'étape')}, reliées par des flèches ; la liste qui suit les donne."

    def words(self, figure: Figure) -> Markup:
        lines = [markup("<li>{}{}</li>\n", labelled_text(step.label, step.text), _aside(out)) for step, out in _steps_with_exits(figure)]
        return in_words(markup("<ol>\n{}</ol>\n", Markup("").join(lines)))


def _aside(out: FigureItem | None) -> Markup:
    return markup("<ul><li>{}</li></ul>", labelled_text("Sinon", out.text)) if out else Markup("")


def _steps_with_exits(figure: Figure) -> list[tuple[FigureItem, FigureItem | None]]:
    """Each step with its way out."""
    following = [*figure.items[1:], FigureItem("")]
    return [(item, after if after.depth else None) for item, after in zip(figure.items, following, strict=True) if not item.depth]


def _steps(figure: Figure, width: float) -> list[_Step]:
    return [
        _Step(block(f"{place}. {step.label}", step.text, width), block("Sinon", out.text, width - _INSET) if out else None)
        for place, (step, out) in enumerate(_steps_with_exits(figure), 1)
    ]


# --- On a narrow screen ---


def _in_a_column(figure: Figure) -> Drawing:
    steps = _steps(figure, NARROW_WIDTH)
    shapes: list[Markup] = []
    y = 0.0
    for place, step in enumerate(steps):
        shapes += step.main.draw_box("box", 0, y, NARROW_WIDTH)
        foot = y + step.main.height
        y = foot + _DOWN
        if step.out:
            shapes += _way_out(step.out, 0, foot, NARROW_WIDTH)
            y += step.out.height + _DOWN / 2
        if place < len(steps) - 1:
            shapes += arrow_down(_INSET / 2, foot, y)
    return Drawing(y - (_DOWN / 2 if steps[-1].out else _DOWN), tuple(shapes))


def _way_out(out: TextBlock, left: float, foot: float, width: float) -> list[Markup]:
    """A dashed box below a step, set in."""
    x = left + _INSET
    return [link(x + 16, foot, ("V", foot + _DOWN), css="dashed"), *out.draw_box("way-out", x, foot + _DOWN, width - _INSET)]


# --- On a large one ---


def _in_rows(figure: Figure) -> Drawing:
    count = len(_steps_with_exits(figure))
    abreast = 2 if count in (2, 4) else _ABREAST
    width = (WIDE_WIDTH - (abreast - 1) * _ACROSS) / abreast
    steps = _steps(figure, width)
    rows = [steps[start : start + abreast] for start in range(0, count, abreast)]
    shapes: list[Markup] = []
    y = 0.0
    for place, row in enumerate(rows):
        shapes += _row(row, y, width)
        tallest = max(step.main.height for step in row)
        outs = [step.out.height + _DOWN for step in row if step.out]
        foot = y + tallest
        y = foot + max(outs, default=0)
        if place < len(rows) - 1:
            shapes += _to_next_row(width, abreast, foot, y)
            y += 2 * _DOWN - 8
    return Drawing(y, tuple(shapes))


def _row(row: Sequence[_Step], y: float, width: float) -> list[Markup]:
    tallest = max(step.main.height for step in row)
    shapes: list[Markup] = []
    lefts = [place * (width + _ACROSS) for place in range(len(row))]
    for left, step in zip(lefts, row, strict=True):
        shapes += step.main.draw_box("box", left, y, width, tallest)
        if step.out:
            shapes += _way_out(step.out, left, y + tallest, width)
    for left, after in pairwise(lefts):
        shapes += arrow_right(left + width, after, y + tallest / 2)
    return shapes


def _to_next_row(width: float, abreast: int, foot: float, lowest: float) -> list[Markup]:
    """From the last step, beside its way out, then below all of them to the first of the next row."""
    last = (abreast - 1) * (width + _ACROSS)
    turn = lowest + _DOWN - 10
    return [link(last + _INSET / 2, foot, ("V", turn), ("H", _INSET / 2)), *arrow_down(_INSET / 2, turn, lowest + 2 * _DOWN - 8)]


# --- `avant-après`: what a thing was and what it became, or two things side by side ---

_BETWEEN, _GAP = 28, 12
_SIDES = ("avant", "après")
_ARROWS = ("=>", "→", "->")


class Contrast(PlainKind):
    css = "contrast"
    example = "Le critère : une dizaine d’indices => un seul, le revenu"
    heads = _SIDES
    widths: tuple[int, ...] = (WIDE_WIDTH, NARROW_WIDTH)
    room: float = (NARROW_WIDTH - _BETWEEN) / 2 - 2 * PAD

    def columns(self, heads: Mapping[str, str]) -> tuple[str, ...]:
        return heads.get("avant", "Avant"), heads.get("après", "Après")

    def item(self, line: FigureLine) -> FigureItem:
        name, both = two_parts(line, ":", self.example)
        arrow = next((arrow for arrow in _ARROWS if arrow in both), None)
        if not arrow:
            raise not_understood(line, self.example)
        before, after = two_parts(FigureLine(both, 0, line.number), arrow, self.example)
        return FigureItem(name, before, then=after)

    def draw(self, figure: Figure, width: int, identifier: str) -> Drawing:
        side = (width - _BETWEEN) / 2
        right = side + _BETWEEN
        heads = [cut_into_lines(french(name), side, strong=True) for name in figure.columns]
        shapes = [*labels(heads[0], 0, 0, strong=True), *labels(heads[1], right, 0, strong=True)]
        y: float = max(map(len, heads)) * LEADING + _GAP
        for item in figure.items:
            name = cut_into_lines(french(item.label), width)
            shapes += labels(name, 0, y)
            y += len(name) * LEADING + 4
            before, after = (block("", part, side) for part in (item.text, item.then))
            height = max(before.height, after.height)
            shapes += [*before.draw_box("way-out", 0, y, side, height), *after.draw_box("box", right, y, side, height)]
            shapes += arrow_right(side, right, y + height / 2)
            y += height + _GAP
        return Drawing(y - _GAP, tuple(shapes))

    def describe(self, figure: Figure) -> str:
        return f"Deux colonnes, « {figure.columns[0]} » puis « {figure.columns[1]} » ; le tableau qui suit les donne."

    def words(self, figure: Figure) -> Markup:
        rows = [tuple(map(french, (item.label, item.text, item.then))) for item in figure.items]
        return table(figure.title, ("Sur quoi", *figure.columns), rows, numbers=False)


# --- `chronologie`: what happened when ---
#
# A line of time to scale where every date says a year, then the list, which says everything.

_AXIS_END, _STOP, _YEAR_ROOM = 8, 12, 40
"""The space kept at both ends, the width of a stop, that of a year in figures."""


class Chronology(PlainKind):
    css = "chronology"
    example = "1981 : texte"
    widths: tuple[int, ...] = (NARROW_WIDTH,)
    room: float = 190

    def item(self, line: FigureLine) -> FigureItem:
        return FigureItem(*two_parts(line, ":", self.example))

    def draw(self, figure: Figure, width: int, identifier: str) -> Drawing | None:
        spans = _spans(figure)
        if len(spans) < len(figure.items) or len({span.middle for span in spans}) < 2:
            return None
        line = _TimeLine(spans, width)
        return Drawing(line.axis + 30, tuple(line.shapes()))

    def describe(self, figure: Figure) -> str:
        spans = _spans(figure)
        first, last = _years(spans)
        return f"Ligne du temps de {first} à {last - 1}, {len(spans)} repères ; la liste qui suit les donne."

    def words(self, figure: Figure) -> Markup:
        stop = '<li><span class="chart-date">{}</span> <span>{}</span></li>\n'
        return markup('<ol class="chart-stops">\n{}</ol>\n', Markup("").join(markup(stop, french(item.label), french(item.text)) for item in figure.items))


def _spans(figure: Figure) -> list[Span]:
    return [span for item in figure.items if (span := span_of(item.label))]


def _years(spans: list[Span]) -> tuple[int, int]:
    return floor(min(span.start for span in spans)), ceil(max(span.end for span in spans))


class _TimeLine:
    """An axis of whole years, a stop a date at its place; those too near to be told apart stand one above the other."""

    def __init__(self, spans: list[Span], width: int) -> None:
        self.first, self.last = _years(spans)
        self.width = width
        self.spans = sorted(spans, key=lambda span: span.middle)
        self.levels = self._levels()
        self.axis = 12 + max(self.levels) * _STOP
        """How far down the axis is drawn."""

    def place(self, year: float) -> float:
        return round(_AXIS_END + (year - self.first) / (self.last - self.first) * (self.width - 2 * _AXIS_END), 2)

    def _levels(self) -> list[int]:
        """Of each stop, 0 on the axis: the lowest where it touches no other."""
        ends: list[float] = []
        levels = []
        for span in self.spans:
            x = self.place(span.middle)
            level = next((level for level, end in enumerate(ends) if end <= x), len(ends))
            ends[level : level + 1] = [x + _STOP]
            levels.append(level)
        return levels

    def shapes(self) -> Iterator[Markup]:
        yield markup('<line class="chart-axis" x1="{}" y1="{y}" x2="{}" y2="{y}"/>', _AXIS_END, self.width - _AXIS_END, y=self.axis)
        yield from self._ruler()
        rows = [(span, self.axis - level * _STOP) for span, level in zip(self.spans, self.levels, strict=True)]
        for span, y in rows:
            if span.end - span.start > 1:
                yield markup('<line class="chart-span" x1="{}" y1="{y}" x2="{}" y2="{y}"/>', self.place(span.start), self.place(span.end), y=y)
        for span, y in rows:
            yield markup('<circle class="chart-stop" cx="{}" cy="{}" r="5"/>', self.place(span.middle), y)

    def _ruler(self) -> Iterator[Markup]:
        """A tick where a year begins, its figures after it, as many as there is space for."""
        a_year = self.place(self.first + 1) - self.place(self.first)
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000) if step * a_year >= _YEAR_ROOM)
        for year in range(-(-self.first // step) * step, self.last, step):
            x = self.place(year)
            yield markup('<line class="chart-tick" x1="{x}" y1="{}" x2="{x}" y2="{}"/>', self.axis, self.axis + 24, x=x)
            if x + _YEAR_ROOM <= self.width:
                yield label(str(year), x + 4, self.axis + 24)
