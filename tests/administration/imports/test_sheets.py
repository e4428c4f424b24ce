"""What a workbook that weighs little may cost whoever reads it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from app.administration.imports import spreadsheet
from app.administration.imports.spreadsheet import SpreadsheetUnreadable, read_spreadsheet
from app.platform import sandbox
from tests.administration.imports.imports import MAIN, upload, with_parts, with_strings
from tests.administration.people_pages import administrator
from tests.words import READ_LINES

SHEET = "xl/worksheets/sheet1.xml"


def one_string(text: str, lines: int, columns: int) -> bytes:
    """A workbook all of whose cells name one shared string."""
    cells = ("<row>" + '<c t="s"><v>0</v></c>' * columns + "</row>") * lines
    return with_strings(f"<si><t>{text}</t></si>", **{SHEET: f"<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>"})


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes each process answered."""
    plain, sizes = sandbox.output, list[int]()

    def output(*arguments: Any, **options: Any) -> bytes:
        answer = plain(*arguments, **options)
        sizes.append(len(answer))
        return answer

    monkeypatch.setattr(sandbox, "output", output)
    return sizes


def test_a_cell_is_cut_before_it_is_answered(tmp_path: Path, answered: list[int]) -> None:
    lines = read_spreadsheet(tmp_path, one_string(" a\n b " + "é" * 2_500, 3, 2)).lines
    assert [line.cells for line in lines] == [("a b " + "é" * 496,) * 2] * 3
    assert answered < [6 * 6 * 500 + 100]


@pytest.mark.parametrize("letter", ["a", "é"])
def test_one_string_that_every_cell_names_is_no_file_of_people(tmp_path: Path, answered: list[int], letter: str) -> None:
    """Ten kilobytes made the worker hold 290 megabytes."""
    data = one_string(letter * 2_500, 2_000, 30)
    assert len(data) < 12_000
    with pytest.raises(SpreadsheetUnreadable, match="démesuré"):
        read_spreadsheet(tmp_path, data)
    assert sum(answered) < 100


def test_a_part_called_a_picture_weighs_too(tmp_path: Path) -> None:
    """The workbook may name it as its sheet."""
    relations = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    sheet = f'<worksheet {MAIN}><sheetData><row><c t="inlineStr"><is><t>{{}}</t></is></c></row></sheetData></worksheet>'
    parts = {"xl/_rels/workbook.xml.rels": f'{relations}<Relationship Id="rId1" Type="{kind}" Target="/xl/media/x.xml"/></Relationships>'}
    small, large = (with_parts({**parts, "xl/media/x.xml": sheet.format("x" * size)}) for size in (10, 2 * spreadsheet.LARGEST_UNPACKED))
    assert read_spreadsheet(tmp_path, small).lines[0].cells == ("x" * 10,)
    with pytest.raises(SpreadsheetUnreadable, match="démesuré"):
        read_spreadsheet(tmp_path, large)


def test_a_workbook_with_a_logo_is_read(tmp_path: Path) -> None:
    assert read_spreadsheet(tmp_path, with_parts({"xl/media/logo.png": "0" * 500_000})).lines[0].cells == ("Nom",)


def sheets(*named: tuple[str, object]) -> bytes:
    """A workbook of these sheets, each of one cell."""
    book, data = Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, cell in named:
        book.create_sheet(name).append((cell,))
    book.save(data)
    return data.getvalue()


def test_the_sheets_that_are_not_read_are_named(tmp_path: Path) -> None:
    content = read_spreadsheet(tmp_path, sheets(("Personnes", "Nom"), ("CPO 2025", "Zoé"), ("Feuil3", None)))
    assert (content.lines[0].cells, content.unread) == (("Nom",), ("CPO 2025",)), "an empty one is nobody's"
    with pytest.raises(SpreadsheetUnreadable, match="mettez en premier la feuille « Liste »"):
        read_spreadsheet(tmp_path, sheets(("Lisez-moi", None), ("Liste", "Nom")))


def test_a_hidden_sheet_is_not_the_first(tmp_path: Path) -> None:
    """Lists that cells are chosen from: whoever has the file open does not see them."""
    book, data = Workbook(), io.BytesIO()
    book.active.append(("Nom", "Prénom"))
    book.active.sheet_state = "hidden"
    book.create_sheet("CPO").append(("Zoé",))
    book.active = 1
    book.save(data)
    content = read_spreadsheet(tmp_path, data.getvalue())
    assert (content.lines[0].cells, content.unread) == (("Zoé",), ())


def test_a_page_says_which_sheet_is_not_read(app: Flask) -> None:
    client = administrator(app)
    book, data = Workbook(), io.BytesIO()
    for row in (("Nom", "Fonction"), ("Zoé", "CPO")):
        book.active.append(row)
    for name in ("Suite <b>", "Fin"):
        book.create_sheet(name).append(("Éric",))
    book.save(data)
    assert "Le classeur a aussi les feuilles « Suite <b> », « Fin », non lues" in upload(client, data.getvalue(), "deux.xlsx").text
    assert "non lues" in client.submit(READ_LINES).text


def test_a_broken_second_sheet_hides_no_first(tmp_path: Path) -> None:
    data, broken = io.BytesIO(), f'<worksheet {MAIN}><dimension ref="A1:A2"/><sheetData><row><c'
    with zipfile.ZipFile(io.BytesIO(sheets(("Un", "Nom"), ("Deux", "Zoé")))) as source, zipfile.ZipFile(data, "w") as archive:
        for part in source.namelist():
            archive.writestr(part, broken if "sheet2" in part else source.read(part))
    assert read_spreadsheet(tmp_path, data.getvalue()).unread == ("Deux",)


def test_a_formula_of_several_cells_is_one(tmp_path: Path) -> None:
    book, data = Workbook(), io.BytesIO()
    book.active["A1"] = ArrayFormula("A1:A2", "=SUM(B1:B2)")
    book.save(data)
    assert read_spreadsheet(tmp_path, data.getvalue()).lines[0].cells == ("=SUM(B1:B2)",)
