"""The tables of a tool: their cells, and those that are worked out from the others, `= somme` or `= Accordé − Dépensé`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from markdown_it.token import Token
from msgspec import Struct
from msgspec.structs import replace

from app.content.text.fields import Copy, mark, pieces
from app.content.text.markdown import plain, slug
from app.platform.french import exact

_NUMBER = re.compile(r"(-?\d[\d \u00a0\u202f]*(?:,\d+)?)(?:[ \u00a0\u202f]?(€|%))?")
_SIGN = re.compile(r" ([+−/-]) ")
TOTAL = "somme"


class Formula(Struct, frozen=True):
    """`terms`: (sign, column) of a sum of cells of the row; two with a sign of division are a share; none is the sum of the column above."""

    words: str
    terms: tuple[tuple[str, int], ...]

    @property
    def is_share(self) -> bool:
        return any(sign == "/" for sign, _ in self.terms)


class Number(Struct, frozen=True):
    value: Decimal
    unit: str
    """« € », « % » or nothing."""

    def __str__(self) -> str:
        return f"{exact(self.value)} {self.unit}".strip()


class Cell(Struct, frozen=True):
    token: Token
    """`inline`, its place in the tokens of the whole: `place`."""
    place: int
    formula: Formula | None = None
    number: Number | None = None
    """What it says, or what it comes to."""

    @property
    def words(self) -> str:
        return plain(self.token.children).strip()


class Grid(Struct, frozen=True):
    titles: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    start: int
    end: int
    """The places of its first and last tokens."""


class NotUnderstood(Exception):
    """A formula that names what is no column; the message is what was written."""


def grids(tokens: Sequence[Token]) -> Iterator[Grid]:
    """Every table. Raises nothing: a formula that is not understood stays text (`formula_of` says which)."""
    rows: list[list[Cell]] = []
    start = 0
    for place, token in enumerate(tokens):
        if token.type == "table_open":
            rows, start = [], place
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append(Cell(tokens[place + 1], place + 1))
        elif token.type == "table_close":
            titles = tuple(rows[0])
            yield Grid(titles, _worked_out(titles, rows[1:]), start, place)


def formula_of(words: str, titles: Sequence[str]) -> Formula | None:
    """Parses the formula of a cell; None for a cell that does not begin with « = ». Raises NotUnderstood."""
    if not words.startswith("="):
        return None
    written = words[1:].strip()
    if slug(written) == TOTAL:
        return Formula(TOTAL, ())
    known = {slug(title): column for column, title in enumerate(titles)}
    first, *rest = _SIGN.split(written)
    named = [("+", first), *zip(rest[::2], rest[1::2], strict=True)]
    share = any(sign == "/" for sign, _ in named)
    if len(named) < 2 or (share and len(named) > 2) or any(slug(name) not in known for _, name in named):
        raise NotUnderstood(written)
    return Formula(written, tuple(("−" if sign == "-" else sign, known[slug(name)]) for sign, name in named))


def _worked_out(titles: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    names = [title.words for title in titles]
    done: list[tuple[Cell, ...]] = []
    for row in rows:
        read = [_read(cell, names) for cell in row]
        for column, cell in enumerate(read):
            if cell.formula and not cell.formula.terms:
                read[column] = replace(cell, number=_sum([above[column].number for above in done], [1] * len(done)))
        for column, cell in enumerate(read):
            if cell.formula and cell.formula.terms:
                read[column] = replace(cell, number=_of_row(cell.formula, read))
        done.append(tuple(read))
    return tuple(done)


def _read(cell: Cell, titles: Sequence[str]) -> Cell:
    try:
        formula = formula_of(cell.words, titles)
    except NotUnderstood:
        formula = None
    return replace(cell, formula=formula, number=None if formula else number_of("".join(words for words, _ in pieces(cell.words))))


def number_of(words: str) -> Number | None:
    """« 12 000 € », « 40 % », « 3,5 »; None for any other text."""
    found = _NUMBER.fullmatch(words.strip())
    if found is None:
        return None
    return Number(Decimal(re.sub(r"\s", "", found[1]).replace(",", ".")), found[2] or "")


def _of_row(formula: Formula, row: Sequence[Cell]) -> Number | None:
    numbers = [row[column].number for _, column in formula.terms]
    if not formula.is_share:
        return _sum(numbers, [-1 if sign == "−" else 1 for sign, _ in formula.terms])
    part, whole = numbers
    return Number((part.value / whole.value * 100).quantize(Decimal(1)), "%") if part and whole and whole.value else None


def _sum(numbers: Sequence[Number | None], signs: Sequence[int]) -> Number | None:
    """None where there is nothing to add."""
    kept = [(number, sign) for number, sign in zip(numbers, signs, strict=True) if number]
    return Number(sum((number.value * sign for number, sign in kept), Decimal()), kept[0][0].unit) if kept else None


def with_results(tokens: Sequence[Token], copy: Copy) -> list[Token]:
    """The tokens, each formula replaced by what it comes to, or by what will be worked out there."""
    shown = list(tokens)
    for grid in grids(tokens):
        for cell in (cell for row in grid.rows for cell in row):
            if cell.formula:
                words = str(cell.number or "") if copy is Copy.FILLED else f"= {cell.formula.words}"
                shown[cell.place] = cell.token.copy(children=[Token("text", "", 0, content=mark(words))])
    return shown
