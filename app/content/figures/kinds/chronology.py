"""`chronologie`: what happened when. A line of time to scale where every date says a year, then the list, which says everything."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from markupsafe import Markup

from app.content.figures.dates import Span, span_of
from app.content.figures.figure import Figure, FigureItem, FigureLine
from app.content.figures.kinds.kind import PlainKind, two_parts
from app.content.figures.shapes import NARROW_WIDTH, Drawing, label, markup
from app.platform.french import french

_AXIS_END, _STOP, _YEAR_ROOM = 8, 12, 40
"""The room kept at both ends, the width of a stop, that of a year in figures."""


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
        """A tick where a year begins, its figures after it, as many as there is room for."""
        a_year = self.place(self.first + 1) - self.place(self.first)
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000) if step * a_year >= _YEAR_ROOM)
        for year in range(-(-self.first // step) * step, self.last, step):
            x = self.place(year)
            yield markup('<line class="chart-tick" x1="{x}" y1="{}" x2="{x}" y2="{}"/>', self.axis, self.axis + 24, x=x)
            if x + _YEAR_ROOM <= self.width:
                yield label(str(year), x + 4, self.axis + 24)
