"""Import of people: keep a file's lines, correct them in place, do what they ask. Repeatable: a second time changes nothing. Flushes, never commits."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.administration.imports import rules, spreadsheet, undoing
from app.administration.imports.queries import COMPLETED, CREATED, REFUSED, UNCHANGED, JudgedLine, Missing, results, with_missing
from app.administration.imports.rules import LineWish, Refusal
from app.administration.imports.synonyms import LEFT_OUT
from app.administration.models import PeopleImport
from app.administration.privacy.register.register import retention_of
from app.content.store.queries import course
from app.identity import services as accounts
from app.identity.audit import acts
from app.identity.models import Membership, Person, Scope, Territory
from app.platform.db import insert_new
from app.platform.french import day_of
from app.record import cohorts
from app.record.figures import store as stored_figures
from app.record.progress.models import Cohort

Row = tuple[int, list[str]]
"""The number of a line, and its cells as they were written."""


class PeopleFile(Struct, frozen=True):
    """A file as it was read. `columns`: `rules.columns_of` the heads."""

    heads: list[str]
    columns: list[str | None]
    rows: list[Row]
    unread: list[str]
    """Names of a workbook's other sheets."""


class CellCorrection(Struct, frozen=True):
    """Another value of a cell: in every line where the column has `value`, or in one line."""

    column: str
    value: str
    by: str
    line: int | None = None


def lines_of(instance: Path, data: bytes) -> PeopleFile:
    """Reads the headings and the lines of a file, without the database. Raises spreadsheet.Unreadable, TooBusy."""
    content = spreadsheet.read_spreadsheet(instance, data)
    lines = content.lines
    place = rules.head_place(lines)
    rows: list[Row] = [(line.number, list(line.cells)) for line in lines[place + 1 :]]
    if not rows:
        raise spreadsheet.SpreadsheetUnreadable("Ce fichier n’a que sa première ligne.")
    written = lines[place].cells if place >= 0 else ()
    width = max(len(written), *(len(cells) for _number, cells in rows))
    heads = [*written, *[""] * (width - len(written))]
    used = [bool(head) or any(cells[number : number + 1] not in ([], [""]) for _line, cells in rows) for number, head in enumerate(heads)]
    columns = [column if there else LEFT_OUT for column, there in zip(rules.columns_of(heads), used, strict=True)]
    return PeopleFile(heads, columns, rows, list(content.unread))


def keep(session: Session, file: PeopleFile, cohort_id: int | None, actor_id: int, now: datetime) -> PeopleImport:
    """Keep a file's lines until they are applied."""
    session.execute(delete(PeopleImport).where(PeopleImport.created_at < now - retention_of(PeopleImport.__tablename__)))
    row = PeopleImport(id=secrets.token_urlsafe(16), actor_id=actor_id, created_at=now, cohort_id=cohort_id, verdicts=[])
    row.heads, row.columns, row.rows, row.unread = file.heads, file.columns, list(file.rows), file.unread
    session.add(row)
    session.flush()
    return row


def needs_columns(row: PeopleImport) -> bool:
    """Somebody must say what some columns are before a line can be read."""
    return None in row.columns or "nom" not in row.columns


# --- Corrections in place --------------------------------------------------------------------------------------------


def set_columns(row: PeopleImport, columns: Sequence[str]) -> None:
    """What each column is. Once applied, nothing changes any more."""
    if not row.applied_at:
        row.columns = list(columns)


def correct(row: PeopleImport, changes: Iterable[CellCorrection]) -> int:
    """Write these values in the kept lines. Returns how many cells changed; once applied, none."""
    if row.applied_at:
        return 0
    wanted = {(change.column, change.value, change.line): spreadsheet.cell_text(change.by) for change in changes if change.column in row.columns}
    mended: list[Row] = []
    for line, cells in row.rows:
        found = _padded(cells, len(row.columns))
        for place, column in enumerate(row.columns):
            by = wanted.get((column, found[place], line), wanted.get((column, found[place], None)))
            if column and by is not None:
                found[place] = by
        mended.append((line, found))
    return _replace(row, mended)


def rewrite(row: PeopleImport, number: int, cells: Sequence[str]) -> None:
    """One line, all its cells. Once applied, nothing changes any more."""
    if not row.applied_at:
        width = len(row.columns)
        _replace(row, [(line, _padded([spreadsheet.cell_text(cell) for cell in cells[:width]], width) if line == number else old) for line, old in row.rows])


def _replace(row: PeopleImport, mended: list[Row]) -> int:
    """These lines in the place of those kept. Notes what the file had in each cell that changed; returns how many did."""
    noted = {(line, place): before for line, place, before in row.corrected}
    changed = 0
    for (line, old), (_line, new) in zip(row.rows, mended, strict=True):
        for place, (before, after) in enumerate(zip(_padded(old, len(new)), new, strict=False)):
            if before != after:
                changed += 1
                if noted.setdefault((line, place), before) == after:
                    del noted[line, place]
    row.rows, row.corrected = list(mended), [[line, place, before] for (line, place), before in noted.items()]
    return changed


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


# --- Applying --------------------------------------------------------------------------------------------------------


def apply(session: Session, row: PeopleImport, lines: Sequence[JudgedLine], actor_id: int, now: datetime) -> None:
    """Do what each good line asks; a bad one hinders no other. A second call changes nothing.

    A bounded number of statements, whatever the number of lines: everybody else who writes waits meanwhile. The refused lines are kept as
    they stand, to be given back in a file.
    """
    if row.applied_at:
        return
    accounts.lock_people(session, {line.person_id for line in lines if line.person_id})
    lines = with_missing(session, _open_accounts(session, _still_good(session, lines), actor_id, now), row.cohort_id)
    _complete(session, [line.missing for line in lines if line.missing], row, now)
    row.verdicts = [asdict(one) | ({} if one.outcome == REFUSED else {"name": ""}) for one in results(lines)]
    row.done = undoing.deeds(lines)
    refused = {line.line for line in lines if line.outcome == REFUSED}
    row.rows, row.corrected, row.applied_at = [(line, cells) for line, cells in row.rows if line in refused], [], now
    counts = {outcome: sum(line.outcome == outcome for line in lines) for outcome in (CREATED, COMPLETED, UNCHANGED, REFUSED)}
    acts.record(session, actor_id, "imported", None, now, **counts)


def _still_good(session: Session, lines: Sequence[JudgedLine]) -> list[JudgedLine]:
    """The lines once everybody's turn to write is ours: an account may have been closed, or a territory withdrawn, since they were judged."""
    numbers = [line.person_id for line in lines if line.person_id]
    active = set(session.scalars(select(Person.id).where(Person.id.in_(numbers), Person.active)))
    territories = set(session.scalars(select(Territory.id)))
    found = []
    for line in lines:
        wish = line.wish
        if isinstance(wish, LineWish):
            if line.person_id and line.person_id not in active:
                wish = (Refusal("courriel", wish.email, "Ce compte vient d’être fermé : retirez la ligne.", shared=False),)
            elif wish.territory and wish.territory not in territories:
                wish = (Refusal("territoire", line.cells.get("territoire", ""), "Ce territoire vient d’être retiré du réseau : choisissez-en un autre."),)
        found.append(replace(line, wish=wish))
    return found


def _open_accounts(session: Session, lines: Sequence[JudgedLine], actor_id: int, now: datetime) -> list[JudgedLine]:
    """The lines with the accounts that new people are given; refused where somebody took the address since."""
    wishes = [line.wish for line in lines if isinstance(line.wish, LineWish) and line.person_id is None]
    opened = accounts.create_people(session, [accounts.NewPerson(wish.name, wish.email, wish.roles, wish.side) for wish in wishes], now)
    written = [acts.Act("account_created", opened[wish.email], {"rôles": sorted(wish.roles)}) for wish in wishes if wish.email in opened]
    acts.record_all(session, actor_id, written, now)
    found = []
    for line in lines:
        wish = line.wish
        if isinstance(wish, LineWish) and line.person_id is None:
            number = opened.get(wish.email)
            taken = (Refusal("courriel", wish.email, accounts.AddressTaken.sentence, shared=False),)
            line = replace(line, person_id=number, is_new=True) if number else replace(line, wish=taken)
        found.append(line)
    return found


def _complete(session: Session, lacking: Sequence[Missing], row: PeopleImport, now: datetime) -> None:
    """Territories, scopes and cohorts that are not there yet. Name, employer and roles of an existing account stay as they are."""
    today, joining, written = day_of(now), dict[int, list[int]](), list[acts.Act]()
    places = [{"person_id": missing.person_id, "territory_id": missing.place, "started_on": today} for missing in lacking if missing.place]
    insert_new(session, Membership, places, Membership.person_id)
    stored_figures.forget(session, [missing.person_id for missing in lacking if missing.place])
    for missing in lacking:
        number = missing.person_id
        if missing.scope:
            session.add(Scope(person_id=number, territory_id=missing.scope))
        if missing.scope and not missing.is_new:
            written.append(acts.Act("scope_set", number, {"territoires": [missing.scope]}))
        if missing.place:
            written.append(acts.Act("territory_joined", number, {"territoire": missing.place, "le": today.isoformat()}))
        for cohort_id in missing.cohorts:
            joining.setdefault(cohort_id, []).append(number)
    acts.record_all(session, row.actor_id, written, now)
    for cohort_id, person_ids in sorted(joining.items()):
        cohorts.join(session, course(session), session.get_one(Cohort, cohort_id), person_ids, trainer=False, actor_id=row.actor_id, now=now)
