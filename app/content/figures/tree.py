"""`arbre`: who stands under whom, what a thing is made of. Each floor is typed with two spaces more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markupsafe import Markup

from app.content.figures.figure import (
    NARROW_WIDTH,
    PAD,
    WIDE_WIDTH,
    Drawing,
    Figure,
    FigureItem,
    FigureLine,
    FigureRefused,
    PlainKind,
    TextBlock,
    block,
    in_words,
    labelled_text,
    link,
    longest_piece,
    markup,
    measure,
    not_understood,
)
from app.content.values.text import FIGURE_DEPTH
from app.platform.french import french, plural

_STEP, _GAP, _BELOW, _BETWEEN = 18, 8, 14, 12
"""How far in a floor stands; between two boxes; from a root to its branches, half of it each side of the link; between two columns."""
_COLUMNS = range(2, 5)
"""As many branches may stand side by side."""


class TreeFigure(PlainKind):
    css = "tree"
    example = "- Recteur : dirige l’académie"
    widths: tuple[int, ...] = (WIDE_WIDTH, NARROW_WIDTH)
    room: float = NARROW_WIDTH - (FIGURE_DEPTH - 1) * _STEP - 2 * PAD

    def item(self, line: FigureLine) -> FigureItem:
        label, _, text = line.text.removeprefix("-").partition(":")
        if not line.text.startswith("-") or not label.strip():
            raise not_understood(line, self.example)
        if line.indent % 2:
            raise FigureRefused("Le retrait de cette ligne n’est pas pair.", "Mettez deux espaces de plus par étage : deux, quatre, six.")
        return FigureItem(label.strip(), text.strip(), depth=line.indent // 2)

    def check(self, figure: Figure) -> None:
        first = figure.items[0]
        if first.depth:
            raise FigureRefused("La première branche est en retrait.", "Commencez la ligne par le tiret, sans espace.", first.line)
        for above, item in pairwise(figure.items):
            if item.depth > above.depth + 1:
                raise FigureRefused("Cette branche saute un étage.", "Mettez deux espaces de plus que la ligne au-dessus, pas davantage.", item.line)
            if item.depth >= FIGURE_DEPTH:
                raise FigureRefused(f"Un arbre a {FIGURE_DEPTH} étages au plus.", "Remontez cette branche, ou faites un second arbre.", item.line)

    def draw(self, figure: Figure, width: int, identifier: str) -> Drawing:
        roots = _split_branches(figure.items, 0)
        if width == WIDE_WIDTH:
            top, columns = (figure.items[:1], _split_branches(figure.items[1:], 1)) if len(roots) == 1 else ((), roots)
            if len(columns) in _COLUMNS and all(_fits(items, _column_width(len(columns))) for items in columns):
                return _side_by_side(top, columns)
        shapes, height = _outline(figure.items, 0, 0, width)
        return Drawing(height, tuple(shapes))

    def describe(self, figure: Figure) -> str:
        return f"Arbre de {plural(len(figure.items), 'case')} ; la liste qui suit les donne."

    def words(self, figure: Figure) -> Markup:
        return in_words(_nested_list(figure.items))


def _split_branches(items: Sequence[FigureItem], depth: int) -> list[Sequence[FigureItem]]:
    """A branch of that floor with all that it bears, then the next."""
    starts = [place for place, item in enumerate(items) if item.depth == depth]
    return [items[start:end] for start, end in pairwise([*starts, len(items)])]


# --- One under the other ---


def _outline(items: Sequence[FigureItem], left: float, top: float, width: float) -> tuple[list[Markup], float]:
    """Boxes in a column, each floor a step in, and the column's foot."""
    base = items[0].depth
    feet: dict[int, float] = {}
    shapes: list[Markup] = []
    y = top
    for item in items:
        inset = (item.depth - base) * _STEP
        here = block(item.label, item.text, width - inset)
        if item.depth > base:
            above = left + inset - _STEP / 2
            shapes.append(link(above, feet[item.depth - 1], ("V", y + here.height / 2), ("H", left + inset)))
        shapes += here.draw_box(_css(item), left + inset, y, width - inset)
        feet[item.depth] = y + here.height
        y += here.height + _GAP
    return shapes, y - _GAP


def _css(item: FigureItem) -> str:
    return "box" if item.depth else "root"


# --- Side by side ---


def _column_width(columns: int) -> float:
    return (WIDE_WIDTH - (columns - 1) * _BETWEEN) / columns


def _fits(items: Sequence[FigureItem], width: float) -> bool:
    """Whether no word of a branch is wider than its box would be."""
    return all(
        measure(longest_piece(french(f"{item.label} {item.text}")), strong=True) <= width - (item.depth - items[0].depth) * _STEP - 2 * PAD for item in items
    )


def _side_by_side(top: Sequence[FigureItem], columns: list[Sequence[FigureItem]]) -> Drawing:
    """The root above, its branches as columns; or several roots, each a column."""
    width = _column_width(len(columns))
    shapes: list[Markup] = []
    y = 0.0
    for root in top:
        here = block(root.label, root.text, WIDE_WIDTH / 2)
        shapes += here.draw_box("root", WIDE_WIDTH / 4, 0, WIDE_WIDTH / 2)
        y = here.height + 2 * _BELOW
        shapes += _links(columns, width, here)
    feet = []
    for place, items in enumerate(columns):
        drawn, foot = _outline(items, place * (width + _BETWEEN), y, width)
        shapes += drawn
        feet.append(foot)
    return Drawing(max(feet), tuple(shapes))


def _links(columns: list[Sequence[FigureItem]], width: float, root: TextBlock) -> Iterator[Markup]:
    for place in range(len(columns)):
        x = place * (width + _BETWEEN) + width / 2
        yield link(WIDE_WIDTH / 2, root.height, ("V", root.height + _BELOW), ("H", x), ("V", root.height + 2 * _BELOW))


# --- In words ---


def _nested_list(items: Sequence[FigureItem]) -> Markup:
    depth = items[0].depth
    lines = Markup("").join(
        markup("<li>{}{}</li>\n", labelled_text(branch[0].label, branch[0].text), _nested_list(branch[1:]) if len(branch) > 1 else "")
        for branch in _split_branches(items, depth)
    )
    return markup("<ul>\n{}</ul>\n", lines)
