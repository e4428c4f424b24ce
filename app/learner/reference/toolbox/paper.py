"""A tool → the paper of one of its copies. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from markdown_it.token import Token

from app.content.papers.paper import Block, CellPaper, Items, Paper, PaperTitle, Paragraph, Runs, Table, TextRun, shares
from app.content.text.fields import Copy, marked, pieces
from app.content.text.grids import TableCell, grids
from app.content.text.markdown import inline_tokens, plain, tokens, without_notes
from app.content.values.text import Source
from app.content.values.toolbox import Tool
from app.platform.french import french


def paper_of(tool: Tool, copy: Copy, published_at: datetime) -> Paper:
    reader = _ToolReader(tool, copy)
    blocks = tuple(reader.blocks())
    return Paper(tool.title, tool.purpose, copy, blocks, tuple(_source(source) for source in reader.called), published_at)


def _source(source: Source) -> str:
    return french(plain(inline_tokens(source.text)))


@dataclass(slots=True)
class _ToolReader:
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
                yield PaperTitle(int(token.tag[1]), french(token.meta["title"]))
                place += 1
            elif token.type == "inline":
                yield Paragraph(self._runs(token))
            place += 1

    def _cell(self, cell: TableCell) -> CellPaper:
        if cell.formula is None:
            return CellPaper(self._runs(cell.token), None, cell.number)
        words = french(str(cell.number or "")) if self.copy is Copy.FILLED else f"= {cell.formula.words}"
        return CellPaper((TextRun(words, is_field=True),), cell.formula, cell.number)

    def _runs(self, token: Token) -> Runs:
        found: list[TextRun] = []
        bold = italic = 0
        for child in token.children or ():
            bold += (child.type == "strong_open") - (child.type == "strong_close")
            italic += (child.type == "em_open") - (child.type == "em_close")
            written = self._words(child)
            if child.type == "footnote_ref" and found and found[-1].text.endswith(" "):
                written = written.lstrip()
            for words, is_field in pieces(written):
                found.append(TextRun(french(words), bold > 0, italic > 0, is_field))
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
    """Of each table: the share of each column, by all that it holds in the filled copy, and the unit of its numbers."""
    for grid in grids(tokens(marked(tool.body.text, Copy.FILLED))):
        columns = list(zip(grid.titles, *grid.rows, strict=True))
        needs = shares([[str(cell.number) if cell.formula else "".join(words for words, _ in pieces(cell.words)) for cell in column] for column in columns])
        numbers = [next((cell.number for cell in column if cell.number), None) for column in columns]
        yield needs, tuple((number.unit or "nombre") if number else "" for number in numbers)
