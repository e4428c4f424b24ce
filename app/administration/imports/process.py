"""Reads the first sheet of a workbook, in a process of its own (`app/sandbox/__init__.py`): arguments LINES COLUMNS LENGTH LETTERS, bytes in, JSON out.

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


def rows(data: bytes, lines: int, columns: int, length: int, letters: int) -> list[list[str]] | str:
    """The cells as text, each on one line, of no more lines, columns and letters a cell than that.

    Or "no workbook"; or "too much" where they say more `letters` in all: a thousand cells may name one text that is there once.
    """
    try:
        sheet: Any = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False).worksheets[0]
        sheet.reset_dimensions()  # what the file claims of its size is not believed
        found: list[list[str]] = []
        for row in islice(sheet.iter_rows(values_only=True), lines):
            found.append([" ".join(_text(value).split())[:length] for value in row[:columns]])
            letters -= sum(map(len, found[-1]))
            if letters < 0:
                return "too much"
        return found
    except (DefusedXmlException, ParseError, InvalidFileException, BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError):
        return "no workbook"


def _text(value: object) -> str:
    """Whole numbers without their « .0 », days as people write them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y" if value.time() == time() else "%d/%m/%Y %H:%M")
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(rows(sys.stdin.buffer.read(), *map(int, sys.argv[1:]))))
