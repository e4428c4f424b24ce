"""What a workbook that weighs little may cost whoever reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app import sandbox
from app.administration.imports import spreadsheet
from app.administration.imports.spreadsheet import Unreadable, read
from tests.administration.imports.test_imports import MAIN, with_parts, with_strings

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
    lines = read(tmp_path, one_string(" a\n b " + "é" * 2_500, 3, 2))
    assert [line.cells for line in lines] == [("a b " + "é" * 496,) * 2] * 3
    assert answered < [6 * 6 * 500 + 100]


@pytest.mark.parametrize("letter", ["a", "é"])
def test_one_string_that_every_cell_names_is_no_file_of_people(tmp_path: Path, answered: list[int], letter: str) -> None:
    """Ten kilobytes made the worker hold 290 megabytes."""
    data = one_string(letter * 2_500, 2_000, 30)
    assert len(data) < 12_000
    with pytest.raises(Unreadable, match="démesuré"):
        read(tmp_path, data)
    assert sum(answered) < 100


def test_a_part_called_a_picture_weighs_too(tmp_path: Path) -> None:
    """The workbook may name it as its sheet."""
    relations = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    sheet = f'<worksheet {MAIN}><sheetData><row><c t="inlineStr"><is><t>{{}}</t></is></c></row></sheetData></worksheet>'
    parts = {"xl/_rels/workbook.xml.rels": f'{relations}<Relationship Id="rId1" Type="{kind}" Target="/xl/media/x.xml"/></Relationships>'}
    small, large = (with_parts({**parts, "xl/media/x.xml": sheet.format("x" * size)}) for size in (10, 2 * spreadsheet.LARGEST_UNPACKED))
    assert read(tmp_path, small)[0].cells == ("x" * 10,)
    with pytest.raises(Unreadable, match="démesuré"):
        read(tmp_path, large)


def test_a_workbook_with_a_logo_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, with_parts({"xl/media/logo.png": "0" * 500_000}))[0].cells == ("Nom",)
