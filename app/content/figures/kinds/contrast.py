"""`avant-après`: what a thing was and what it became, or two things side by side."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from app.content.figures import words
from app.content.figures.figure import Figure, FigureItem, FigureLine
from app.content.figures.kinds.kind import PlainKind, not_understood, two_parts
from app.content.figures.letters import LEADING, cut_into_lines
from app.content.figures.shapes import NARROW_WIDTH, PAD, WIDE_WIDTH, Drawing, arrow_right, block, labels
from app.platform.french import french

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
            shapes += [*before.drawn("way-out", 0, y, side, height), *after.drawn("box", right, y, side, height)]
            shapes += arrow_right(side, right, y + height / 2)
            y += height + _GAP
        return Drawing(y - _GAP, tuple(shapes))

    def describe(self, figure: Figure) -> str:
        return f"Deux colonnes, « {figure.columns[0]} » puis « {figure.columns[1]} » ; le tableau qui suit les donne."

    def words(self, figure: Figure) -> Markup:
        rows = [tuple(map(french, (item.label, item.text, item.then))) for item in figure.items]
        return words.table(figure.title, ("Sur quoi", *figure.columns), rows, numbers=False)
