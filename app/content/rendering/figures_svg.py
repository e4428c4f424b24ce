"""Figures drawn as SVG, without inline style, each with its title, its description and the same data as a list or a table."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from math import ceil, floor

from markupsafe import Markup

from app.content.rendering.dates import Span, span_of
from app.content.text.figures import Figure, FigureItem, FigureKind
from app.french import NARROW, french

WIDTH = 360
"""Of every drawing, in its own units: about the width of the narrowest screen, so that its letters stay readable there."""
_LABEL_LETTERS = 46
"""Letters of a label that fit on one line of a drawing."""
_LINE, _BAR = 18, 16
"""Heights of a line of label and of a bar."""
_NUMBER_ROOM = 90
"""Kept free at the end of the longest bar, for its number."""
_AXIS_END, _STOP, _YEAR_ROOM = 8, 12, 40
"""Of a line of time: the room kept at both ends, the width of a stop, that of a year in figures."""


def draw(figure: Figure, identifier: str, heads: tuple[str, ...] = (), full: int = 0) -> Markup:
    """A `<figure>` whose ids begin with `identifier`, unique in the page.

    For bars: `heads` are those of the table, « Élément » and « Valeur » when not given; `full` is the value of a whole bar, the longest one's when 0.
    """
    drawing, equivalent = _chronology(figure, identifier) if figure.kind is FigureKind.CHRONOLOGY else _bars(figure, identifier, heads, full)
    unit = f" ({'en ' * figure.unit[0].isalpha()}{figure.unit})" if figure.unit else ""
    caption = french(figure.title + unit)
    return Markup('<figure class="chart chart-{kind}" aria-label="{caption}">\n<figcaption>{caption}</figcaption>\n{drawing}{equivalent}</figure>\n').format(
        kind="chronology" if figure.kind is FigureKind.CHRONOLOGY else "bars", caption=caption, drawing=drawing, equivalent=equivalent
    )


def _svg(identifier: str, height: int, title: str, description: str, shapes: Iterator[Markup]) -> Markup:
    return Markup(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-labelledby="{i}-title {i}-desc">'
        '<title id="{i}-title">{t}</title><desc id="{i}-desc">{d}</desc>{s}</svg>\n'
    ).format(w=WIDTH, h=height, i=identifier, t=french(title), d=french(description), s=Markup("").join(shapes))


# --- Bars ---


def _bars(figure: Figure, identifier: str, heads: tuple[str, ...], full: int) -> tuple[Markup, Markup]:
    rows = [(item, _lines(french(item.label)) or [""]) for item in figure.items]
    height = sum(len(lines) * _LINE + _BAR + 12 for _, lines in rows)
    description = "Barres horizontales : " + " ; ".join(f"{item.label}, {_with_unit(item, figure.unit)}" for item in figure.items) + "."
    default = ("Élément", f"Valeur ({figure.unit})" if figure.unit else "Valeur")
    return _svg(identifier, height, figure.title, description, _bar_shapes(figure, rows, full)), _bar_table(figure, heads or default)


def _lines(label: str) -> list[str]:
    """A label on as many lines as it takes, no word broken."""
    return textwrap.wrap(label, _LABEL_LETTERS, break_long_words=False, break_on_hyphens=False)


def _bar_shapes(figure: Figure, rows: list[tuple[FigureItem, list[str]]], full: int) -> Iterator[Markup]:
    longest = full or max((item.value for item in figure.items), default=0) or 1
    y = 0
    for item, lines in rows:
        for line in lines:
            y += _LINE
            yield Markup('<text class="chart-label" x="0" y="{}" font-size="13">{}</text>').format(y - 5, line)
        width = max(1, round(float(item.value / longest) * (WIDTH - _NUMBER_ROOM)))
        if full:
            yield Markup('<rect class="chart-track" x="0.5" y="{}" width="{}" height="{}"/>').format(y + 0.5, WIDTH - _NUMBER_ROOM - 1, _BAR - 1)
        yield Markup('<rect class="chart-bar" x="0" y="{}" width="{}" height="{}"/>').format(y, width, _BAR)
        yield Markup('<text class="chart-value" x="{}" y="{}" font-size="13">{}</text>').format(
            (WIDTH - _NUMBER_ROOM if full else width) + 6, y + 13, _with_unit(item, figure.unit)
        )
        y += _BAR + 12


def _with_unit(item: FigureItem, unit: str) -> str:
    """The number as it was written, with a unit that is a sign; one in words is in the caption."""
    written = french(item.text)
    return f"{written}{NARROW}{unit}" if unit and not unit[0].isalpha() and unit not in written else written


def _bar_table(figure: Figure, heads: tuple[str, ...]) -> Markup:
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td class="number">{}</td></tr>\n').format(french(item.label), _with_unit(item, figure.unit))
        for item in figure.items
    )
    return Markup(
        '<details class="disclosure chart-data"><summary>Les mêmes données en tableau</summary>\n<table>\n<caption class="visually-hidden">{}</caption>\n'
        '<thead><tr><th scope="col">{}</th><th scope="col" class="number">{}</th></tr></thead>\n<tbody>\n{}</tbody></table></details>\n'
    ).format(french(figure.title), *heads, rows)


# --- Chronology ---


def _chronology(figure: Figure, identifier: str) -> tuple[Markup, Markup]:
    """The line of time to scale, where every date says a year, then the list, which says everything."""
    stops = Markup("").join(
        Markup('<li><span class="chart-date">{}</span> <span>{}</span></li>\n').format(french(item.label), french(item.text)) for item in figure.items
    )
    stop_list = Markup('<ol class="chart-stops">\n{}</ol>\n').format(stops)
    spans = [span for item in figure.items if (span := span_of(item.label))]
    if len(spans) < len(figure.items) or len({span.middle for span in spans}) < 2:
        return Markup(""), stop_list
    line = _TimeLine(spans)
    description = f"Ligne du temps de {line.first} à {line.last - 1}, {len(spans)} repères ; la liste qui suit les donne."
    return _svg(identifier, line.axis + 30, figure.title, description, line.shapes()), stop_list


class _TimeLine:
    """An axis of whole years, a stop a date at its place; those too near to be told apart stand one above the other."""

    def __init__(self, spans: list[Span]) -> None:
        self.first, self.last = floor(min(span.start for span in spans)), ceil(max(span.end for span in spans))
        self.spans = sorted(spans, key=lambda span: span.middle)
        self.levels = self._levels()
        self.axis = 12 + max(self.levels) * _STOP
        """How far down the axis is drawn."""

    def place(self, year: float) -> float:
        return round(_AXIS_END + (year - self.first) / (self.last - self.first) * (WIDTH - 2 * _AXIS_END), 2)

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
        yield Markup('<line class="chart-axis" x1="{}" y1="{y}" x2="{}" y2="{y}"/>').format(_AXIS_END, WIDTH - _AXIS_END, y=self.axis)
        yield from self._years()
        rows = [(span, self.axis - level * _STOP) for span, level in zip(self.spans, self.levels, strict=True)]
        for span, y in rows:
            if span.end - span.start > 1:
                yield Markup('<line class="chart-span" x1="{}" y1="{y}" x2="{}" y2="{y}"/>').format(self.place(span.start), self.place(span.end), y=y)
        for span, y in rows:
            yield Markup('<circle class="chart-stop" cx="{}" cy="{}" r="5"/>').format(self.place(span.middle), y)

    def _years(self) -> Iterator[Markup]:
        """As on a ruler: a tick where a year begins, its figures after it, as many as there is room for."""
        a_year = self.place(self.first + 1) - self.place(self.first)
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000) if step * a_year >= _YEAR_ROOM)
        for year in range(-(-self.first // step) * step, self.last, step):
            x = self.place(year)
            yield Markup('<line class="chart-tick" x1="{x}" y1="{}" x2="{x}" y2="{}"/>').format(self.axis, self.axis + 24, x=x)
            if x + _YEAR_ROOM <= WIDTH:
                yield Markup('<text class="chart-label" x="{}" y="{}" font-size="13">{}</text>').format(x + 4, self.axis + 24, year)
