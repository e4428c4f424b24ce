"""The grid as files: everybody of the filter, in its order, with the figures of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from app.reporting.files.kinds import Kind
from app.reporting.grid import exports
from app.reporting.grid.columns import PersonColumn, in_files
from app.reporting.grid.module_columns import columns_of
from app.reporting.grid.queries import filter_words
from app.reporting.grid.rows import PeopleReport


def _columns(report: PeopleReport) -> Sequence[PersonColumn]:
    return in_files(columns_of(report))


def _write_csv(target: IO[bytes], report: PeopleReport, people: Sequence[int]) -> None:
    exports.write_csv(target, _columns(report), report.everything(people=people))


def _write_xlsx(target: IO[bytes], report: PeopleReport, people: Sequence[int]) -> None:
    exports.write_xlsx(target, _columns(report), report.everything(people=people), report.now, filter_words(report))


GRID_CSV = Kind("reporting.grid_csv", "Grille (CSV)", "pilotage", "csv", "report_exported", PeopleReport.people, _write_csv)
"""Not among `LARGE_FILES`: it is written as fast as it travels."""
GRID_XLSX = Kind("reporting.grid_xlsx", "Grille (XLSX)", "pilotage", "xlsx", "report_exported", PeopleReport.people, _write_xlsx)
