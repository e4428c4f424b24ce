"""A tool as its files hold it: titles, paragraphs, lists and tables, of runs of words. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from markdown_it.token import Token

from app.content.text.fields import Copy, marked, pieces
from app.content.text.grids import Cell, Formula, Number, grids
from app.content.text.markdown import inline_tokens, plain, split_anchor, tokens, without_notes
from app.content.values.course import Tool
from app.content.values.text import Source
from app.french import french

INVENTED = "Exemple rempli : la ville, les personnes, les dates et les montants sont inventés."
BLANK_LINE = "…………………………"
"""A field of a sentence that says nothing of what to write."""
ROW_HEIGHT = {Copy.BLANK: 9, Copy.FILLED: 6}
"""Millimetres at least: one may fill by hand."""
MARGIN = 20
"""Millimetres, on each side of a sheet."""


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    bold: bool = False
    italic: bool = False
    is_field: bool = False


Runs = tuple[Run, ...]


def said(runs: Runs) -> str:
    return "".join(run.text for run in runs)


@dataclass(frozen=True, slots=True)
class Title:
    level: int
    """2 or 3: that of the tool is 1."""
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class CellPaper:
    runs: Runs
    formula: Formula | None = None
    number: Number | None = None

    @property
    def text(self) -> str:
        return said(self.runs)

    @property
    def is_field(self) -> bool:
        return bool(self.runs) and all(run.is_field for run in self.runs)

    @property
    def is_bold(self) -> bool:
        """A total is, and what is written so."""
        return not self.formula.terms if self.formula else bool(self.runs) and all(run.bold for run in self.runs)


@dataclass(frozen=True, slots=True)
class Table:
    titles: tuple[str, ...]
    rows: tuple[tuple[CellPaper, ...], ...]
    widths: tuple[float, ...]
    """Shares of the whole, and the unit of each column's numbers, by what the example writes: both copies have the same."""
    units: tuple[str, ...]
    """« € », « % », « nombre »; empty where there is no number."""


Block = Title | Paragraph | Items | Table


@dataclass(frozen=True, slots=True)
class Paper:
    title: str
    purpose: str
    copy: Copy
    blocks: tuple[Block, ...]
    sources: tuple[str, ...]
    """In the order of their numbers, from 1."""
    published_at: datetime

    @property
    def wide(self) -> bool:
        """Whether the sheet lies on its side."""
        return any(isinstance(block, Table) and len(block.titles) > 4 for block in self.blocks)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a sheet, in millimetres: A4."""
        return (297, 210) if self.wide else (210, 297)

    @property
    def text_width(self) -> int:
        """Of what a sheet holds between its margins."""
        return self.size[0] - 2 * MARGIN

    @property
    def name(self) -> str:
        """What its files say of themselves."""
        return f"{self.title} (exemple)" if self.copy is Copy.FILLED else self.title


def paper_of(tool: Tool, copy: Copy, published_at: datetime) -> Paper:
    reader = _Reader(tool, copy)
    blocks = tuple(reader.blocks())
    return Paper(tool.title, tool.purpose, copy, blocks, tuple(_source(source) for source in reader.called), published_at)


def _source(source: Source) -> str:
    return french(plain(inline_tokens(source.text)))


@dataclass(slots=True)
class _Reader:
    tool: Tool
    copy: Copy
    called: list[Source] = field(default_factory=list)

    def blocks(self) -> Iterator[Block]:
        parsed = without_notes(tokens(marked(self.tool.body.text, self.copy), self.tool.body.line))
        tables = {grid.start: grid for grid in grids(parsed)}
        columns = _columns(self.tool)
        place = 0
        while place < len(parsed):
            token = parsed[place]
            if grid := tables.get(place):
                rows = tuple(tuple(self._cell(cell) for cell in row) for row in grid.rows)
                yield Table(tuple(french(title.words) for title in grid.titles), rows, *next(columns))
                place = grid.end
            elif token.type == "bullet_list_open":
                end = next(index for index in range(place, len(parsed)) if parsed[index].type == "bullet_list_close" and parsed[index].level == token.level)
                yield Items(tuple(self._runs(each) for each in parsed[place:end] if each.type == "inline"))
                place = end
            elif token.type == "heading_open":
                yield Title(int(token.tag[1]), french(split_anchor(plain(parsed[place + 1].children))[0]))
                place += 1
            elif token.type == "inline":
                yield Paragraph(self._runs(token))
            place += 1

    def _cell(self, cell: Cell) -> CellPaper:
        if cell.formula is None:
            return CellPaper(self._runs(cell.token), None, cell.number)
        words = french(str(cell.number or "")) if self.copy is Copy.FILLED else f"= {cell.formula.words}"
        return CellPaper((Run(words, is_field=True),), cell.formula, cell.number)

    def _runs(self, token: Token) -> Runs:
        found: list[Run] = []
        bold = italic = 0
        for child in token.children or ():
            bold += (child.type == "strong_open") - (child.type == "strong_close")
            italic += (child.type == "em_open") - (child.type == "em_close")
            written = self._words(child)
            if child.type == "footnote_ref" and found and found[-1].text.endswith(" "):
                written = written.lstrip()
            for words, is_field in pieces(written):
                found.append(Run(french(words), bold > 0, italic > 0, is_field))
        return tuple(found)

    def _words(self, child: Token) -> str:
        if child.type == "footnote_ref":
            return self._call(str(child.meta["label"]))
        return " " if child.type in ("softbreak", "hardbreak") else child.content

    def _call(self, label: str) -> str:
        source = next((each for each in self.tool.sources if each.label == label), None)
        if source is None:
            return ""
        if source not in self.called:
            self.called.append(source)
        return f" [{self.called.index(source) + 1}]"


def _columns(tool: Tool) -> Iterator[tuple[tuple[float, ...], tuple[str, ...]]]:
    """Of each table: a column needs its longest word, and its share of all that it holds."""
    for grid in grids(tokens(marked(tool.body.text, Copy.FILLED))):
        columns = list(zip(grid.titles, *grid.rows, strict=True))
        needs = [_need([str(cell.number) if cell.formula else "".join(words for words, _ in pieces(cell.words)) for cell in column]) for column in columns]
        numbers = [next((cell.number for cell in column if cell.number), None) for column in columns]
        yield tuple(need / sum(needs) for need in needs), tuple((number.unit or "nombre") if number else "" for number in numbers)


def _need(texts: Sequence[str]) -> float:
    longest = max((len(word) for text in texts for word in text.split()), default=1)
    return max(longest + 1, 7) * 1.2 + math.sqrt(sum(map(len, texts)) / len(texts)) * 2
