"""What a tool leaves to be filled: fields within a line, `[[what to write => what the example writes]]`, and tables that compute. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import StrEnum

from markdown_it.token import Token
from msgspec import Struct
from msgspec.structs import replace

from app.content.text.markdown import plain, slug
from app.content.values.quiz import GAP_CLOSE, GAP_OPEN
from app.platform.french import exact

FIELD = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*)\]\]")
_ARROW = re.compile(r"(?:^|\s+)(?:=>|→)(?:\s+|$)")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_MARKED = re.compile(f"{GAP_OPEN}([^{GAP_CLOSE}]*){GAP_CLOSE}")


class Copy(StrEnum):
    """A tool has two: one to fill, and one that is filled."""

    BLANK = "modele"
    FILLED = "exemple"


def fields(line: str) -> Iterator[tuple[str, str]]:
    """(what to write, what the example writes) of each field of a line."""
    return (_parts(found[1]) for found in FIELD.finditer(line))


def _parts(inner: str) -> tuple[str, str]:
    hint, *example = _ARROW.split(inner, maxsplit=1)
    return hint.strip(), example[0].strip() if example else ""


def mark_fields(text: str, copy: Copy) -> str:
    """The Markdown of one copy: each field is its words between two private-use characters, and none of it is Markdown. Lines are kept."""
    return FIELD.sub(lambda found: mark(_PUNCTUATION.sub(r"\\\1", _parts(found[1])[copy is Copy.FILLED])), text)


def mark(words: str) -> str:
    return f"{GAP_OPEN}{words}{GAP_CLOSE}"


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """A parsed text cut at its fields: (words, whether they are a field's). A field may be empty; what is between fields is not."""
    for place, words in enumerate(_MARKED.split(text)):
        if words or place % 2:
            yield words, bool(place % 2)


# --- Tables: their cells, and those worked out from others, `= somme` or `= Accordé − Dépensé` ---

_NUMBER = re.compile(r"(-?\d[\d \u00a0\u202f]*(?:,\d+)?)(?:[ \u00a0\u202f]?(€|%))?")
_SIGN = re.compile(r" ([+−/-]) ")
TOTAL = "somme"


class CellFormula(Struct, frozen=True):
    """`terms`: (sign, column) of a sum of cells of the row; two with a division sign are a share; none is the sum of the column above."""

    words: str
    terms: tuple[tuple[str, int], ...]

    @property
    def is_share(self) -> bool:
        return any(sign == "/" for sign, _ in self.terms)


class CellNumber(Struct, frozen=True):
    value: Decimal
    unit: str
    """« € », « % » or nothing."""

    def __str__(self) -> str:
        return f"{exact(self.value)} {self.unit}".strip()


class TableCell(Struct, frozen=True):
    token: Token
    """`inline`, its place in the tokens of the whole: `place`."""
    place: int
    formula: CellFormula | None = None
    number: CellNumber | None = None
    """What it says, or what it comes to."""

    @property
    def words(self) -> str:
        return plain(self.token.children).strip()


class Grid(Struct, frozen=True):
    titles: tuple[TableCell, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    start: int
    end: int
    """The places of its first and last tokens."""


class CellNotUnderstood(Exception):
    """A formula that names what is no column; the message is what was written."""


def grids(tokens: Sequence[Token]) -> Iterator[Grid]:
    """Every table. Raises nothing: a formula that is not understood stays text (`formula_of` says which)."""
    rows: list[list[TableCell]] = []
    start = 0
    for place, token in enumerate(tokens):
        if token.type == "table_open":
            rows, start = [], place
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append(TableCell(tokens[place + 1], place + 1))
        elif token.type == "table_close":
            titles = tuple(rows[0])
            yield Grid(titles, _worked_out(titles, rows[1:]), start, place)


def formula_of(words: str, titles: Sequence[str]) -> CellFormula | None:
    """Parses the formula of a cell; None for a cell that does not begin with « = ». Raises CellNotUnderstood."""
    if not words.startswith("="):
        return None
    written = words[1:].strip()
    if slug(written) == TOTAL:
        return CellFormula(TOTAL, ())
    known = {slug(title): column for column, title in enumerate(titles)}
    first, *rest = _SIGN.split(written)
    named = [("+", first), *zip(rest[::2], rest[1::2], strict=True)]
    share = any(sign == "/" for sign, _ in named)
    if len(named) < 2 or (share and len(named) > 2) or any(slug(name) not in known for _, name in named):
        raise CellNotUnderstood(written)
    return CellFormula(written, tuple(("−" if sign == "-" else sign, known[slug(name)]) for sign, name in named))


def _worked_out(titles: Sequence[TableCell], rows: Sequence[Sequence[TableCell]]) -> tuple[tuple[TableCell, ...], ...]:
    names = [title.words for title in titles]
    done: list[tuple[TableCell, ...]] = []
    for row in rows:
        read = [_read_cell(cell, names) for cell in row]
        for column, cell in enumerate(read):
            if cell.formula and not cell.formula.terms:
                read[column] = replace(cell, number=_sum([above[column].number for above in done], [1] * len(done)))
        for column, cell in enumerate(read):
            if cell.formula and cell.formula.terms:
                read[column] = replace(cell, number=_of_row(cell.formula, read))
        done.append(tuple(read))
    return tuple(done)


def _read_cell(cell: TableCell, titles: Sequence[str]) -> TableCell:
    try:
        formula = formula_of(cell.words, titles)
    except CellNotUnderstood:
        formula = None
    return replace(cell, formula=formula, number=None if formula else number_of("".join(words for words, _ in pieces(cell.words))))


def number_of(words: str) -> CellNumber | None:
    """« 12 000 € », « 40 % », « 3,5 »; None for any other text."""
    found = _NUMBER.fullmatch(words.strip())
    if found is None:
        return None
    return CellNumber(Decimal(re.sub(r"\s", "", found[1]).replace(",", ".")), found[2] or "")


def _of_row(formula: CellFormula, row: Sequence[TableCell]) -> CellNumber | None:
    numbers = [row[column].number for _, column in formula.terms]
    if not formula.is_share:
        return _sum(numbers, [-1 if sign == "−" else 1 for sign, _ in formula.terms])
    part, whole = numbers
    return CellNumber((part.value / whole.value * 100).quantize(Decimal(1)), "%") if part and whole and whole.value else None


def _sum(numbers: Sequence[CellNumber | None], signs: Sequence[int]) -> CellNumber | None:
    """None where there is nothing to add."""
    kept = [(number, sign) for number, sign in zip(numbers, signs, strict=True) if number]
    return CellNumber(sum((number.value * sign for number, sign in kept), Decimal()), kept[0][0].unit) if kept else None


def with_results(tokens: Sequence[Token], copy: Copy) -> list[Token]:
    """The tokens, each formula replaced by what it comes to, or by what will be worked out there."""
    shown = list(tokens)
    for grid in grids(tokens):
        for cell in (cell for row in grid.rows for cell in row):
            if cell.formula:
                words = str(cell.number or "") if copy is Copy.FILLED else f"= {cell.formula.words}"
                shown[cell.place] = cell.token.copy(children=[Token("text", "", 0, content=mark(words))])
    return shown
