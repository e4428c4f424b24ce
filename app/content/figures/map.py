"""`carte`: places on a simple grid, columns from A, rows from 1, with a sign for each group, and contours around cells. A sketch, to no scale."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
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
_CONTOUR = re.compile(r"contour\s+(\S[^:]*?)\s*:\s*(\S.*)", re.IGNORECASE)
_CELL = re.compile(r"([A-Za-z])(\d{1,2})")
_CONTOURS = 3
_GAP, _INSIDE = 4, 3
_EDGE, _APART = 2, 5
"""Of the first contour, from the edge of its cells; from one contour to the next, inwards."""
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
        if contour := _CONTOUR.fullmatch(line.text):
            return FigureItem(contour[1], cells=tuple(self._contour_cells(line, contour[2])))
        name, _, group = line.text.partition(":")
        found = _PLACE.fullmatch(name.strip())
        if not found:
            raise not_understood(line, self.example)
        return FigureItem(found[3].strip(), group.strip(), cell=_on_the_grid(found[1], found[2]))

    def _contour_cells(self, line: FigureLine, written: str) -> Iterator[tuple[int, int]]:
        for name in written.replace(",", " ").split():
            found = _CELL.fullmatch(name)
            if not found:
                raise not_understood(line, "contour Quartier : B2 C2")
            yield _on_the_grid(found[1], found[2])

    def check(self, figure: Figure) -> None:
        if len(_contours(figure)) > _CONTOURS:
            raise FigureRefused(f"Une carte a {_CONTOURS} contours au plus.", "Réunissez-en, ou faites deux cartes.")
        taken: dict[tuple[int, int], str] = {}
        for item in _places(figure):
            if item.cell in taken:
                message = f"La case {_cell(item)} est déjà celle de « {taken[item.cell]} »."
                raise FigureRefused(message, "Donnez une case à chaque lieu, ou nommez les deux ensemble.", item.line)
            taken[item.cell] = item.label
        if len(_groups(figure)) > len(_SIGNS):
            raise FigureRefused(f"Une carte a {len(_SIGNS)} groupes au plus.", "Réunissez-en, ou faites deux cartes.")

    def draw(self, figure: Figure, width: int, identifier: str) -> Drawing:
        grid = _Grid(figure, width)
        shapes = [shape for item in _places(figure) for shape in grid.tile(item)]
        shapes += grid.empty()
        shapes += grid.outlines()
        key, height = grid.key(grid.height + 14)
        return Drawing(height, (*shapes, *key))

    def describe(self, figure: Figure) -> str:
        around = f", {plural(len(_contours(figure)), 'contour', 'contours')}" if _contours(figure) else ""
        return f"Carte schématique, le nord en haut, {plural(len(_places(figure)), 'lieu', 'lieux')}{around} ; le tableau qui suit donne leur place."

    def words(self, figure: Figure) -> Markup:
        """Each place with its cell, its group, and the contours that it is in."""
        grouped, contours = bool(_groups(figure)), _contours(figure)
        rows = [
            (
                french(item.label),
                _cell(item),
                *([french(item.text)] if grouped else []),
                *("dedans" if item.cell in contour.cells else "dehors" for contour in contours),
            )
            for item in _in_order(figure)
        ]
        heads = ("Lieu", "Case", *(["Légende"] if grouped else []), *(contour.label for contour in contours))
        return table(figure.title, heads, rows, numbers=False)


def _on_the_grid(letter: str, number: str) -> tuple[int, int]:
    column, row = _COLUMNS.find(letter.upper()), int(number) - 1
    if column < 0 or not 0 <= row < _ROWS:
        raise FigureRefused(f"La case « {letter}{number} » n’est pas sur la grille.", f"Choisissez de A1, en haut à gauche, à {_COLUMNS[-1]}{_ROWS}.")
    return column, row


def _places(figure: Figure) -> list[FigureItem]:
    return [item for item in figure.items if not item.cells]


def _contours(figure: Figure) -> list[FigureItem]:
    return [item for item in figure.items if item.cells]


def _cell(item: FigureItem) -> str:
    return f"{_COLUMNS[item.cell[0]]}{item.cell[1] + 1}"


def _in_order(figure: Figure) -> list[FigureItem]:
    """From north to south, from west to east."""
    return sorted(_places(figure), key=lambda item: (item.cell[1], item.cell[0]))


def _groups(figure: Figure) -> list[str]:
    return list(dict.fromkeys(item.text for item in _places(figure) if item.text))


def _sign(place: int, x: float, y: float) -> Markup:
    return markup(_SIGNS[place], x=x, y=y, left=x - 5, top=y - 6 if place in (2, 3) else y - 5)


def _step(cell: tuple[int, int], *ways: tuple[int, int]) -> tuple[int, int]:
    return cell[0] + sum(way[0] for way in ways), cell[1] + sum(way[1] for way in ways)


class _Grid:
    """The cells that are used, as large as the width allows: names inside where they fit, numbers and a key where they do not."""

    def __init__(self, figure: Figure, width: int) -> None:
        self.contours = _contours(figure)
        surrounded = [cell for contour in self.contours for cell in contour.cells]
        columns, rows = zip(*(item.cell for item in _places(figure)), *surrounded, strict=True)
        self.groups = _groups(figure)
        self.width = width
        self.margin = _EDGE + _APART * (len(self.contours) - 1) + 2 if self.contours else 0
        """Inside a cell, what contours take on each side."""
        self.left, self.top = min(columns), min(rows)
        self.columns, self.rows = max(columns) - self.left + 1, max(rows) - self.top + 1
        self.numbers = {} if width == _WIDE else {item: place for place, item in enumerate(_in_order(figure), 1)}
        self.cell_width = width / len(_COLUMNS) if (self.numbers and not self.contours) or self.columns > 4 else width / 4
        room = self.cell_width - _GAP - 2 * (_INSIDE + self.margin)
        self.names = {item: cut_into_lines(french(item.label), room) for item in _places(figure)}
        self.taken = {item.cell for item in _places(figure)}
        self.heights = [self._row_height(row + self.top) for row in range(self.rows)]
        self.tops = [0, *accumulate(self.heights)]
        self.height = self.tops[-1] - _GAP

    def _row_height(self, row: int) -> int:
        """As its longest name asks; an empty row is as low as one of numbers."""
        lines = [len(name) for item, name in self.names.items() if item.cell[1] == row]
        return _GAP + 2 * self.margin + (31 + LEADING * max(lines) if lines and not self.numbers else 33)

    def _corner(self, cell: tuple[int, int]) -> tuple[float, float]:
        return (cell[0] - self.left) * self.cell_width, self.tops[cell[1] - self.top]

    def tile(self, item: FigureItem) -> Iterator[Markup]:
        x, y = self._corner(item.cell)
        if not self.contours:
            yield box("box", x, y, self.cell_width - _GAP, self.heights[item.cell[1] - self.top] - _GAP)
        y += self.margin
        middle = x + (self.cell_width - _GAP) / 2
        left = middle - 22 if self.contours else x
        yield _sign(self._place(item), left + 14 if self.numbers else middle, y + 16)
        if self.numbers:
            yield label(str(self.numbers[item]), left + 25, y + 21, strong=True)
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

    def outlines(self) -> Iterator[Markup]:
        """Each contour inside the one before it."""
        for place, contour in enumerate(self.contours):
            path = " ".join(self._edges(frozenset(contour.cells), _EDGE + place * _APART))
            yield markup('<path class="chart-contour chart-contour-{}" d="{}"/>', place + 1, path)

    def _edges(self, cells: Collection[tuple[int, int]], inset: float) -> Iterator[str]:
        """The sides of cells beyond which the contour does not go: shorter at a corner that juts out, longer at one that goes in."""
        for column, row in sorted(cells):
            left, top = self._corner((column, row))
            right, foot = left + self.cell_width, top + self.heights[row - self.top]

            def end(at: float, way: int, side: tuple[int, int], across: tuple[int, int], here: tuple[int, int] = (column, row)) -> float:
                if _step(here, side) not in cells:
                    return at - way * inset
                return at + way * inset if _step(here, side, across) in cells else at

            for way, y in ((-1, top + inset), (1, foot - inset)):
                if _step((column, row), (0, way)) not in cells:
                    yield f"M{end(left, -1, (-1, 0), (0, way)):.1f} {y:.1f} H{end(right, 1, (1, 0), (0, way)):.1f}"
            for way, x in ((-1, left + inset), (1, right - inset)):
                if _step((column, row), (way, 0)) not in cells:
                    yield f"M{x:.1f} {end(top, -1, (0, -1), (way, 0)):.1f} V{end(foot, 1, (0, 1), (way, 0)):.1f}"

    def key(self, y: float) -> tuple[list[Markup], float]:
        """What the signs mean, then what the numbers mean."""
        shapes = []
        for place, contour in enumerate(self.contours):
            lines = cut_into_lines(french(contour.label), self.width - 44)
            shapes += [markup('<path class="chart-contour chart-contour-{}" d="M2 {} H34"/>', place + 1, y + 9), *labels(lines, 44, y)]
            y += len(lines) * LEADING + 4
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
