"""Reads the first sheet of a workbook, in a process of its own (`app/alone.py`): arguments LINES COLUMNS LENGTH, bytes in, JSON out.

What a workbook asks for, its styles, its names, its strings, is read at a cost that its size does not tell. Started as a file, so it imports
nothing of `app`.
"""

from __future__ import annotations

import io
import json
import sys
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException


def rows(data: bytes, lines: int, columns: int, length: int) -> list[list[str]] | None:
    """The cells as text, of no more lines, columns and letters than that; None for what is no workbook."""
    try:
        sheet: Any = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False).worksheets[0]
        sheet.reset_dimensions()  # what the file claims of its size is not believed
        return [[_text(value)[:length] for value in row[:columns]] for row in islice(sheet.iter_rows(values_only=True), lines)]
    except (DefusedXmlException, ParseError, InvalidFileException, BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError):
        return None


def _text(value: object) -> str:
    """Whole numbers without their « .0 »."""
    if value is None:
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(rows(sys.stdin.buffer.read(), *map(int, sys.argv[1:]))))
