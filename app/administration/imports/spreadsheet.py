"""A CSV or XLSX file as lines of text cells. Whatever is not one, or is a trap, is refused in a sentence. Nothing is ever executed.

CSV with `;`, `,` or tabs, in UTF-8 (with or without BOM), UTF-16 or Windows-1252, as spreadsheets write them. XLSX is unpacked only after
its directory was read, where a bomb says how large it would be, and in a process of its own, which is stopped when it takes too long.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from app.platform import sandbox
from app.platform.errors import DomainError
from app.platform.unicode import one_line

LARGEST_FILE = 1024 * 1024
LARGEST_UNPACKED = 3 * LARGEST_FILE
"""Twice what the lines that are accepted take, in the most talkative of spreadsheets."""
MOST_PARTS = 200
MOST_LINES, MOST_COLUMNS, LONGEST_CELL = 2000, 30, 500
PROCESS = Path(__file__).with_name("process.py")
"""Not imported: what it needs to read stays out of the workers."""
LIMITS = sandbox.SandboxLimits(mebibytes=500, seconds=5, patience=10)
TOO_LARGE = "Ce classeur, une fois décompressé, serait démesuré : il est refusé. Enregistrez la feuille en CSV."


class SpreadsheetUnreadable(DomainError):
    sentence = "Ce fichier n’est ni un CSV ni un classeur XLSX lisible."


class SheetLine(Struct, frozen=True):
    """One line that holds something. `number` is the spreadsheet's own, from 1."""

    number: int
    cells: tuple[str, ...]


class FileContent(Struct, frozen=True):
    """The lines that hold something, the header first; and the names of a workbook's other sheets, which are not read."""

    lines: tuple[SheetLine, ...]
    unread: tuple[str, ...] = ()


def read_spreadsheet(instance: Path, data: bytes) -> FileContent:
    """What a file holds. Raises SpreadsheetUnreadable, TooBusy."""
    if not data.strip():
        raise SpreadsheetUnreadable("Ce fichier est vide.")
    if len(data) > LARGEST_FILE:
        raise SpreadsheetUnreadable("Ce fichier est trop lourd : 1 Mo au plus. Coupez-le en plusieurs.")
    rows, unread = _workbook(instance, data) if data.startswith(b"PK") else (_csv_rows(_decode_text(data)), ())
    lines = []
    for number, written in enumerate(rows, start=1):
        if number > MOST_LINES + 1:
            raise SpreadsheetUnreadable(f"Ce fichier a plus de {MOST_LINES} lignes. Coupez-le en plusieurs.")
        cells = tuple(map(cell_text, written))
        if any(cells):
            lines.append(SheetLine(number, cells))
    if not lines:
        raise SpreadsheetUnreadable(
            f"La première feuille de ce classeur est vide : mettez en premier la feuille « {unread[0]} »." if unread else "Ce fichier est vide."
        )
    return FileContent(tuple(lines), unread)


def cell_text(text: str) -> str:
    """What is read of a cell, of a file or typed in its place."""
    return one_line(text)[:LONGEST_CELL]


def _decode_text(data: bytes) -> str:
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(ord(letter) < 32 and letter not in "\t\r\n" for letter in text):
            return text
    raise SpreadsheetUnreadable


def _csv_rows(text: str) -> Iterator[tuple[str, ...]]:
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield tuple(row[:MOST_COLUMNS])
    except csv.Error:
        raise SpreadsheetUnreadable("Un guillemet n’est pas refermé dans ce fichier CSV. Enregistrez-le de nouveau depuis votre tableur.") from None


def _workbook(instance: Path, data: bytes) -> tuple[Iterable[tuple[str, ...]], tuple[str, ...]]:
    """The lines of its first sheet, and the names of the others."""
    _refuse_bombs(data)
    arguments = map(str, (MOST_LINES + 2, MOST_COLUMNS, LONGEST_CELL, LARGEST_UNPACKED))
    try:
        found = json.loads(sandbox.output(instance, PROCESS, *arguments, data=data, limits=LIMITS))
    except sandbox.SandboxStopped as stopped:
        raise SpreadsheetUnreadable(TOO_LARGE if stopped.too_long else None) from None
    if isinstance(found, str):
        raise SpreadsheetUnreadable(TOO_LARGE if found == "too much" else None)
    return map(tuple, found["rows"]), tuple(found["unread"])


def _refuse_bombs(data: bytes) -> None:
    """What is read of an entry is never more than its directory says."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise SpreadsheetUnreadable from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise SpreadsheetUnreadable(TOO_LARGE)
