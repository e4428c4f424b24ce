"""Reads the first sheet that a workbook shows, and names the others, in a process of its own (`app/platform/sandbox.py`): arguments LINES COLUMNS LENGTH LETTERS, bytes in, JSON out.

What a workbook asks for, its styles, its names, its strings, is read at a cost that its size does not tell. Started as a file, so it imports
nothing of `app`.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import datetime, time
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

UNREADABLE = (DefusedXmlException, ParseError, InvalidFileException, BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError)
MOST_NAMED, LONGEST_NAME = 10, 60


def content(data: bytes, lines: int, columns: int, length: int, letters: int) -> dict[str, Any] | str:
    """`rows`: the cells as text, each on one line, of no more lines, columns and letters a cell than that. `unread`: the other sheets that show something.

    Or "no workbook"; or "too much" where they say more `letters` in all: a thousand cells may name one text that is there once.
    """
    try:
        every: Any = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False).worksheets
        sheets = [sheet for sheet in every if sheet.sheet_state == "visible"] or every  # a hidden one holds the lists that cells are chosen from
        sheets[0].reset_dimensions()  # what the file claims of its size is not believed
        found: list[list[str]] = []
        for row in islice(sheets[0].iter_rows(values_only=True), lines):
            found.append([" ".join(_text(value).split())[:length] for value in row[:columns]])
            letters -= sum(map(len, found[-1]))
            if letters < 0:
                return "too much"
        return {
            "rows": found,
            "unread": [" ".join(sheet.title.split())[:LONGEST_NAME] for sheet in sheets[1 : 1 + MOST_NAMED] if _holds_something(sheet, lines, columns)],
        }
    except UNREADABLE:
        return "no workbook"


def _holds_something(sheet: Any, lines: int, columns: int) -> bool:
    """In its first lines; one that cannot be read is not known to be empty."""
    try:
        sheet.reset_dimensions()
        return any(_text(value).strip() for row in islice(sheet.iter_rows(max_col=columns, values_only=True), lines) for value in row)
    except UNREADABLE:
        return True


def _text(value: object) -> str:
    """Whole numbers without their « .0 », days as people write them, a formula of several cells as the formula that it is."""
    if value is None:
        return ""
    if isinstance(value, ArrayFormula | DataTableFormula):
        return f"={(getattr(value, 'text', None) or '').removeprefix('=')}"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y" if value.time() == time() else "%d/%m/%Y %H:%M")
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(content(sys.stdin.buffer.read(), *map(int, sys.argv[1:]))))
