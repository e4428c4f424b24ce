"""The grid as files: everybody of the filter, in its order, with the figures of the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO

from app.reporting.files.kinds import Kind
from app.reporting.grid import exports
from app.reporting.grid.columns import Column, Value, in_files
from app.reporting.grid.module_columns import columns_of
from app.reporting.grid.queries import filter_words
from app.reporting.grid.rows import PeopleReport


def _columns(report: PeopleReport) -> Sequence[Column]:
    return in_files(columns_of(report))


def _rows(report: PeopleReport, people: Sequence[int], columns: Sequence[Column]) -> Iterator[list[Value]]:
    values = [column.value for column in columns]
    return ([value(row) for value in values] for row in report.everything(people=people))


def _write_csv(target: IO[bytes], report: PeopleReport, people: Sequence[int]) -> None:
    columns = _columns(report)
    exports.write_csv(target, columns, _rows(report, people, columns))


def _write_xlsx(target: IO[bytes], report: PeopleReport, people: Sequence[int]) -> None:
    columns = _columns(report)
    exports.write_xlsx(target, columns, _rows(report, people, columns), report.now, filter_words(report))


GRID_CSV = Kind("reporting.grid_csv", "Grille (CSV)", "pilotage", "csv", "report_exported", PeopleReport.people, _write_csv)
"""Not among `LARGE_FILES`: it is written as fast as it travels."""
GRID_XLSX = Kind("reporting.grid_xlsx", "Grille (XLSX)", "pilotage", "xlsx", "report_exported", PeopleReport.people, _write_xlsx)
