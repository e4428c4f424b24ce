"""What a file of people would do, line by line, on the site as it is; and what the pages of an import receive. Only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.administration.acts import PeopleImport
from app.administration.imports import rules
from app.administration.imports.names import is_calculated, is_text, share_a_word
from app.administration.imports.rules import ExistingRecords, LineWish, Refusal
from app.identity import services
from app.identity.models import Membership, Person, PersonRole, Scope
from app.identity.rules import TERRITORIAL, normalise_address
from app.identity.services import territory_tree
from app.platform.errors import NotYours
from app.platform.french import fold, of
from app.record.progress.models import Cohort, CohortMember

CREATED, COMPLETED, UNCHANGED, REFUSED = "créée", "complétée", "inchangée", "refusée"


class LineResult(Struct, frozen=True):
    """What one line does, or did; of a refused one, one of its faults. `column` and what follows it only there."""

    line: int
    outcome: str
    name: str = ""
    person_id: int | None = None
    column: str = ""
    value: str = ""
    remedy: str = ""
    meant: str = ""
    """What would be accepted in place of the value."""
    shared: bool = False
    """The value is wrong in whatever line it stands."""
    follows: str = ""
    """The territory that a responsable will look after, or does since."""


class Account(Struct, frozen=True):
    """An account whose address stands in a line."""

    id: int
    name: str
    active: bool


class Missing(Struct, frozen=True):
    """What an account lacks of its line."""

    person_id: int
    place: str
    """The territory that is to be joined."""
    cohorts: frozenset[int]
    scope: str
    """What a responsable of nothing is to look after."""
    is_new: bool


class JudgedLine(Struct, frozen=True):
    """One line, and what it asks for or all that is wrong with it. `person_id`: whose account it is already."""

    line: int
    cells: Mapping[str, str]
    wish: LineWish | tuple[Refusal, ...]
    person_id: int | None = None
    account: str = ""
    """The name of that account."""
    is_new: bool = False
    """The account was opened by this import."""
    missing: Missing | None = None
    """What that account lacks of the line and of the cohort of the whole file."""

    @property
    def outcome(self) -> str:
        if not isinstance(self.wish, LineWish):
            return REFUSED
        if self.person_id is None or self.is_new:
            return CREATED
        return COMPLETED if self.missing else UNCHANGED


def own(session: Session, import_id: str, actor_id: int, *, to_write: bool = False) -> PeopleImport:
    """An import under way. Raises NotYours for somebody else's."""
    row = session.get(PeopleImport, import_id, populate_existing=to_write, with_for_update=to_write or None)
    if row is None or row.actor_id != actor_id:
        raise NotYours
    return row


def verdicts(session: Session, row: PeopleImport) -> list[LineResult]:
    """What happened, once applied; until then what would, on the site as it is now."""
    if row.applied_at:
        return [LineResult(**verdict) for verdict in row.verdicts]
    return results(judge_lines(session, row))


def results(lines: Iterable[JudgedLine]) -> list[LineResult]:
    """What these lines do: one of each good line, one of each fault of the others. A refused line too says whose it is."""
    found = []
    for line in lines:
        wish, missing = line.wish, line.missing
        if isinstance(wish, LineWish):
            follows = wish.scope if line.outcome == CREATED else missing.scope if missing else ""
            found.append(LineResult(line.line, line.outcome, wish.name, line.person_id, follows=follows))
        else:
            name = rules.full_name(line.cells)
            found += [LineResult(line.line, REFUSED, name, None, one.column, one.value, one.remedy, one.meant, one.shared) for one in wish]
    return found


def judge_lines(session: Session, row: PeopleImport) -> list[JudgedLine]:
    """Each line against the rules, the accounts that there are, and the lines above it."""
    known = _existing_records(session)
    said = [(line, rules.cells_of(row.columns, cells)) for line, cells in row.rows]
    addresses = {line: _address(rules.email_of(cells)) for line, cells in said}
    query = select(Person.email, Person.id, Person.name, Person.active).where(Person.email.in_(set(addresses.values())))
    there = {email: Account(number, name, active) for email, number, name, active in session.execute(query)}
    seen = dict[str, tuple[int, str]]()
    return with_missing(session, [_compare(line, cells, rules.judge(cells, known), addresses[line], there, seen) for line, cells in said], row.cohort_id)


def with_missing(session: Session, lines: Sequence[JudgedLine], cohort_id: int | None) -> list[JudgedLine]:
    """The lines with what their accounts lack now."""
    holdings = holdings_of(session, [line.person_id for line in lines if line.person_id and not line.is_new])
    return [replace(line, missing=holdings.missing(line, cohort_id)) for line in lines]


def people_written(session: Session, rows: Sequence[tuple[int, Sequence[str]]]) -> Sequence[int]:
    """Returns the people whose address stands in these lines, in any column."""
    addresses = {normalise_address(cell) for _line, cells in rows for cell in cells if "@" in cell}
    return session.scalars(select(Person.id).where(Person.email.in_(addresses))).all()


def _existing_records(session: Session) -> ExistingRecords:
    """Territories by id, by name and by « name (département) »; a name that two levels share means the cité."""
    tree = territory_tree(session)
    ids = {rules.place_key(name): node.id for node in tree.nodes.values() for name in (node.id, node.name, tree.path_name(node.id))}
    names = {row.id: row.name for row in session.execute(select(Cohort.id, Cohort.name))}
    return ExistingRecords(ids, {fold(name): number for number, name in names.items()}, {node: tree.path_name(node) for node in tree.nodes}, names)


def _address(typed: str) -> str:
    """As accounts store it; empty where it is none."""
    try:
        return services.checked_address(typed)
    except services.AddressInvalid:
        return ""


def _compare(
    line: int, cells: Mapping[str, str], wish: LineWish | tuple[Refusal, ...], address: str, there: Mapping[str, Account], seen: dict[str, tuple[int, str]]
) -> JudgedLine:
    """The line with its address as accounts store it, beside the accounts that there are and the lines above it (`seen`: address → line and name)."""
    if rules.is_total_line(cells):
        return JudgedLine(line, cells, wish)
    account = there.get(address)
    more = list(_faults_of_address(cells, address, account))
    name = rules.full_name(cells)
    above, other = seen.setdefault(address, (line, name)) if address and not more else (line, name)
    if above != line and share_a_word(name, other):
        more.append(_of_address(cells, f"C’est déjà la personne de la ligne {above} : laissez cette ligne de côté, ou corrigez-la."))
    elif above != line:
        more.append(_of_address(cells, f"La ligne {above} donne cette adresse à « {other} » : écrivez celle de chaque personne, ou laissez la case vide."))
    faults = (*(() if isinstance(wish, LineWish) else wish), *more)
    if isinstance(wish, LineWish):
        wish = replace(wish, email=address)
    return JudgedLine(line, cells, faults or wish, account.id if account else None, account.name if account else "")


def _faults_of_address(cells: Mapping[str, str], address: str, account: Account | None) -> Iterator[Refusal]:
    typed, name = cells.get("courriel", ""), rules.full_name(cells)
    if typed and not address and not is_calculated(typed):
        remedy = "Écrivez une adresse complète, par exemple prenom.nom@ville.fr, ou laissez la case vide."
        yield Refusal("courriel", typed, remedy, _address(rules.mended_address(typed)))
    if account and not account.active:
        yield _of_address(cells, "Ce compte est fermé : rouvrez-le sur la page de la personne, ou laissez la ligne de côté.")
    if account and name and not share_a_word(name, account.name):
        yield _of_address(cells, f"Cette adresse est celle du compte {of(account.name)}, et « {name} » n’est pas son nom : corrigez l’adresse, ou le nom.")


def _of_address(cells: Mapping[str, str], remedy: str) -> Refusal:
    """What is wrong with whose line this is, not with what stands in it."""
    column = "courriel" if cells.get("courriel") else "nom"
    return Refusal(column, cells.get(column, ""), remedy, shared=False)


# --- What accounts have and lack ---


class Holdings(Struct, frozen=True):
    """What the accounts that a file names have: pairs of a person and a territory or cohort, and the responsables who look after nothing."""

    places: frozenset[tuple[int, str]]
    cohorts: frozenset[tuple[int, int]]
    without_scope: frozenset[int]

    def missing(self, line: JudgedLine, cohort_id: int | None) -> Missing | None:
        """What the line's account lacks of what the line asks, and of the cohort of the whole file."""
        wish, number = line.wish, line.person_id
        if not isinstance(wish, LineWish) or number is None:
            return None
        place = wish.territory if (number, wish.territory) not in self.places else ""
        cohorts = frozenset(cohort for cohort in (wish.cohort, cohort_id) if cohort and (number, cohort) not in self.cohorts)
        scope = wish.scope if line.is_new or number in self.without_scope else ""
        return Missing(number, place, cohorts, scope, line.is_new) if place or cohorts or scope else None


def holdings_of(session: Session, person_ids: Sequence[int]) -> Holdings:
    """Three statements. A file's 2,000 lines stay far below the number of parameters that both databases accept."""
    places = select(Membership.person_id, Membership.territory_id).where(Membership.person_id.in_(person_ids), Membership.ended_on.is_(None))
    cohorts = select(CohortMember.person_id, CohortMember.cohort_id).where(CohortMember.person_id.in_(person_ids))
    managers = select(PersonRole.person_id).where(PersonRole.person_id.in_(person_ids), PersonRole.name.in_(TERRITORIAL))
    without_scope = managers.where(~select(Scope.person_id).where(Scope.person_id == PersonRole.person_id).exists())
    return Holdings(
        frozenset((number, place) for number, place in session.execute(places)),
        frozenset((number, cohort) for number, cohort in session.execute(cohorts)),
        frozenset(session.scalars(without_scope)),
    )


# --- What the pages of an import receive ---
# Faults by kind, what was understood, the columns to choose.

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
    def first_value(self) -> str:
        """What its field holds at first: what is likely meant, else a text to retouch; never a choice, a formula nor a total, which one click would accept."""
        return self.meant or (self.value if self.column not in rules.CHOSEN and is_text(self.value) else "")

    @property
    def lines_in_words(self) -> str:
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


def count_reworded_cells(lines: Sequence[JudgedLine]) -> tuple[tuple[str, str, str, int], ...]:
    """What was written in other words than ours, the most frequent first."""
    found = Counter(told for line in lines if isinstance(line.wish, LineWish) for told in rules.reworded_cells(line.cells))
    return tuple((*told, count) for told, count in found.most_common())


def line_to_edit(row: PeopleImport, number: int | None) -> EditedLine | None:
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
