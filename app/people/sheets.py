"""A CSV or XLSX file as lines of text cells. Whatever is not one, or is a trap, is refused in a sentence. Nothing is ever executed.

CSV with `;`, `,` or tabs, in UTF-8 (with or without BOM), UTF-16 or Windows-1252, as spreadsheets write them. XLSX is unpacked only after
its directory was read: a bomb says there how large it would be.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.errors import DomainError

LARGEST_FILE = 1024 * 1024
LARGEST_UNPACKED = 20 * LARGEST_FILE
MOST_PARTS = 200
MOST_LINES, MOST_COLUMNS, LONGEST_CELL = 2000, 30, 500


class Unreadable(DomainError):
    sentence = "Ce fichier n’est ni un CSV ni un classeur XLSX lisible."


@dataclass(frozen=True, slots=True)
class Line:
    """One line that holds something. `number` is the spreadsheet's own, from 1."""

    number: int
    cells: tuple[str, ...]


def read(data: bytes) -> tuple[Line, ...]:
    """The lines of a file, the header first. Raises Unreadable."""
    if not data.strip():
        raise Unreadable("Ce fichier est vide.")
    if len(data) > LARGEST_FILE:
        raise Unreadable("Ce fichier est trop lourd\u202f: 1 Mo au plus. Coupez-le en plusieurs.")
    rows = _workbook_rows(data) if data.startswith(b"PK") else _csv_rows(_decoded(data))
    lines = []
    for number, cells in enumerate(rows, start=1):
        if number > MOST_LINES + 1:
            raise Unreadable(f"Ce fichier a plus de {MOST_LINES} lignes. Coupez-le en plusieurs.")
        if any(cells):
            lines.append(Line(number, cells))
    return tuple(lines)


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(ord(letter) < 32 and letter not in "\t\r\n" for letter in text):
            return text
    raise Unreadable


def _csv_rows(text: str) -> Iterator[tuple[str, ...]]:
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield tuple(_cell(value) for value in row[:MOST_COLUMNS])
    except csv.Error:
        raise Unreadable("Un guillemet n’est pas refermé dans ce fichier CSV. Enregistrez-le de nouveau depuis votre tableur.") from None


def _workbook_rows(data: bytes) -> Iterator[tuple[str, ...]]:
    _refuse_bombs(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what the file claims of its size is not believed
        rows = [row[:MOST_COLUMNS] for row in _up_to(sheet.iter_rows(values_only=True), MOST_LINES + 2)]
    except (DefusedXmlException, ParseError, InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError):
        raise Unreadable from None
    yield from (tuple(_cell(value) for value in row) for row in rows)


def _up_to(rows: Iterator[Any], most: int) -> Iterator[Any]:
    for number, row in enumerate(rows):
        if number >= most:
            return
        yield row


def _refuse_bombs(data: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Unreadable from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable("Ce classeur, une fois décompressé, serait démesuré\u202f: il est refusé. Enregistrez la feuille en CSV.")


def _cell(value: object) -> str:
    """One cell as text on one line; whole numbers without their « .0 »."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())[:LONGEST_CELL]
