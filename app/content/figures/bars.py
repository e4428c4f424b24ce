"""Figures of quantities, `barres` and `parts`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from markupsafe import Markup

from app.content.figures.figure import (
    FILLS,
    LEADING,
    NARROW_WIDTH,
    Drawing,
    Figure,
    FigureItem,
    FigureLine,
    FigureRefused,
    PlainKind,
    cut_into_lines,
    label,
    labels,
    markup,
    measure,
    not_understood,
    patterned_rectangle,
    patterns,
    table,
    two_parts,
    with_unit,
)
from app.platform.french import french

# --- Numbers as French writes them ---

_SPACES = re.compile(r"\s")
_NUMBER = re.compile(r"\d{1,15}(?:[.,]\d{1,6})?")


def number(written: str) -> Decimal:
    """A positive one, `1 362` or `12,5`, its unit tolerated after it when it is a symbol."""
    bare = _SPACES.sub("", written).rstrip("%€")
    if not _NUMBER.fullmatch(bare) or not bare.isascii():
        raise FigureRefused(f"« {written[:40]} » n’est pas un nombre positif.", "Écrivez le nombre seul, par exemple 12,5 ; l’unité va en tête.")
    return Decimal(bare.replace(",", "."))


# --- `barres`: how much of each, to compare ---

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
        heads = "Élément", f"Valeur ({figure.unit})" if figure.unit else "Valeur"
        return table(figure.title, heads, [(french(item.label), with_unit(item.text, figure.unit)) for item in figure.items])


def _shapes(figure: Figure, rows: list[tuple[FigureItem, list[str]]], most: int) -> Iterator[Markup]:
    longest = max((item.values[0] for item in figure.items), default=0) or 1
    y = 0
    for item, lines in rows:
        yield from labels(lines, 0, y)
        y += len(lines) * LEADING + 4
        width = max(1, round(float(item.values[0] / longest) * most))
        yield markup('<rect class="chart-bar" x="0" y="{}" width="{}" height="{}"/>', y, width, _BAR)
        yield label(with_unit(item.text, figure.unit), width + 6, y + 13, strong=True)
        y += _BAR + _GAP


# --- `parts`: what each whole is made of, one bar a line ---

_PARTS_BAR, _PARTS_GAP, _SWATCH = 22, 14, 13
_NAME = _SWATCH + 7
"""From the edge of a swatch to its words."""


class Parts(PlainKind):
    css = "parts"
    example = "2024 : 55 ; 30 ; 15"
    heads = ("unité", "parts")
    widths: tuple[int, ...] = (NARROW_WIDTH,)
    room: float = NARROW_WIDTH - _NAME

    def columns(self, heads: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(name.strip() for name in heads.get("parts", "").split(";") if name.strip())

    def item(self, line: FigureLine) -> FigureItem:
        name, colon, written = line.text.rpartition(":")
        if not colon or not name.strip():
            raise not_understood(line, self.example)
        return FigureItem(name.strip(), written.strip(), tuple(number(part) for part in written.split(";")))

    def check(self, figure: Figure) -> None:
        if not 2 <= len(figure.columns) <= len(FILLS):
            raise FigureRefused("Il faut nommer de deux à quatre parts.", "Écrivez en tête « parts : État ; Ville ; Caf ».")
        for item in figure.items:
            if len(item.values) != len(figure.columns):
                message = f"« {item.label[:40]} » a {len(item.values)} nombre(s) pour {len(figure.columns)} parts."
                raise FigureRefused(message, "Donnez un nombre par part, séparés par des points-virgules ; 0 s’il n’y a rien.", item.line)

    def draw(self, figure: Figure, width: int, identifier: str) -> Drawing:
        key, y = _key(figure, width, identifier)
        shapes = [patterns(identifier), *key]
        most = max((sum(item.values) for item in figure.items), default=0) or 1
        for item in figure.items:
            lines = cut_into_lines(french(item.label), width, strong=True)
            shapes += labels(lines, 0, y, strong=True)
            y += len(lines) * LEADING + 4
            shapes += _bar(item, y, width / float(most), identifier)
            values, y = _values(figure, item, y + _PARTS_BAR + 6, width, identifier)
            shapes += [*values]
            y += _PARTS_GAP
        return Drawing(y - _PARTS_GAP + 4, tuple(shapes))

    def describe(self, figure: Figure) -> str:
        return f"Barres partagées entre {', '.join(figure.columns)} ; le tableau qui suit en donne les nombres."

    def words(self, figure: Figure) -> Markup:
        return table(figure.title, ("Ligne", *figure.columns), [(french(item.label), *_numbers(figure, item)) for item in figure.items])


def _numbers(figure: Figure, item: FigureItem) -> list[str]:
    return [with_unit(part.strip(), figure.unit) for part in item.text.split(";")]


def _key(figure: Figure, width: int, identifier: str) -> tuple[list[Markup], float]:
    shapes, y = [], 0.0
    for name, fill in zip(figure.columns, FILLS, strict=False):
        lines = cut_into_lines(french(name), width - _NAME)
        shapes += [patterned_rectangle(identifier, fill, 1, y + 2, _SWATCH, _SWATCH), *labels(lines, _NAME, y)]
        y += len(lines) * LEADING + 3
    return shapes, y + 8


def _bar(item: FigureItem, y: float, scale: float, identifier: str) -> Iterator[Markup]:
    x = 0.0
    for value, fill in zip(item.values, FILLS, strict=False):
        length = float(value) * scale
        if length >= 1:
            yield patterned_rectangle(identifier, fill, x + 1, y + 1, max(length - 2, 0.5), _PARTS_BAR - 2)
        x += length


def _values(figure: Figure, item: FigureItem, y: float, width: int, identifier: str) -> tuple[list[Markup], float]:
    """The numbers in the order of the parts, each behind its swatch, on as many lines as they take."""
    shapes, x = [], 0.0
    for written, fill in zip(_numbers(figure, item), FILLS, strict=False):
        room = _NAME + measure(written)
        if x and x + room > width:
            x, y = 0.0, y + LEADING + 2
        shapes += [patterned_rectangle(identifier, fill, x + 1, y + 2, _SWATCH, _SWATCH), label(written, x + _NAME, y + _SWATCH)]
        x += room + 16
    return shapes, y + LEADING
