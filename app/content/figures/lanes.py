"""`lignes`: two or three stories side by side, what each did at the same dates, where they meet and where they miss each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

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
    block,
    cut_into_lines,
    labels,
    link,
    longest_piece,
    markup,
    measure,
    table,
    two_parts,
)
from app.platform.french import french, plural

_MOST = 3
"""Lines of a figure: as many as a screen has room for, and as every site has colours."""
_DATES, _APART = 58, 10
"""Width of the dates at the left of a large drawing; between two columns."""
_COLUMN = (WIDE_WIDTH - _DATES - (_MOST - 1) * _APART) / _MOST
_RAILS, _RAIL = 50, 14
"""Width of the rails at the left of a narrow drawing; from one to the next."""
_GAP, _BETWEEN = 8, 22
"""Between two boxes of a date; between two dates."""
_MEETS, _MISSES = "croisement", "écart"
_SAID = {_MEETS: "Elles se croisent", _MISSES: "Elles se manquent"}
_NOTHING = ("", "-", "–", "—")


class Lanes(PlainKind):
    css = "lanes"
    example = "1981-1983 : ce que fait la première ligne ; ce que fait la deuxième"
    heads = ("lignes",)
    widths: tuple[int, ...] = (WIDE_WIDTH, NARROW_WIDTH)
    room: float = _COLUMN - 2 * PAD

    def columns(self, heads: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(name.strip() for name in heads.get("lignes", "").split(";") if name.strip())

    def item(self, line: FigureLine) -> FigureItem:
        name, text = two_parts(line, ":", self.example)
        return FigureItem(name, text, depth=int(name.casefold() in _SAID))

    def check(self, figure: Figure) -> None:
        count = len(figure.columns)
        if not 2 <= count <= _MOST:
            raise FigureRefused("Il faut nommer deux ou trois lignes.", "Écrivez en tête « lignes : La ville ; L’école ».")
        if figure.items[0].depth:
            raise FigureRefused(f"Ce « {figure.items[0].label} » ne suit aucune date.", f"Écrivez d’abord « {self.example} ».", figure.items[0].line)
        for item in figure.items:
            if not item.depth and len(_cells(item)) != count:
                message = f"« {item.label[:40]} » dit {plural(len(_cells(item)), 'fait')} pour {count} lignes."
                raise FigureRefused(message, "Donnez un fait par ligne, séparés par des points-virgules ; un tiret s’il n’y a rien.", item.line)
            if not item.depth and measure(longest_piece(french(item.label)), strong=True) > _DATES - _GAP:
                raise FigureRefused(f"« {item.label[:40]} » est trop long pour une date.", "Écrivez une année, ou « 1981-1983 ».", item.line)

    def draw(self, figure: Figure, width: int, identifier: str) -> Drawing:
        return _in_columns(figure) if width == WIDE_WIDTH else _on_rails(figure)

    def describe(self, figure: Figure) -> str:
        dates = plural(sum(not item.depth for item in figure.items), "date")
        return f"{plural(len(figure.columns), 'ligne')} côte à côte ({', '.join(figure.columns)}), {dates} ; le tableau qui suit donne tout."

    def words(self, figure: Figure) -> Markup:
        return table(figure.title, ("Quand", "Qui", "Quoi"), list(_rows(figure)), numbers=False)


def _cells(item: FigureItem) -> list[str]:
    return ["" if cell.strip() in _NOTHING else cell.strip() for cell in item.text.split(";")]


def _rows(figure: Figure) -> Iterator[tuple[str, str, str]]:
    """A line of the table for each fact, then for what is said of all."""
    date = ""
    for item in figure.items:
        if item.depth:
            yield date, french(_SAID[item.label.casefold()]), french(item.text)
            continue
        date = french(item.label)
        yield from ((date, french(name), french(cell)) for name, cell in zip(figure.columns, _cells(item), strict=True) if cell)


def _lane(place: int, x: float, top: float, foot: float) -> Markup:
    return link(x, top, ("V", foot), css=f"lane chart-lane-{place + 1}")


def _said_of_all(item: FigureItem, x: float, y: float, width: float) -> tuple[list[Markup], float]:
    """What is said of all the lines, in a box of its own, and its height."""
    said = item.label.casefold()
    text = block(_SAID[said], item.text, width)
    return [*text.draw_box("root" if said == _MEETS else "way-out", x, y, width)], text.height


# --- On a large screen: a column a line ---


def _in_columns(figure: Figure) -> Drawing:
    count = len(figure.columns)
    width = (WIDE_WIDTH - _DATES - (count - 1) * _APART) / count
    lefts = [_DATES + place * (width + _APART) for place in range(count)]
    heads = [cut_into_lines(french(name), width, strong=True) for name in figure.columns]
    names = [shape for lines, left in zip(heads, lefts, strict=True) for shape in labels(lines, left + width / 2, 0, strong=True, anchor="middle")]
    top = y = max(map(len, heads)) * LEADING + 6.0
    boxes: list[Markup] = []
    for item in figure.items:
        if item.depth:
            shapes, height = _said_of_all(item, _DATES, y + _GAP, WIDE_WIDTH - _DATES)
            y += _GAP + height
        else:
            shapes, height = _row(item, lefts, y + _BETWEEN, width)
            y += _BETWEEN + height
        boxes += shapes
    lanes = [_lane(place, left + width / 2, top, y) for place, left in enumerate(lefts)]
    return Drawing(y, (*lanes, *names, *boxes))


def _row(item: FigureItem, lefts: Sequence[float], y: float, width: float) -> tuple[list[Markup], float]:
    date = cut_into_lines(french(item.label), _DATES - _GAP, strong=True)
    texts = [block("", cell, width) if cell else None for cell in _cells(item)]
    height = max([len(date) * LEADING + PAD, *(text.height for text in texts if text)])
    shapes = [*labels(date, 0, y + PAD - 1, strong=True)]
    for text, left in zip(texts, lefts, strict=True):
        shapes += text.draw_box("box", left, y, width, height) if text else []
    return shapes, height


# --- On a narrow one: rails at the left, boxes one under the other ---


def _on_rails(figure: Figure) -> Drawing:
    rails = [6.0 + place * _RAIL for place in range(len(figure.columns))]
    width = NARROW_WIDTH - _RAILS
    shapes: list[Markup] = []
    y = 0.0
    for item in figure.items:
        if item.depth:
            y += _GAP
            said, height = _said_of_all(item, _RAILS, y, width)
            shapes += said
            shapes += _stops(rails, y + height / 2) if item.label.casefold() == _MEETS else []
            y += height
            continue
        y += _BETWEEN if y else 0
        date = cut_into_lines(french(item.label), width, strong=True)
        shapes += labels(date, _RAILS, y, strong=True)
        y += len(date) * LEADING + 4 - _GAP
        for rail, name, cell in zip(rails, figure.columns, _cells(item), strict=True):
            if cell:
                text = block(name, cell, width)
                shapes += [*_stops([rail], y + _GAP + text.height / 2), *text.draw_box("box", _RAILS, y + _GAP, width)]
                y += _GAP + text.height
    lanes = [_lane(place, rail, 0, y) for place, rail in enumerate(rails)]
    return Drawing(y, (*lanes, *shapes))


def _stops(rails: Sequence[float], y: float) -> Iterator[Markup]:
    """One on a line, or one on each, and the way to the box."""
    yield link(rails[0], y, ("H", _RAILS))
    yield from (markup('<circle class="chart-stop" cx="{}" cy="{}" r="5"/>', rail, round(y, 2)) for rail in rails)
