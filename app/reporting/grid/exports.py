"""Rows as a file, by their columns: CSV, and XLSX with typed cells and a sheet that explains the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import IO, Any

from app.platform.french import french_datetime, zone
from app.platform.unicode import neutral
from app.platform.web.edge import BOM
from app.reporting.grid.columns import GridColumn, Row, Value
from app.reporting.words import GLOSSARY


def file_name(now: datetime, suffix: str, what: str = "pilotage") -> str:
    return f"croisee-{what}-{now.astimezone(zone()):%Y-%m-%d-%Hh%M}.{suffix}"


def csv_value(value: Value) -> str:
    if isinstance(value, str):
        return neutral(value)
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else _write_value(value)


@lru_cache(maxsize=5_000)
def _write_value(value: date | Decimal | float) -> str:
    """A hundred thousand people share a few days and shares."""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else f"{value:.1f}".replace(".", ",")


def cells_of(columns: Sequence[GridColumn[Row]], rows: Iterable[Row]) -> Iterator[list[Value]]:
    values = [column.value for column in columns]
    return ([value(row) for value in values] for row in rows)


AT_ONCE = 500
"""Lines of a CSV that are written together: some forty thousand characters."""


def csv_pieces(columns: Sequence[GridColumn[Row]], rows: Iterable[Row]) -> Iterator[bytes]:
    """The file, its headings at once, then some lines at a time: memory does not grow with the number of people."""
    text = io.StringIO(BOM, newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(column.name) for column in columns])
    # Two values in three are numbers, which the writer writes by itself: thirty calls a person cost more than their reading.
    lines = ([value if type(value) is int else csv_value(value) for value in cells] for cells in cells_of(columns, rows))
    while written := text.getvalue():
        yield written.encode()
        text.seek(0)
        text.truncate()
        writer.writerows(islice(lines, AT_ONCE))


SHEET, NOTES = "Personnes", "Lire ce fichier"


@contextmanager
def open_workbook(target: IO[bytes], title: str, computed_at: datetime, **options: bool) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Open a workbook in which no text is a formula or a link, with the formats of its cells."""
    import xlsxwriter  # which takes a while to come, and few ask for it

    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, **options}) as book:
        book.set_properties({"title": title, "created": computed_at.replace(tzinfo=None)})
        yield (
            book,
            {
                "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
                "day": book.add_format({"num_format": "dd/mm/yyyy"}),
                "share": book.add_format({"num_format": "0.0"}),
            },
        )


def write_xlsx(target: IO[bytes], columns: Sequence[GridColumn[Row]], rows: Iterable[Row], computed_at: datetime, filter_words: str) -> None:
    """Write the workbook, row after row: what is written leaves memory."""
    with open_workbook(target, "Pilotage", computed_at, constant_memory=True) as (book, formats):
        sheet = book.add_worksheet(SHEET)
        _set_up(sheet, filter_words, computed_at)
        _people(sheet, columns, rows, formats)
        _notes(book.add_worksheet(NOTES), columns, computed_at, filter_words, formats["head"])


HEADER = 255
"""Characters that a workbook keeps of a header, its codes included."""


def _set_up(sheet: Any, filter_words: str, computed_at: datetime) -> None:
    """On paper: landscape A4, as wide as the sheet, headings and numbers on each, the filter and the moment above."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    moment = f"&R{french_datetime(computed_at)}"
    words = f"&LFiltre : {filter_words or 'aucun'}".replace("&", "&&").replace("&&L", "&L", 1)
    sheet.set_header(words[: HEADER - len(moment)].removesuffix("&") + moment)
    sheet.set_footer("&CPage &P sur &N")


def _people(sheet: Any, columns: Sequence[GridColumn[Row]], rows: Iterable[Row], formats: dict[str, Any]) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    sheet.freeze_panes(1, 2)
    sheet.write_row(0, 0, [column.name for column in columns], formats["head"])
    last = 0
    for last, cells in enumerate(cells_of(columns, rows), 1):
        write_cells(sheet, last, cells, formats)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def write_cells(sheet: Any, row: int, cells: Sequence[Value], formats: Mapping[str, Any]) -> None:
    """Each by its type: a day, a text that is no formula, a number."""
    for place, value in enumerate(cells):
        if isinstance(value, date):
            sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), formats["day"])  # noqa: DTZ001 — a day, in no time zone
        elif isinstance(value, str):
            if value:
                sheet.write_string(row, place, value)
        elif value is not None:
            sheet.write_number(row, place, value, formats["share"] if isinstance(value, Decimal | float) else None)


def _notes(sheet: Any, columns: Sequence[GridColumn[Any]], computed_at: datetime, filter_words: str, head: Any) -> None:
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 100)
    lines = [(column.name, column.explanation) for column in columns]
    lines += [(f"« {one.word} »", one.meaning) for one in GLOSSARY]
    write_texts(sheet, [("Colonne", "Ce qu’elle dit"), *lines, ("Calculé le", french_datetime(computed_at)), ("Filtre", filter_words)], head)


def write_texts(sheet: Any, lines: Iterable[Sequence[str]], head: Any) -> None:
    """Write lines of text from the first row on, which is their heading."""
    for number, line in enumerate(lines):
        for place, text in enumerate(line):
            sheet.write_string(number, place, text, None if number else head)
