"""`barres`: how much of each, to compare."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from app.content.figures import words
from app.content.figures.figure import Figure, FigureItem, FigureLine
from app.content.figures.kinds.kind import PlainKind, two_parts
from app.content.figures.kinds.numbers import number
from app.content.figures.letters import LEADING, cut_into_lines, measure
from app.content.figures.shapes import NARROW_WIDTH, Drawing, label, labels, markup, with_unit
from app.platform.french import french

_BAR, _GAP = 16, 12
_LEAST_NUMBER_ROOM = 90
"""Kept free at the end of the longest bar, for its number."""


class Bars(PlainKind):
    css = "bars"
    example = "libellé : 12,5"
    heads = ("unité",)
    widths: tuple[int, ...] = (NARROW_WIDTH,)
    room: float = NARROW_WIDTH

    def item(self, line: FigureLine) -> FigureItem:
        """A bar's own name may hold a colon."""
        name, written = two_parts(line, ":", self.example, last=True)
        return FigureItem(name, written, (number(written),))

    def draw(self, figure: Figure, width: int, identifier: str) -> Drawing:
        longest = max([measure(with_unit(item.text, figure.unit), strong=True) for item in figure.items], default=0)
        most = width - max(_LEAST_NUMBER_ROOM, round(longest) + 8)
        rows = [(item, cut_into_lines(french(item.label), width) or [""]) for item in figure.items]
        height = sum(len(lines) * LEADING + 4 + _BAR + _GAP for _, lines in rows)
        return Drawing(height, tuple(_shapes(figure, rows, most)))

    def describe(self, figure: Figure) -> str:
        return "Barres horizontales : " + " ; ".join(f"{item.label}, {with_unit(item.text, figure.unit)}" for item in figure.items) + "."

    def words(self, figure: Figure) -> Markup:
        heads = figure.columns or ("Élément", f"Valeur ({figure.unit})" if figure.unit else "Valeur")
        return words.table(figure.title, heads, [(french(item.label), with_unit(item.text, figure.unit)) for item in figure.items])


def _shapes(figure: Figure, rows: list[tuple[FigureItem, list[str]]], most: int) -> Iterator[Markup]:
    longest = figure.full or max((item.values[0] for item in figure.items), default=0) or 1
    y = 0
    for item, lines in rows:
        yield from labels(lines, 0, y)
        y += len(lines) * LEADING + 4
        width = max(1, round(float(item.values[0] / longest) * most))
        if figure.full:
            yield markup('<rect class="chart-track" x="0.5" y="{}" width="{}" height="{}"/>', y + 0.5, most - 1, _BAR - 1)
        yield markup('<rect class="chart-bar" x="0" y="{}" width="{}" height="{}"/>', y, width, _BAR)
        yield label(with_unit(item.text, figure.unit), (most if figure.full else width) + 6, y + 13, strong=True)
        y += _BAR + _GAP
