"""Import of people: keep a file's lines, say what would happen, do it. Repeatable: a second time changes nothing. Flushes, never commits."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.administration.imports import rules, spreadsheet
from app.administration.imports.rules import ExistingRecords, Refusal, Wish
from app.administration.models import PeopleImport
from app.administration.privacy.register.register import kept_for
from app.content.store.queries import course
from app.db import insert_new
from app.errors import NotYours
from app.french import day_of, fold
from app.identity import services as accounts
from app.identity.audit import acts
from app.identity.models import Membership, Person, PersonRole, Scope, Territory
from app.identity.queries import territory_tree
from app.identity.rules import TERRITORIAL
from app.learning.figures import store as stored_figures
from app.learning.progress.models import Cohort, CohortMember
from app.learning.record import cohorts

Row = tuple[int, dict[str, str]]
"""The number of a line, and its cells by column."""
CREATED, COMPLETED, UNCHANGED, REFUSED = "créée", "complétée", "inchangée", "refusée"


@dataclass(frozen=True, slots=True)
class LineResult:
    """What one line does, or did. `column`, `value` and `remedy` only where it is refused."""

    line: int
    outcome: str
    name: str = ""
    person_id: int | None = None
    column: str = ""
    value: str = ""
    remedy: str = ""
    follows: str = ""
    """The territory that a responsable will look after, or does since."""


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """One line, and what it asks for or why it is refused. `person_id`: whose account it is already."""

    line: int
    cells: Mapping[str, str]
    wish: Wish | Refusal
    person_id: int | None = None
    is_new: bool = False
    """The account was opened by this import."""


def lines_of(instance: Path, data: bytes) -> list[Row]:
    """Of a file, the lines under its header, without the database. Raises sheets.Unreadable, TooBusy."""
    lines = spreadsheet.read(instance, data)
    if not lines:
        raise spreadsheet.Unreadable("Ce fichier est vide.")
    columns = rules.header(lines[0])
    if isinstance(columns, str):
        raise spreadsheet.Unreadable(columns)
    rows: list[Row] = [(line.number, rules.cells_of(columns, line)) for line in lines[1:]]
    if not rows:
        raise spreadsheet.Unreadable("Ce fichier n’a que sa première ligne.")
    return rows


def keep(session: Session, rows: Sequence[Row], cohort_id: int | None, actor_id: int, now: datetime) -> PeopleImport:
    """Keep a file's lines until they are applied."""
    session.execute(delete(PeopleImport).where(PeopleImport.created_at < now - kept_for(PeopleImport.__tablename__)))
    row = PeopleImport(id=secrets.token_urlsafe(16), actor_id=actor_id, created_at=now, rows=list(rows), cohort_id=cohort_id, verdicts=[])
    session.add(row)
    session.flush()
    return row


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
    lines = judged(session, row)
    holdings = _holdings(session, [line.person_id for line in lines if line.person_id])
    return [_verdict(line, holdings.missing(line, row.cohort_id)) for line in lines]


def judged(session: Session, row: PeopleImport) -> list[JudgedLine]:
    """Each line against the rules, the accounts that there are, and the lines above it. Only reads."""
    known = _known(session)
    checked = [_with_address(line, cells, rules.judge(cells, known)) for line, cells in row.rows]
    addresses = {line.wish.email for line in checked if isinstance(line.wish, Wish)}
    query = select(Person.email, Person.id, Person.active).where(Person.email.in_(addresses))
    accounts_there = {email: (number, active) for email, number, active in session.execute(query)}
    seen = dict[str, int]()
    return [_compared(line, line.wish, accounts_there, seen) if isinstance(line.wish, Wish) else line for line in checked]


def apply(session: Session, row: PeopleImport, lines: Sequence[JudgedLine], actor_id: int, now: datetime) -> None:
    """Do what each good line asks; a bad one hinders no other. A second call changes nothing.

    A bounded number of statements, whatever the number of lines: everybody else who writes waits meanwhile.
    """
    if row.applied_at:
        return
    accounts.lock_people(session, {line.person_id for line in lines if line.person_id})
    lines = _open_accounts(session, _still_good(session, lines), actor_id, now)
    holdings = _holdings(session, [line.person_id for line in lines if line.person_id and not line.is_new])
    _complete(session, [missing for line in lines if (missing := holdings.missing(line, row.cohort_id))], row, now)
    done = [_verdict(line, holdings.missing(line, row.cohort_id)) for line in lines]
    row.verdicts = [asdict(verdict) | ({} if verdict.outcome == REFUSED else {"name": ""}) for verdict in done]
    row.rows, row.applied_at = [], now
    counts = {outcome: sum(verdict.outcome == outcome for verdict in done) for outcome in (CREATED, COMPLETED, UNCHANGED, REFUSED)}
    acts.record(session, actor_id, "imported", None, now, **counts)


# --- Judging ---------------------------------------------------------------------------------------------------------


def _known(session: Session) -> ExistingRecords:
    """Territories by id, by name and by « name (département) »; a name that two levels share means the cité."""
    tree = territory_tree(session)
    names = {fold(name): (node.id, name) for node in tree.nodes.values() for name in (node.id, node.name, tree.path_name(node.id))}
    cohorts = {fold(name): (number, name) for number, name in session.execute(select(Cohort.id, Cohort.name))}
    written = {key: name for key, (_number, name) in {**names, **cohorts}.items()}
    return ExistingRecords({key: number for key, (number, _name) in names.items()}, {key: number for key, (number, _name) in cohorts.items()}, written)


def _with_address(line: int, cells: Mapping[str, str], wish: Wish | Refusal) -> JudgedLine:
    """The line with its address as accounts store it, or refused where it is none."""
    if isinstance(wish, Wish):
        try:
            wish = replace(wish, email=accounts.checked_address(wish.email))
        except accounts.AddressInvalid:
            remedy = "Écrivez une adresse complète, par exemple prenom.nom@ville.fr, ou laissez la case vide."
            wish = Refusal("courriel", cells.get("courriel", ""), remedy)
    return JudgedLine(line, cells, wish)


def _compared(line: JudgedLine, wish: Wish, accounts_there: Mapping[str, tuple[int, bool]], seen: dict[str, int]) -> JudgedLine:
    """The line beside the lines above it (`seen`: address → line) and the accounts that there are."""
    typed = line.cells.get("courriel", "")
    column, value = ("courriel", typed) if typed else ("nom", wish.name)
    above = seen.setdefault(wish.email, line.line)
    if above != line.line:
        return replace(line, wish=Refusal(column, value, f"C’est déjà la personne de la ligne {above} : retirez l’une des deux lignes."))
    person_id, active = accounts_there.get(wish.email, (None, True))
    if not active:
        return replace(line, wish=Refusal(column, value, "Ce compte est fermé : rouvrez-le sur la page de la personne, ou retirez la ligne."))
    return replace(line, person_id=person_id)


def _verdict(line: JudgedLine, missing: Missing | None) -> LineResult:
    """Of a line whose account lacks, or lacked, this. A refused line too says whose it is."""
    wish, number = line.wish, line.person_id
    if isinstance(wish, Refusal):
        return LineResult(line.line, REFUSED, line.cells.get("nom", ""), column=wish.column, value=wish.value, remedy=wish.remedy)
    if number is None or line.is_new:
        return LineResult(line.line, CREATED, wish.name, number, follows=wish.scope)
    return LineResult(line.line, COMPLETED if missing else UNCHANGED, wish.name, number, follows=missing.scope if missing else "")


# --- What accounts have and lack -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Missing:
    """What an account lacks of its line."""

    person_id: int
    place: str
    """The territory that is to be joined."""
    cohorts: frozenset[int]
    scope: str
    """What a responsable of nothing is to look after."""
    is_new: bool


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the accounts that a file names have: pairs of a person and a territory or cohort, and the responsables who look after nothing."""

    places: frozenset[tuple[int, str]]
    cohorts: frozenset[tuple[int, int]]
    without_scope: frozenset[int]

    def missing(self, line: JudgedLine, cohort_id: int | None) -> Missing | None:
        """What the line's account lacks of what the line asks, and of the cohort of the whole file."""
        wish, number = line.wish, line.person_id
        if isinstance(wish, Refusal) or number is None:
            return None
        place = wish.territory if (number, wish.territory) not in self.places else ""
        cohorts = frozenset(cohort for cohort in (wish.cohort, cohort_id) if cohort and (number, cohort) not in self.cohorts)
        scope = wish.scope if line.is_new or number in self.without_scope else ""
        return Missing(number, place, cohorts, scope, line.is_new) if place or cohorts or scope else None


def _holdings(session: Session, person_ids: Sequence[int]) -> Holdings:
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


# --- Writing ---------------------------------------------------------------------------------------------------------


def _still_good(session: Session, lines: Sequence[JudgedLine]) -> list[JudgedLine]:
    """The lines once everybody's turn to write is ours: an account may have been closed, or a territory withdrawn, since they were judged."""
    numbers = [line.person_id for line in lines if line.person_id]
    active = set(session.scalars(select(Person.id).where(Person.id.in_(numbers), Person.active)))
    territories = set(session.scalars(select(Territory.id)))
    found = []
    for line in lines:
        wish = line.wish
        if isinstance(wish, Wish):
            if line.person_id and line.person_id not in active:
                wish = Refusal("courriel", wish.email, "Ce compte vient d’être fermé : retirez la ligne.")
            elif wish.territory and wish.territory not in territories:
                wish = Refusal("courriel", wish.email, f"Ce territoire n’existe pas : {wish.territory}.")
        found.append(replace(line, wish=wish))
    return found


def _open_accounts(session: Session, lines: Sequence[JudgedLine], actor_id: int, now: datetime) -> list[JudgedLine]:
    """The lines with the accounts that new people are given; refused where somebody took the address since."""
    wishes = [line.wish for line in lines if isinstance(line.wish, Wish) and line.person_id is None]
    opened = accounts.create_people(session, [accounts.NewPerson(wish.name, wish.email, wish.roles, wish.side) for wish in wishes], now)
    written = [acts.Act("account_created", opened[wish.email], {"rôles": sorted(wish.roles)}) for wish in wishes if wish.email in opened]
    acts.record_all(session, actor_id, written, now)
    found = []
    for line in lines:
        wish = line.wish
        if isinstance(wish, Wish) and line.person_id is None:
            number = opened.get(wish.email)
            taken = Refusal("courriel", wish.email, accounts.AddressTaken.sentence)
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
