"""One list of columns: what is added to it stands on the screen, in both files and on paper."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from app.record.progress.rules import Progress, ProgressState
from app.reporting.grid import columns
from app.reporting.grid.columns import GridColumn, Value
from app.reporting.grid.exports import NOTES, SHEET
from tests.reporting.conftest import SignIn, rows_of
from tests.reporting.grid.files import csv_rows
from tests.reporting.pdf.printed import pdf, plain, text_of

ADDED = GridColumn("Longueur du nom", "Combien de lettres a le nom.", lambda row: f"{len(row.name)} lettres")


@pytest.mark.parametrize(
    ("progress", "state"),
    [
        (Progress(0, 3), ProgressState.NOT_STARTED),
        (Progress(1, 3), ProgressState.IN_PROGRESS),
        (Progress(2, 3, 1), ProgressState.IN_PROGRESS),
        (Progress(2, 3, 2), ProgressState.WAIVED),
        (Progress(3, 3, 2), ProgressState.COMPLETE),
        (Progress(3, 3, 3), ProgressState.WAIVED),
    ],
)
def test_a_module_of_which_only_waivers_are_done_is_waived(progress: Progress, state: ProgressState) -> None:
    assert columns._module_state(progress) is state


@pytest.mark.parametrize("address", ["", "module=cites-educatives"])
def test_a_column_is_added_in_one_place(as_: SignIn, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(columns, "COLUMNS", (*columns.COLUMNS, ADDED))
    client = as_("solene.wattiez")
    head, *rows = csv_rows(client, address)
    place = head.index(ADDED.name)
    expected = [f"{len(row[1])} lettres" for row in rows]
    assert expected
    assert [row[place] for row in rows] == expected

    book = load_workbook(io.BytesIO(client.get(f"/pilotage/personnes.xlsx?{address}", buffered=True).get_data()))
    titles, *lines = book[SHEET].iter_rows(values_only=True)
    assert [line[titles.index(ADDED.name)] for line in lines] == expected
    assert (ADDED.name, ADDED.explanation) in list(book[NOTES].iter_rows(values_only=True))

    page = client.see(f"/pilotage/personnes?{address}")
    place = [page.text_of(title) for title in page.all("thead")[0].iter("th")].index(ADDED.name)
    assert [page.text_of(list(row)[place]) for row in rows_of(page)] == expected

    printed = text_of(pdf(client, f"/pilotage/rapport.pdf?{address}"))
    assert printed.count(plain(ADDED.name)) > 1, "in the table's head and among the explanations"
    assert all(plain(words) in printed for words in expected)


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "–"), ("Lens", "Lens"), (1200, "1\u202f200"), (Decimal("66.6"), "66,6"), (date(2026, 11, 4), "4\u00a0novembre 2026")],
)
def test_a_value_is_shown_in_words_where_nothing_else_is_said(value: Value, words: str) -> None:
    column = GridColumn("Une colonne", "", lambda row: value)
    assert (column.cell_of(None).text, column.on_paper(None)) == (words, words)  # type: ignore[arg-type]
