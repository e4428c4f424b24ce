"""A tool as a workbook: a sheet for each table, whose sums are worked out, and one that says how to use it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from msgspec.structs import replace
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from app.content.papers.paper import INVENTED, Block, CellPaper, Items, ListEntry, Paper, PaperPicture, PaperTitle, Paragraph, Table, plain_text
from app.content.text.grids import CellFormula, Copy

ROWS = 15
"""Of a table that one lengthens, in the copy to fill."""
WIDE = 130
"""Characters of all the columns of a sheet."""
GUIDE = "Lire ce classeur"
_MONEY, _SHARE, _NUMBER = '#,##0 "€"', '0 "%"', "#,##0.##"
_BASE = {"font_name": "Arial", "font_size": 10, "text_wrap": True, "valign": "top"}
_FORBIDDEN = str.maketrans("[]:*?/\\", "       ")


def write(paper: Paper) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        book.set_properties({"title": paper.name, "subject": paper.purpose, "author": "Croisée", "created": paper.published_at.replace(tzinfo=None)})
        book.set_custom_property("Language", "fr-FR")
        writer = _XlsxWriter(book, paper)
        for title, blocks in _sheets(paper):
            writer.sheet(title, blocks)
        writer.guide()
    return written.getvalue()


def _sheets(paper: Paper) -> list[tuple[str, list[Block]]]:
    sheets: list[tuple[str, list[Block]]] = []
    for block in paper.blocks:
        if isinstance(block, PaperTitle) and block.level == 2:
            sheets.append((block.text, []))
        elif sheets:
            sheets[-1][1].append(block)
    return sheets


def add_empty_rows(table: Table) -> Table:
    """Adds empty rows to fill after the last one, above totals for instance."""
    fields = [place for place, row in enumerate(table.rows) if row[0].is_field]
    if not fields:
        return table
    last = fields[-1]
    empty = tuple(replace(cell, runs=tuple(replace(run, text="") for run in cell.runs)) for cell in table.rows[last])
    return replace(table, rows=(*table.rows[: last + 1], *[empty] * (ROWS - len(fields)), *table.rows[last + 1 :]))


class _XlsxWriter:
    def __init__(self, book: Any, paper: Paper) -> None:
        self.book, self.paper = book, paper
        self.blank = paper.copy is Copy.BLANK
        self.formats: dict[tuple[str, ...], Any] = {}
        self.names: set[str] = set()

    def format(self, *wanted: str) -> Any:
        """Of a cell: each word adds to how it looks."""
        looks: dict[str, dict[str, Any]] = {
            "title": {"bold": True, "font_size": 14, "text_wrap": False},
            "head": {"bold": True, "bg_color": "#E4F2F0"},
            "cell": {"border": 1, "border_color": "#737A85"},
            "bold": {"bold": True},
            "soft": {"italic": True, "font_color": "#505967"},
            "€": {"num_format": _MONEY},
            "%": {"num_format": _SHARE},
            "nombre": {"num_format": _NUMBER},
        }
        if wanted not in self.formats:
            self.formats[wanted] = self.book.add_format({**_BASE, **{name: value for look in wanted for name, value in looks[look].items()}})
        return self.formats[wanted]

    def sheet(self, title: str, blocks: list[Block]) -> None:
        sheet = self._new_sheet(title)
        table = next((block for block in blocks if isinstance(block, Table)), None)
        if table:
            for place, share in enumerate(table.widths):
                sheet.set_column(place, place, max(10, round(share * WIDE)))
        row = 1
        sheet.write_string(0, 0, title, self.format("title"))
        if not self.blank:
            sheet.write_string(1, 0, INVENTED, self.format("title", "soft"))
            row = 2
        for block in blocks:
            row = self._table(sheet, block, row) if isinstance(block, Table) else self._words(sheet, block, row, len(table.titles) if table else 1)

    def _new_sheet(self, title: str) -> Any:
        """On paper: its whole width on a page that lies on its side."""
        sheet = self.book.add_worksheet(self._name(title))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_footer(f"&L{self.paper.name.replace('&', '&&')}&RPage &P sur &N")
        return sheet

    def _name(self, title: str) -> str:
        """A sheet's name: 31 characters, a few of them excluded, once in a workbook."""
        name = plain = title.translate(_FORBIDDEN).strip("' ")[:28].strip() or "Feuille"
        number = 1
        while name.casefold() in self.names:
            number += 1
            name = f"{plain} {number}"
        self.names.add(name.casefold())
        return name

    def _words(self, sheet: Any, block: Block, row: int, columns: int) -> int:
        """Text across the table's columns, as high as its lines; the row after it."""
        look = self.format("bold") if isinstance(block, PaperTitle) else self.format()
        for text in _lines(block):
            if columns > 1:
                sheet.merge_range(row, 0, row, columns - 1, "", look)
            sheet.write_string(row, 0, text, look)
            sheet.set_row(row, 14 * (1 + len(text) // WIDE))
            row += 1
        return row

    def _table(self, sheet: Any, table: Table, top: int) -> int:
        """The row after it. What to write in a cell is told when one enters it, so that the cell itself is empty."""
        table = add_empty_rows(table) if self.blank else table
        for column, title in enumerate(table.titles):
            sheet.write_string(top, column, title, self.format("cell", "head"))
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        for number, cells in enumerate(table.rows, top + 1):
            for column, cell in enumerate(cells):
                self._cell(sheet, number, column, cell, top, table)
        return top + 1 + len(table.rows)

    def _cell(self, sheet: Any, row: int, column: int, cell: CellPaper, top: int, table: Table) -> None:
        look = self.format("cell", *(["bold"] if cell.is_bold else []), *filter(None, [table.units[column]]))
        if cell.formula:
            sheet.write_formula(row, column, _formula(cell.formula, row, column, top), look, cell.number.value if cell.number else "")
        elif cell.is_field and self.blank:
            sheet.write_blank(row, column, None, look)
            self._hint(sheet, row, column, cell.text, table.titles[column])
        elif cell.number:
            sheet.write_number(row, column, cell.number.value, look)
        else:
            sheet.write_string(row, column, cell.text, look)

    def _hint(self, sheet: Any, row: int, column: int, hint: str, title: str) -> None:
        if hint:
            sheet.data_validation(row, column, row, column, {"validate": "any", "input_title": title[:32], "input_message": hint[:255]})

    def guide(self) -> None:
        sheet = self._new_sheet(GUIDE)
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 1, WIDE - 40)
        sheet.write_string(0, 0, self.paper.title, self.format("title"))
        rows = [("À quoi il sert", self.paper.purpose), *(_hints(self.paper) if self.blank else [("Attention", INVENTED)])]
        rows += [(f"Source [{number}]", source) for number, source in enumerate(self.paper.sources, 1)]
        for number, (name, words) in enumerate(rows, 1):
            sheet.write_string(number, 0, name, self.format("cell", "head"))
            sheet.write_string(number, 1, words, self.format("cell"))


def _hints(paper: Paper) -> Iterator[tuple[str, str]]:
    """« Feuille, colonne », and what to write there."""
    for sheet, blocks in _sheets(paper):
        tables = [block for block in blocks if isinstance(block, Table)]
        for title, cell in (pair for table in tables for row in table.rows for pair in zip(table.titles, row, strict=True)):
            if cell.is_field and cell.text and not cell.formula:
                yield f"{sheet}, {title}", cell.text


def _lines(block: Block) -> list[str]:
    match block:
        case PaperTitle(_, text):
            return [text]
        case Paragraph(runs):
            return [plain_text(runs)]
        case Items(items):
            return [f"• {plain_text(runs)}" for runs in items]
        case Table() | ListEntry() | PaperPicture():
            return []  # a table has cells of its own; a tool holds neither of the others


def _formula(formula: CellFormula, row: int, column: int, top: int) -> str:
    """In the words of a spreadsheet; empty rather than an error where its cells are."""
    if not formula.terms:
        name = xl_col_to_name(column)
        return f"=SUM({name}{top + 2}:{name}{row})"
    cells = [xl_rowcol_to_cell(row, place) for _, place in formula.terms]
    if formula.is_share:
        return f'=IF(N({cells[1]})=0,"",100*{cells[0]}/{cells[1]})'
    signs = ["-" if sign == "−" else "+" for sign, _ in formula.terms]
    return f'=IF(COUNT({",".join(cells)})=0,"",{"".join(map("".join, zip(["", *signs[1:]], cells, strict=True)))})'
