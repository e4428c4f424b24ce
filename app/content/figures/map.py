"""`carte`: places on a simple grid, columns from A, rows from 1, with a sign for each group. A sketch, to no scale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from markupsafe import Markup

from app.content.figures.figure import (
    LEADING,
    NARROW_WIDTH,
    Drawing,
    Figure,
    FigureItem,
    FigureLine,
    FigureRefused,
    PlainKind,
    box,
    cut_into_lines,
    label,
    labels,
    markup,
    not_understood,
    table,
)
from app.platform.french import french, plural

_COLUMNS, _ROWS = "ABCDEF", 12
_PLACE = re.compile(r"([A-Za-z])\s?(\d{1,2})\s+(\S.*)")
_GAP, _INSIDE = 4, 3
_WIDE = 640
"""Larger than others', so that six names stand side by side."""
_SIGNS = (
    '<circle class="chart-bar" cx="{x}" cy="{y}" r="5.5"/>',
    '<rect class="chart-hollow" x="{left}" y="{top}" width="10" height="10"/>',
    '<path class="chart-bar" d="M{x} {top} l6.5 11 h-13 z"/>',
    '<path class="chart-hollow" d="M{x} {top} l6 6 l-6 6 l-6 -6 z"/>',
    '<rect class="chart-bar" x="{left}" y="{top}" width="10" height="10"/>',
    '<circle class="chart-hollow" cx="{x}" cy="{y}" r="5"/>',
)
"""Told apart by their form."""


class Map(PlainKind):
    css = "map"
    example = "B2 Lille : premier label"
    widths: tuple[int, ...] = (_WIDE, NARROW_WIDTH)
    room: float = _WIDE / len(_COLUMNS) - _GAP - 2 * _INSIDE

    def item(self, line: FigureLine) -> FigureItem:
        name, _, group = line.text.partition(":")
        found = _PLACE.fullmatch(name.strip())
        if not found:
            raise not_understood(line, self.example)
        column, row = _COLUMNS.find(found[1].upper()), int(found[2]) - 1
        if column < 0 or not 0 <= row < _ROWS:
            raise FigureRefused(f"La case « {found[1]}{found[2]} » n’est pas sur la grille.", f"Choisissez de A1, en haut à gauche, à {_COLUMNS[-1]}{_ROWS}.")
        return FigureItem(found[3].strip(), group.strip(), cell=(column, row))

    def check(self, figure: Figure) -> None:
        taken: dict[tuple[int, int], str] = {}
        for item in figure.items:
            if item.cell in taken:
                message = f"La case {_cell(item)} est déjà celle de « {taken[item.cell]} »."
                raise FigureRefused(message, "Donnez une case à chaque lieu, ou nommez les deux ensemble.", item.line)
            taken[item.cell] = item.label
        if len(_groups(figure)) > len(_SIGNS):
            raise FigureRefused(f"Une carte a {len(_SIGNS)} groupes au plus.", "Réunissez-en, ou faites deux cartes.")

    def draw(self, figure: Figure, width: int, identifier: str) -> Drawing:
        grid = _Grid(figure, width)
        shapes = [shape for item in figure.items for shape in grid.tile(item)]
        shapes += grid.empty()
        key, height = grid.key(grid.height + 14)
        return Drawing(height, (*shapes, *key))

    def describe(self, figure: Figure) -> str:
        return f"Carte schématique, le nord en haut, {plural(len(figure.items), 'lieu', 'lieux')} ; le tableau qui suit donne leur place."

    def words(self, figure: Figure) -> Markup:
        grouped = bool(_groups(figure))
        rows = [(french(item.label), _cell(item), *([french(item.text)] if grouped else [])) for item in _in_order(figure)]
        return table(figure.title, ("Lieu", "Case", *(["Légende"] if grouped else [])), rows, numbers=False)


def _cell(item: FigureItem) -> str:
    return f"{_COLUMNS[item.cell[0]]}{item.cell[1] + 1}"


def _in_order(figure: Figure) -> list[FigureItem]:
    """From north to south, from west to east."""
    return sorted(figure.items, key=lambda item: (item.cell[1], item.cell[0]))


def _groups(figure: Figure) -> list[str]:
    return list(dict.fromkeys(item.text for item in figure.items if item.text))


def _sign(place: int, x: float, y: float) -> Markup:
    return markup(_SIGNS[place], x=x, y=y, left=x - 5, top=y - 6 if place in (2, 3) else y - 5)


class _Grid:
    """The cells that are used, as large as the width allows: names inside where they fit, numbers and a key where they do not."""

    def __init__(self, figure: Figure, width: int) -> None:
        columns, rows = zip(*(item.cell for item in figure.items), strict=True)
        self.groups = _groups(figure)
        self.width = width
        self.left, self.top = min(columns), min(rows)
        self.columns, self.rows = max(columns) - self.left + 1, max(rows) - self.top + 1
        self.numbers = {} if width == _WIDE else {item: place for place, item in enumerate(_in_order(figure), 1)}
        self.cell_width = width / len(_COLUMNS) if self.numbers or self.columns > 4 else width / 4
        room = self.cell_width - _GAP - 2 * _INSIDE
        self.names = {item: cut_into_lines(french(item.label), room) for item in figure.items}
        self.taken = {item.cell for item in figure.items}
        self.heights = [self._row_height(row + self.top) for row in range(self.rows)]
        self.tops = [0, *accumulate(self.heights)]
        self.height = self.tops[-1] - _GAP

    def _row_height(self, row: int) -> int:
        """As its longest name asks; an empty row is as low as one of numbers."""
        lines = [len(name) for item, name in self.names.items() if item.cell[1] == row]
        return _GAP + (31 + LEADING * max(lines) if lines and not self.numbers else 33)

    def _corner(self, cell: tuple[int, int]) -> tuple[float, float]:
        return (cell[0] - self.left) * self.cell_width, self.tops[cell[1] - self.top]

    def tile(self, item: FigureItem) -> Iterator[Markup]:
        x, y = self._corner(item.cell)
        yield box("box", x, y, self.cell_width - _GAP, self.heights[item.cell[1] - self.top] - _GAP)
        middle = x + (self.cell_width - _GAP) / 2
        yield _sign(self._place(item), x + 14 if self.numbers else middle, y + 16)
        if self.numbers:
            yield label(str(self.numbers[item]), x + 25, y + 21, strong=True)
        else:
            yield from labels(self.names[item], middle, y + 25, anchor="middle")

    def _place(self, item: FigureItem) -> int:
        return self.groups.index(item.text) if item.text else 0

    def empty(self) -> Iterator[Markup]:
        for row in range(self.rows):
            for column in range(self.columns):
                if (cell := (column + self.left, row + self.top)) not in self.taken:
                    x, y = self._corner(cell)
                    yield markup(
                        '<circle class="chart-ground" cx="{}" cy="{}" r="1.5"/>',
                        round(x + (self.cell_width - _GAP) / 2, 2),
                        round(y + (self.heights[row] - _GAP) / 2, 2),
                    )

    def key(self, y: float) -> tuple[list[Markup], float]:
        """What the signs mean, then what the numbers mean."""
        shapes = []
        for place, group in enumerate(self.groups):
            lines = cut_into_lines(french(group), self.width - 24)
            shapes += [_sign(place, 8, y + 8), *labels(lines, 24, y)]
            y += len(lines) * LEADING + 4
        half = self.width / 2
        left = right = y + 4
        for item, number in self.numbers.items():
            second = number > -(-len(self.numbers) // 2)
            x, foot = (half, right) if second else (0, left)
            lines = cut_into_lines(french(item.label), half - 36)
            shapes += [label(str(number), x, foot + 13, strong=True), *labels(lines, x + 26, foot)]
            foot += len(lines) * LEADING + 4
            left, right = (left, foot) if second else (foot, right)
        return shapes, max(left, right)
