"""Import of people: keep a file's lines, say what would happen, do it. Repeatable: a second time changes nothing. Flushes, never commits."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.administration.accounts import services as administering
from app.administration.cohorts import services as cohorting
from app.administration.imports import rules, spreadsheet
from app.administration.imports.rules import Known, Refusal, Wish
from app.administration.models import PeopleImport
from app.content.store.queries import course
from app.errors import DomainError, NotYours
from app.french import day_of, fold
from app.identity import services as accounts
from app.identity.audit import acts
from app.identity.models import Person
from app.identity.queries import scope_of, territory_tree
from app.identity.rules import Role
from app.learning.progress.models import Cohort, CohortMember

KEPT = timedelta(days=7)
"""A file that nobody applied, or its verdicts, are forgotten after this long: they hold names."""

Row = tuple[int, dict[str, str]]
"""The number of a line, and its cells by column."""
CREATED, COMPLETED, UNCHANGED, REFUSED = "créée", "complétée", "inchangée", "refusée"


@dataclass(frozen=True, slots=True)
class Verdict:
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
class Judged:
    """One line, and what it asks for or why it is refused. `person_id`: whose account it is already."""

    line: int
    cells: Mapping[str, str]
    wish: Wish | Refusal
    person_id: int | None = None


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
    session.execute(delete(PeopleImport).where(PeopleImport.created_at < now - KEPT))
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


def verdicts(session: Session, row: PeopleImport) -> list[Verdict]:
    """What happened, once applied; until then what would, on the site as it is now."""
    if row.applied_at:
        return [Verdict(**verdict) for verdict in row.verdicts]
    return [_named(_foresee(session, each, row.cohort_id), each.cells) for each in judged(session, row)]


def judged(session: Session, row: PeopleImport) -> list[Judged]:
    """Each line against the rules, the accounts that there are, and the lines above it. Only reads, which may take a second."""
    known, there, seen = _known(session), _accounts(session), dict[str, int]()
    return [_judged(line, cells, known, there, seen) for line, cells in row.rows]


def apply(session: Session, row: PeopleImport, found: Sequence[Judged], actor_id: int, now: datetime) -> None:
    """Do what each good line asks; a bad one hinders no other. A second call changes nothing."""
    if row.applied_at:
        return
    accounts.lock_people(session, {each.person_id for each in found if each.person_id})
    done = [_named(_do(session, each, row, now), each.cells) for each in found]
    row.verdicts = [asdict(verdict) | ({} if verdict.outcome == REFUSED else {"name": ""}) for verdict in done]
    row.rows, row.applied_at = [], now
    counts = {outcome: sum(verdict.outcome == outcome for verdict in done) for outcome in (CREATED, COMPLETED, UNCHANGED, REFUSED)}
    acts.record(session, actor_id, "imported", None, now, **counts)
    session.flush()


def _known(session: Session) -> Known:
    """Territories by id, by name and by « name (département) »; a name that two levels share means the cité."""
    tree = territory_tree(session)
    names = {fold(name): (node.id, name) for node in tree.nodes.values() for name in (node.id, node.name, tree.path_name(node.id))}
    cohorts = {fold(name): (number, name) for number, name in session.execute(select(Cohort.id, Cohort.name))}
    written = {key: name for key, (_number, name) in {**names, **cohorts}.items()}
    return Known({key: number for key, (number, _name) in names.items()}, {key: number for key, (number, _name) in cohorts.items()}, written)


def _accounts(session: Session) -> dict[str, tuple[int, bool]]:
    """Address → number, and whether it is open."""
    return {email: (number, active) for email, number, active in session.execute(select(Person.email, Person.id, Person.active))}


def _judged(line: int, cells: Mapping[str, str], known: Known, there: Mapping[str, tuple[int, bool]], seen: dict[str, int]) -> Judged:
    wish = rules.judge(cells, known)
    if isinstance(wish, Refusal):
        return Judged(line, cells, wish)
    typed = cells.get("courriel", "")
    column, value = ("courriel", typed) if typed else ("nom", wish.name)
    try:
        address = accounts.checked_address(wish.email)
    except accounts.AddressInvalid:
        said = "Écrivez une adresse complète, par exemple prenom.nom@ville.fr, ou laissez la case vide."
        return Judged(line, cells, Refusal("courriel", typed, said))
    if address in seen:
        return Judged(line, cells, Refusal(column, value, f"C’est déjà la personne de la ligne {seen[address]}\u202f: retirez l’une des deux lignes."))
    seen[address] = line
    person_id, active = there.get(address, (None, True))
    if not active:
        said = "Ce compte est fermé\u202f: rouvrez-le sur la page de la personne, ou retirez la ligne."
        return Judged(line, cells, Refusal(column, value, said))
    return Judged(line, cells, replace(wish, email=address), person_id)


def _named(verdict: Verdict, cells: Mapping[str, str]) -> Verdict:
    """A refused line too says whose it is."""
    return verdict if verdict.name else replace(verdict, name=cells.get("nom", ""))


def _foresee(session: Session, found: Judged, cohort_id: int | None) -> Verdict:
    wish, number = found.wish, found.person_id
    if isinstance(wish, Refusal):
        return Verdict(found.line, REFUSED, column=wish.column, value=wish.value, remedy=wish.remedy)
    return _verdict(found, wish, _missing(session, number, wish, cohort_id) if number else None)


def _verdict(found: Judged, wish: Wish, lacks: Missing | None) -> Verdict:
    """Of a good line, whose account lacks, or lacked, this."""
    if found.person_id is None:
        return Verdict(found.line, CREATED, wish.name, follows=wish.scope)
    return Verdict(found.line, COMPLETED if lacks else UNCHANGED, wish.name, found.person_id, follows=lacks.scope if lacks else "")


@dataclass(frozen=True, slots=True)
class Missing:
    """What an account lacks of its line. `place`: the territory is to be joined; `scope`: what a responsable of nothing is to look after."""

    place: bool
    cohorts: frozenset[int]
    scope: str


def _missing(session: Session, person_id: int, wish: Wish, cohort_id: int | None) -> Missing | None:
    place = bool(wish.territory) and all(stay.territory_id != wish.territory for stay in administering.open_stays(session, person_id))
    wanted = {number for number in (wish.cohort, cohort_id) if number}
    cohorts = wanted - set(session.scalars(select(CohortMember.cohort_id).where(CohortMember.person_id == person_id)))
    follows_nothing = bool(wish.scope) and Role.MANAGER in session.get_one(Person, person_id).role_set and not scope_of(session, person_id)
    scope = wish.scope if follows_nothing else ""
    return Missing(place, frozenset(cohorts), scope) if place or cohorts or scope else None


def _do(session: Session, found: Judged, row: PeopleImport, now: datetime) -> Verdict:
    wish = found.wish
    if isinstance(wish, Refusal):
        return _foresee(session, found, row.cohort_id)
    try:
        with session.begin_nested():
            person = _person(session, found.person_id, wish, now)
            if lacks := _missing(session, person.id, wish, row.cohort_id):
                _complete(session, person, wish, lacks, row, now)
    except DomainError as error:
        return Verdict(found.line, REFUSED, column="courriel", value=wish.email, remedy=error.sentence)
    return replace(_verdict(found, wish, lacks), person_id=person.id)


def _person(session: Session, number: int | None, wish: Wish, now: datetime) -> Person:
    """Whose account it was when the line was judged; else a new account. Raises DomainError where it was closed since."""
    person = session.get(Person, number) if number else None
    if person is not None and not person.active:
        raise DomainError("Ce compte vient d’être fermé\u202f: retirez la ligne.")
    return person or administering.open_account(session, name=wish.name, email=wish.email, roles=wish.roles, territory=wish.territory, side=wish.side, now=now)


def _complete(session: Session, person: Person, wish: Wish, lacks: Missing, row: PeopleImport, now: datetime) -> None:
    """Territory, scope and cohorts that are not there yet. Name, employer and roles of an existing account stay as they are."""
    if lacks.scope:
        administering.set_roles(session, person, person.role_set, [lacks.scope], row.actor_id, now)
    if lacks.place:
        administering.move(session, person, wish.territory, day_of(now), leave=False, within=None, actor_id=row.actor_id, now=now)
    for number in sorted(lacks.cohorts):
        cohorting.join(session, course(session), session.get_one(Cohort, number), [person.id], trainer=False, actor_id=row.actor_id, now=now)
