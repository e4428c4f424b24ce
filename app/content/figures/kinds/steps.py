"""`étapes`: one thing after another; `sinon` says what becomes of what does not go on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup
from msgspec import Struct

from app.content.figures import words
from app.content.figures.figure import Figure, FigureItem, FigureLine, FigureRefused
from app.content.figures.kinds.kind import PlainKind, two_parts
from app.content.figures.shapes import NARROW_WIDTH, PAD, WIDE_WIDTH, Drawing, TextBlock, arrow_down, arrow_right, block, link, markup
from app.platform.french import plural

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
        return f"Suite de {plural(len(_paired(figure)), 'étape')}, reliées par des flèches ; la liste qui suit les donne."

    def words(self, figure: Figure) -> Markup:
        lines = [markup("<li>{}{}</li>\n", words.labelled_text(step.label, step.text), _aside(out)) for step, out in _paired(figure)]
        return words.in_words(markup("<ol>\n{}</ol>\n", Markup("").join(lines)))


def _aside(out: FigureItem | None) -> Markup:
    return markup("<ul><li>{}</li></ul>", words.labelled_text("Sinon", out.text)) if out else Markup("")


def _paired(figure: Figure) -> list[tuple[FigureItem, FigureItem | None]]:
    """Each step with its way out."""
    following = [*figure.items[1:], FigureItem("")]
    return [(item, after if after.depth else None) for item, after in zip(figure.items, following, strict=True) if not item.depth]


def _steps(figure: Figure, width: float) -> list[_Step]:
    return [
        _Step(block(f"{place}. {step.label}", step.text, width), block("Sinon", out.text, width - _INSET) if out else None)
        for place, (step, out) in enumerate(_paired(figure), 1)
    ]


# --- On a narrow screen ---


def _in_a_column(figure: Figure) -> Drawing:
    steps = _steps(figure, NARROW_WIDTH)
    shapes: list[Markup] = []
    y = 0.0
    for place, step in enumerate(steps):
        shapes += step.main.drawn("box", 0, y, NARROW_WIDTH)
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
    return [link(x + 16, foot, ("V", foot + _DOWN), css="dashed"), *out.drawn("way-out", x, foot + _DOWN, width - _INSET)]


# --- On a large one ---


def _in_rows(figure: Figure) -> Drawing:
    count = len(_paired(figure))
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
        shapes += step.main.drawn("box", left, y, width, tallest)
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
