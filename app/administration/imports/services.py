"""Imports people from a file: its lines are stored, corrected in place and applied; undone within a day.

Undoing takes back what the import opened or gave; whatever somebody touched since stays, and is named. Flushes, never commits.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import ColumnElement, delete, func, select, tuple_
from sqlalchemy.orm import Session

from app.administration.acts import LABELS, UNDONE, Invitation, PeopleImport
from app.administration.imports import rules, spreadsheet
from app.administration.imports.names import LEFT_OUT
from app.administration.imports.queries import COMPLETED, CREATED, REFUSED, UNCHANGED, JudgedLine, Missing, results, with_missing
from app.administration.imports.rules import LineWish, Refusal
from app.administration.privacy import erasure
from app.administration.privacy.queries import table_of, treatments_here
from app.administration.privacy.register.tables import retention_of
from app.content.store.queries import course
from app.identity import audit
from app.identity import services as accounts
from app.identity.audit import AdministrativeAct
from app.identity.models import Membership, Person, Scope, Territory
from app.platform.db import insert_new
from app.platform.french import day_of
from app.platform.settings import Settings
from app.record import enrolment
from app.record.figures import store
from app.record.progress.models import Cohort, CohortMember, Enrolment, LearningEvent

WITHIN = timedelta(days=1)
WAYS_IN = ("invited", "invitation_withdrawn", "link_shown", "seen_as", "seen_as_ended")
"""Acts that change nothing of an account but its way in, which goes with it, or that only look at it."""
PLACED = (
    "territory_joined", "territory_left", "scope_set", "roles_set", "cohort_joined", "cohort_left", "cohort_moved", "due_moved", "accounts_merged", "account_closed",
)  # fmt: skip
"""Acts that decided of what an import gives to an account that was there before it."""
OF_ANY_ACCOUNT = frozenset({
    "person", "person_role", "membership", "scope", "invitation", "enrolment", "cohort_member", "person_figures", "administrative_act", "access", "access_person",
    "outgoing_mail", "reminder", "week_letter", "digest",
})  # fmt: skip
"""Tables with rows about somebody who has done nothing yet: what an import writes, what the site sends by itself, who looked."""


class Deed(Struct, frozen=True):
    """What an import did to one account. `why` it was left, once the import is undone."""

    person_id: int
    is_new: bool
    place: str = ""
    """The territory that it joined."""
    scope: str = ""
    """The one that it looks after since."""
    cohorts: Sequence[int] = ()
    why: str = ""


def deeds(lines: Sequence[JudgedLine]) -> list[dict[str, object]]:
    """What these lines did, to be kept with the import."""
    found = []
    for line in lines:
        if line.person_id and (line.missing or line.outcome == CREATED):
            place, scope, cohorts = (line.missing.place, line.missing.scope, sorted(line.missing.cohorts)) if line.missing else ("", "", [])
            found.append(asdict(Deed(line.person_id, line.is_new, place, scope, cohorts)))
    return found


def may_be_undone(row: PeopleImport, now: datetime) -> bool:
    return row.applied_at is not None and row.undone_at is None and bool(row.done) and now < row.applied_at + WITHIN


def count_invited(session: Session, row: PeopleImport) -> int:
    """How many of the accounts that it opened were invited by mail: an email that has left cannot be called back."""
    opened = [one["person_id"] for one in row.done if one["is_new"]]
    return session.scalar(select(func.count()).select_from(Invitation).where(Invitation.person_id.in_(opened), Invitation.by_mail)) or 0


def undo(session: Session, settings: Settings, row: PeopleImport, actor_id: int, now: datetime) -> bool:
    """Undo the import, locked by the caller. False when it cannot be any more, and at a second call: nothing then changes."""
    if row.applied_at is None or not may_be_undone(row, now):
        return False
    done = [Deed(**one) for one in row.done]
    accounts.lock_people(session, {deed.person_id for deed in done})
    opened, completed = [deed for deed in done if deed.is_new], [deed for deed in done if not deed.is_new]
    why = _why_opened_stay(session, [deed.person_id for deed in opened], row.applied_at)
    why |= _why_completed_stay(session, [deed.person_id for deed in completed], row.applied_at)
    taken = [deed for deed in completed if deed.person_id not in why]
    learnt = _learners_by_it(session, taken, row.applied_at)
    _take_back(session, taken, learnt, row.applied_at, actor_id, now)
    removed = [deed.person_id for deed in opened if deed.person_id not in why]
    _remove(session, settings, removed, actor_id, now)
    why |= dict.fromkeys(learnt, "a appris depuis dans le parcours de sa cohorte : y reste")
    row.done, row.undone_at = [asdict(replace(deed, why=why[deed.person_id])) for deed in done if deed.person_id in why], now
    audit.record(session, actor_id, "import_undone", None, now, retirés=len(removed), rendus=len(taken), laissés=len(why))
    return True


# --- What an undone import leaves ---


def _why_opened_stay(session: Session, person_ids: Collection[int], since: datetime) -> dict[int, str]:
    """The accounts that somebody came in by, or about which anything was written or decided."""
    why = dict[int, str]()
    for one in treatments_here():
        if one.subject and one.table not in OF_ANY_ACCOUNT:
            column = table_of(one).c[one.subject]
            why |= dict.fromkeys(session.scalars(select(column).where(column.in_(person_ids)).distinct()), f"a déjà quelque chose dans « {one.title} »")
    why |= _decisions(session, person_ids, since, AdministrativeAct.act.not_in(WAYS_IN))
    people = select(Person.id, Person.active).where(Person.id.in_(person_ids), Person.active.is_(False) | Person.password.is_not(None))
    return why | {number: "a choisi son mot de passe" if active else "compte fermé depuis" for number, active in session.execute(people)}


def _why_completed_stay(session: Session, person_ids: Collection[int], since: datetime) -> dict[int, str]:
    """The accounts whose territories or cohorts somebody decided about since."""
    return _decisions(session, person_ids, since, AdministrativeAct.act.in_(PLACED))


def _decisions(session: Session, person_ids: Collection[int], since: datetime, which: ColumnElement[bool]) -> dict[int, str]:
    query = select(AdministrativeAct.subject_id, AdministrativeAct.act).where(AdministrativeAct.subject_id.in_(person_ids), AdministrativeAct.at > since, which)
    return {number or 0: f"« {LABELS.get(act, act)} » depuis l’import" for number, act in session.execute(query)}


def _learners_by_it(session: Session, done: Sequence[Deed], since: datetime) -> frozenset[int]:
    """Who joined a cohort by the import, is in its path since, and has learnt: enrolled by the import, or, who is no learner, by beginning."""
    number, joined = Enrolment.person_id, [(deed.person_id, cohort) for deed in done for cohort in deed.cohorts]
    happened = select(LearningEvent.id).where(LearningEvent.person_id == number, LearningEvent.at > since).exists()
    own = select(CohortMember.person_id).where(tuple_(CohortMember.person_id, CohortMember.cohort_id).in_(joined), CohortMember.person_id == number)
    there = own.join(Cohort, Cohort.id == CohortMember.cohort_id).where(Cohort.path_id == Enrolment.path_id).exists()
    return frozenset(session.scalars(select(number).where(Enrolment.enrolled_at >= since, there, happened)))


# --- What it takes back ---


def _take_back(session: Session, done: Sequence[Deed], learnt: Collection[int], since: datetime, actor_id: int, now: datetime) -> None:
    """What accounts that were there before were given."""
    places = [(deed.person_id, deed.place) for deed in done if deed.place]
    scopes = [(deed.person_id, deed.scope) for deed in done if deed.scope]
    groups = [(deed.person_id, cohort) for deed in done if deed.person_id not in learnt for cohort in deed.cohorts]
    open_there = tuple_(Membership.person_id, Membership.territory_id).in_(places) & Membership.ended_on.is_(None) & (Membership.started_on == day_of(since))
    session.execute(delete(Membership).where(open_there))
    session.execute(delete(Scope).where(tuple_(Scope.person_id, Scope.territory_id).in_(scopes)))
    session.execute(delete(CohortMember).where(tuple_(CohortMember.person_id, CohortMember.cohort_id).in_(groups)))
    session.execute(delete(Enrolment).where(Enrolment.person_id.in_([number for number, _cohort in groups]), Enrolment.enrolled_at == since))
    store.forget(session, [deed.person_id for deed in done])
    audit.record_all(session, actor_id, list(_acts(places, scopes, groups, day_of(now).isoformat())), now)


def _acts(places: Sequence[tuple[int, str]], scopes: Sequence[tuple[int, str]], groups: Sequence[tuple[int, int]], today: str) -> Iterator[audit.Act]:
    """What is written on each account, in the words of the same acts by hand."""
    for number, place in places:
        yield audit.Act("territory_left", number, {"territoire": place, "le": today})
    for number, _scope in scopes:
        yield audit.Act("scope_set", number, {"territoires": []})
    for number, cohort in groups:
        yield audit.Act("cohort_left", number, {"cohorte": cohort})


def _remove(session: Session, settings: Settings, person_ids: Collection[int], actor_id: int, now: datetime) -> None:
    """Accounts that nobody used are erased, and leave no figure: nothing of them is to be counted."""
    for table in (Membership, CohortMember, Enrolment):
        session.execute(delete(table).where(table.person_id.in_(person_ids)))
    people = session.scalars(select(Person).where(Person.id.in_(person_ids)).order_by(Person.id)).all()
    erasure.erase_together(session, settings, people, ground=UNDONE, now=now, actor_id=actor_id)


# --- Storing a file's lines ---
# Repeatable: a second time changes nothing.

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
    """Reads the headings and the lines of a file, without the database. Raises SpreadsheetUnreadable, TooBusy."""
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


# --- Corrections in place ---


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
        found = _pad_cells(cells, len(row.columns))
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
        _replace(row, [(line, _pad_cells([spreadsheet.cell_text(cell) for cell in cells[:width]], width) if line == number else old) for line, old in row.rows])


def _replace(row: PeopleImport, mended: list[Row]) -> int:
    """These lines in the place of those kept. Notes what the file had in each cell that changed; returns how many did."""
    noted = {(line, place): before for line, place, before in row.corrected}
    changed = 0
    for (line, old), (_line, new) in zip(row.rows, mended, strict=True):
        for place, (before, after) in enumerate(zip(_pad_cells(old, len(new)), new, strict=False)):
            if before != after:
                changed += 1
                if noted.setdefault((line, place), before) == after:
                    del noted[line, place]
    row.rows, row.corrected = list(mended), [[line, place, before] for (line, place), before in noted.items()]
    return changed


def _pad_cells(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


# --- Applying ---


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
    row.done = deeds(lines)
    refused = {line.line for line in lines if line.outcome == REFUSED}
    row.rows, row.corrected, row.applied_at = [(line, cells) for line, cells in row.rows if line in refused], [], now
    counts = {outcome: sum(line.outcome == outcome for line in lines) for outcome in (CREATED, COMPLETED, UNCHANGED, REFUSED)}
    audit.record(session, actor_id, "imported", None, now, **counts)


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
    written = [audit.Act("account_created", opened[wish.email], {"rôles": sorted(wish.roles)}) for wish in wishes if wish.email in opened]
    audit.record_all(session, actor_id, written, now)
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
    today, joining, written = day_of(now), dict[int, list[int]](), list[audit.Act]()
    places = [{"person_id": missing.person_id, "territory_id": missing.place, "started_on": today} for missing in lacking if missing.place]
    insert_new(session, Membership, places, Membership.person_id)
    store.forget(session, [missing.person_id for missing in lacking if missing.place])
    for missing in lacking:
        number = missing.person_id
        if missing.scope:
            session.add(Scope(person_id=number, territory_id=missing.scope))
        if missing.scope and not missing.is_new:
            written.append(audit.Act("scope_set", number, {"territoires": [missing.scope]}))
        if missing.place:
            written.append(audit.Act("territory_joined", number, {"territoire": missing.place, "le": today.isoformat()}))
        for cohort_id in missing.cohorts:
            joining.setdefault(cohort_id, []).append(number)
    audit.record_all(session, row.actor_id, written, now)
    for cohort_id, person_ids in sorted(joining.items()):
        enrolment.join(session, course(session), session.get_one(Cohort, cohort_id), person_ids, trainer=False, actor_id=row.actor_id, now=now)
