"""What the pages of an import show: faults by kind, what was understood, the columns to choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from app.administration.imports import rules
from app.administration.imports.names import is_text
from app.administration.imports.queries import COMPLETED, CREATED, REFUSED, UNCHANGED, JudgedLine, LineResult
from app.administration.imports.rules import LineWish
from app.administration.models import PeopleImport

MOST_LISTED = 60
"""Values that a list of choices repeats at every fault; longer ones are written once a page."""
MOST_FAULTS = 100
"""Kinds of faults on one page: those that follow come when these are corrected."""
LINES_TOLD = 12
VALUES_SHOWN = 3


class CellFault(Struct, frozen=True):
    """One wrong value, and the lines where it stands; or what is wrong with one line alone."""

    column: str
    value: str
    remedy: str
    meant: str
    lines: tuple[int, ...]
    line: int | None
    """None where another value is written in all the lines."""
    name: str
    """Of the person, where it is one."""

    @property
    def shown(self) -> str:
        """What its field holds at first: what is likely meant, else a text to retouch; never a choice, a formula nor a total, which one click would accept."""
        return self.meant or (self.value if self.column not in rules.CHOSEN and is_text(self.value) else "")

    @property
    def told_lines(self) -> str:
        told = ", ".join(map(str, self.lines[:LINES_TOLD]))
        return f"{told}…" if len(self.lines) > LINES_TOLD else told


class EditedLine(Struct, frozen=True):
    """One line to correct: (label, column, cell) of each column."""

    number: int
    cells: tuple[tuple[str, str, str], ...]


class LineRow(Struct, frozen=True):
    """One line of the list: whom it touches, and how."""

    line: int
    name: str
    outcome: str
    account: str
    """The name of the account that the line completes, or finds complete."""
    added: tuple[str, ...]
    """Names of the territory and the cohorts that this account gets, opened or completed."""
    follows: str
    """The territory that a responsable will look after."""
    is_nowhere: bool
    """The file has a column of territories, and this new account gets none of it."""
    corrected: tuple[tuple[str, str, str], ...]
    """(column, what the file had, what stands there since)."""


class ImportPage(Struct, frozen=True):
    id: str
    applied_at: datetime | None
    lines: tuple[LineRow, ...]
    """None once applied: the names of good lines are not kept."""
    counts: tuple[tuple[str, int], ...]
    faults: tuple[CellFault, ...]
    refused: int
    understood: tuple[tuple[str, str, str, int], ...]
    """(column, as written, as read, in how many lines)."""
    left_out: tuple[str, ...]
    """Heads of the columns that are not imported."""
    unread: tuple[str, ...]
    """Names of the workbook's other sheets."""
    edited: EditedLine | None
    choices: Mapping[str, Sequence[str]]
    """Column → what may be chosen there."""
    left: tuple[tuple[str, str], ...]
    """(name, why) of the accounts that an undone import left as they are."""
    undone_at: datetime | None
    undo_until: datetime | None
    """None when the import cannot be undone."""
    invited: int
    """How many were invited by mail already, as long as it can."""
    to_do: int
    to_invite: int
    by_mail: bool


class ColumnChoice(Struct, frozen=True):
    """One column of a file. `values`: the first that it holds."""

    head: str
    values: tuple[str, ...]
    chosen: str
    known: bool
    """Recognised by its head."""


class ColumnsPage(Struct, frozen=True):
    id: str
    columns: tuple[ColumnChoice, ...]
    unread: tuple[str, ...]
    choices: tuple[str, ...]
    error: str
    lines: int


def faults(verdicts: Sequence[LineResult]) -> tuple[CellFault, ...]:
    """Groups the refused lines by wrong value, in the order of the file."""
    kinds: dict[tuple[object, ...], list[LineResult]] = {}
    for one in verdicts:
        if one.outcome == REFUSED:
            kinds.setdefault((one.column, one.value, one.remedy, None if one.shared else one.line), []).append(one)
    return tuple(_fault(lines) for lines in kinds.values())


def _fault(lines: Sequence[LineResult]) -> CellFault:
    first, numbers = lines[0], tuple(one.line for one in lines)
    name = first.name if len(lines) == 1 else ""
    return CellFault(first.column, first.value, first.remedy, first.meant, numbers, None if first.shared else first.line, name)


def corrections_of(row: PeopleImport) -> Mapping[int, list[tuple[str, str, str]]]:
    """Line → (column, what the file had, what stands there since) of its corrected cells."""
    now, found = dict(row.rows), dict[int, list[tuple[str, str, str]]]()
    for line, place, before in row.corrected:
        found.setdefault(line, []).append((row.columns[place] or row.heads[place], before, now[line][place]))
    return found


def line_rows(row: PeopleImport, lines: Sequence[JudgedLine], territories: Mapping[str, str], cohorts: Mapping[int, str]) -> tuple[LineRow, ...]:
    """Each line with whom it touches: names of the file beside names of accounts."""
    found, changed = [], corrections_of(row)
    for line in lines:
        place, groups, follows = _gains_of(line, row.cohort_id)
        added = [territories[node] for node in [place] if node] + sorted(cohorts[number] for number in groups)
        found.append(
            LineRow(
                line.line,
                rules.full_name(line.cells),
                line.outcome,
                account=line.account if line.outcome in (COMPLETED, UNCHANGED) else "",
                added=tuple(added),
                follows=territories.get(follows, ""),
                is_nowhere=line.outcome == CREATED and not place and "territoire" in row.columns,
                corrected=tuple(changed.get(line.line, ())),
            )
        )
    return tuple(found)


def _gains_of(line: JudgedLine, cohort_id: int | None) -> tuple[str, Collection[int], str]:
    """What the account of a line gets: a territory, cohorts, and a territory to look after."""
    if isinstance(line.wish, LineWish) and line.outcome == CREATED:
        return line.wish.territory, {number for number in (line.wish.cohort, cohort_id) if number}, line.wish.scope
    return (line.missing.place, line.missing.cohorts, line.missing.scope) if line.missing else ("", (), "")


def count_outcomes(verdicts: Sequence[LineResult]) -> tuple[tuple[str, int], ...]:
    """Counts the lines by outcome; a line with several faults counts once."""
    outcomes = Counter({one.line: one.outcome for one in verdicts}.values())
    return tuple((outcome, outcomes[outcome]) for outcome in (CREATED, COMPLETED, UNCHANGED, REFUSED))


def understood(lines: Sequence[JudgedLine]) -> tuple[tuple[str, str, str, int], ...]:
    """What was written in other words than ours, the most frequent first."""
    found = Counter(told for line in lines if isinstance(line.wish, LineWish) for told in rules.understood(line.cells))
    return tuple((*told, count) for told, count in found.most_common())


def edited(row: PeopleImport, number: int | None) -> EditedLine | None:
    """The line to correct; none once applied, or where there is no such line."""
    cells = next((cells for line, cells in row.rows if line == number), None)
    if cells is None or row.applied_at:
        return None
    padded = [*cells, *[""] * (len(row.columns) - len(cells))]
    labels = [column or f"{head or 'Sans titre'} (non importée)" for head, column in zip(row.heads, row.columns, strict=True)]
    return EditedLine(int(number or 0), tuple(zip(labels, [column or "" for column in row.columns], padded, strict=False)))


def columns_page(row: PeopleImport, chosen: Sequence[str] | None = None, error: str = "") -> ColumnsPage:
    """What to say of each column; `chosen`: what was sent and refused."""
    taken = [column for column in row.columns if column]
    found = []
    for place, (head, column) in enumerate(zip(row.heads, row.columns, strict=True)):
        values = tuple(cells[place] for _line, cells in row.rows if place < len(cells) and cells[place])[:VALUES_SHOWN]
        guess = rules.near_column(head, values, taken) if column is None else column
        taken.append(guess)
        found.append(ColumnChoice(head, values, chosen[place] if chosen else guess, bool(column)))
    return ColumnsPage(row.id, tuple(found), tuple(row.unread), rules.CHOICES, error, len(row.rows))
