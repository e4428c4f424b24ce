"""The files that an import gives: the model to fill, and the refused lines with their reason. As bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence

from app.administration.imports.queries import REFUSED, LineResult
from app.administration.imports.synonyms import WHY, plain
from app.administration.models import PeopleImport
from app.platform.web.spreadsheets import neutral

Rows = Sequence[Sequence[str]]


def as_csv(rows: Rows) -> bytes:
    """Writes the rows as CSV with `;` and a BOM, as French spreadsheets expect."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([[neutral(cell) for cell in row] for row in rows])
    return "\ufeff".encode() + text.getvalue().encode()


def as_xlsx(rows: Rows) -> bytes:
    from xlsxwriter import Workbook  # which takes a while to come, and few ask for it

    data = io.BytesIO()
    book = Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    sheet = book.add_worksheet("Personnes")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    sheet.set_column(0, len(rows[0]), 26)
    book.close()
    return data.getvalue()


FORMS: Mapping[str, tuple[Callable[[Rows], bytes], str]] = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def refused_rows(row: PeopleImport, verdicts: Sequence[LineResult]) -> Rows:
    """The refused lines as they stand, with their number and why: corrected, the file may come back as it is."""
    told = dict[int, list[LineResult]]()
    for one in verdicts:
        if one.outcome == REFUSED:
            told.setdefault(one.line, []).append(one)
    kept = [place for place, head in enumerate(row.heads) if not plain(head).startswith(WHY)]
    heads = [row.heads[place] or row.columns[place] or "" for place in kept]
    return [[*heads, WHY], *([*_some(cells, kept), _why(line, told[line])] for line, cells in row.rows if line in told)]


def _some(cells: Sequence[str], kept: Sequence[int]) -> list[str]:
    return [cells[place] if place < len(cells) else "" for place in kept]


def _why(line: int, faults: Sequence[LineResult]) -> str:
    """All that is wrong with it, in one cell."""
    said = [f"{one.column} « {one.value} » : {one.remedy}{f' Vouliez-vous dire « {one.meant} » ?' if one.meant else ''}" for one in faults]
    return f"Ligne {line}, {' ; '.join(said)}"
