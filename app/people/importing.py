"""Import of people: keep a file's lines, say what would happen, do it. Repeatable: a second time changes nothing. Flushes, never commits."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.content.queries import course
from app.errors import DomainError, NotYours
from app.identity import services as accounts
from app.identity.models import Person
from app.identity.queries import territory_tree
from app.identity.territory_rules import fold
from app.learning.models import Cohort, CohortMember
from app.people import acts, administering, cohorting, import_rules, sheets
from app.people.import_rules import Known, Refusal, Wish
from app.people.models import PeopleImport

KEPT = timedelta(days=7)
"""A file that nobody applied, or its verdicts, are forgotten after this long: they hold names."""

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


def keep(session: Session, data: bytes, cohort_id: int | None, actor_id: int, now: datetime) -> PeopleImport:
    """Read a file and keep its lines until they are applied. Raises sheets.Unreadable."""
    session.execute(delete(PeopleImport).where(PeopleImport.created_at < now - KEPT))
    lines = sheets.read(data)
    if not lines:
        raise sheets.Unreadable("Ce fichier est vide.")
    columns = import_rules.header(lines[0])
    if isinstance(columns, str):
        raise sheets.Unreadable(columns)
    rows = [[line.number, import_rules.cells_of(columns, line)] for line in lines[1:]]
    if not rows:
        raise sheets.Unreadable("Ce fichier n’a que sa première ligne.")
    row = PeopleImport(id=secrets.token_urlsafe(16), actor_id=actor_id, created_at=now, rows=rows, cohort_id=cohort_id, verdicts=[])
    session.add(row)
    session.flush()
    return row


def own(session: Session, import_id: str, actor_id: int) -> PeopleImport:
    """An import under way. Raises NotYours for somebody else's."""
    row = session.get(PeopleImport, import_id)
    if row is None or row.actor_id != actor_id:
        raise NotYours
    return row


def verdicts(session: Session, row: PeopleImport) -> list[Verdict]:
    """What happened, once applied; until then what would, on the site as it is now."""
    if row.applied_at:
        return [Verdict(**verdict) for verdict in row.verdicts]
    known, people, seen = _known(session), _people(session), dict[str, int]()
    return [_named(_foresee(session, line, _judged(cells, known, people, seen, line), people, row.cohort_id), cells) for line, cells in row.rows]


def apply(session: Session, row: PeopleImport, actor_id: int, now: datetime) -> list[Verdict]:
    """Do what each good line asks; a bad one hinders no other. A second call changes nothing."""
    if row.applied_at:
        return verdicts(session, row)
    known, people, seen = _known(session), _people(session), dict[str, int]()
    done = [_named(_do(session, line, _judged(cells, known, people, seen, line), people, row, now), cells) for line, cells in row.rows]
    row.verdicts = [asdict(verdict) | ({} if verdict.outcome == REFUSED else {"name": ""}) for verdict in done]
    row.rows, row.applied_at = [], now
    counts = {outcome: sum(verdict.outcome == outcome for verdict in done) for outcome in (CREATED, COMPLETED, UNCHANGED, REFUSED)}
    acts.record(session, actor_id, "imported", None, now, **counts)
    session.flush()
    return done


def _known(session: Session) -> Known:
    """Territories by id, by name and by « name (département) »; a name that two levels share means the cité."""
    tree = territory_tree(session)
    names = {fold(name): (node.id, name) for node in tree.nodes.values() for name in (node.id, node.name, tree.path_name(node.id))}
    cohorts = {fold(name): (number, name) for number, name in session.execute(select(Cohort.id, Cohort.name))}
    written = {key: name for key, (_number, name) in {**names, **cohorts}.items()}
    return Known({key: number for key, (number, _name) in names.items()}, {key: number for key, (number, _name) in cohorts.items()}, written)


def _people(session: Session) -> dict[str, Person]:
    return {person.email: person for person in session.scalars(select(Person))}


def _judged(cells: Mapping[str, str], known: Known, people: Mapping[str, Person], seen: dict[str, int], line: int) -> Wish | Refusal:
    """A line against the rules, the accounts that exist, and the lines above it."""
    wish = import_rules.judge(cells, known)
    if isinstance(wish, Refusal):
        return wish
    typed = cells.get("courriel", "")
    try:
        address = accounts.checked_address(wish.email)
    except accounts.AddressInvalid:
        return Refusal("courriel", typed, "Écrivez une adresse complète, par exemple prenom.nom@ville.fr, ou laissez la case vide.")
    if address in seen:
        column, value = ("courriel", typed) if typed else ("nom", wish.name)
        return Refusal(column, value, f"C’est déjà la personne de la ligne {seen[address]}\u202f: retirez l’une des deux lignes.")
    seen[address] = line
    if address in people and not people[address].active:
        return Refusal(
            "courriel" if typed else "nom", typed or wish.name, "Ce compte est fermé\u202f: rouvrez-le sur la page de la personne, ou retirez la ligne."
        )
    return Wish(wish.name, address, wish.side, wish.roles, wish.territory, wish.cohort)


def _named(verdict: Verdict, cells: Mapping[str, str]) -> Verdict:
    """A refused line too says whose it is."""
    return verdict if verdict.name else replace(verdict, name=cells.get("nom", ""))


def _refused(line: int, refusal: Refusal) -> Verdict:
    return Verdict(line, REFUSED, column=refusal.column, value=refusal.value, remedy=refusal.remedy)


def _foresee(session: Session, line: int, wish: Wish | Refusal, people: Mapping[str, Person], cohort_id: int | None) -> Verdict:
    if isinstance(wish, Refusal):
        return _refused(line, wish)
    person = people.get(wish.email)
    if person is None:
        return Verdict(line, CREATED, wish.name)
    return Verdict(line, COMPLETED if _missing(session, person, wish, cohort_id) else UNCHANGED, wish.name, person.id)


def _missing(session: Session, person: Person, wish: Wish, cohort_id: int | None) -> tuple[bool, set[int]] | None:
    """(has the territory to be joined, which cohorts to be entered); None when nothing is to be done."""
    place = bool(wish.territory) and all(stay.territory_id != wish.territory for stay in administering.open_stays(session, person.id))
    wanted = {number for number in (wish.cohort, cohort_id) if number}
    cohorts = wanted - set(session.scalars(select(CohortMember.cohort_id).where(CohortMember.person_id == person.id)))
    return (place, cohorts) if place or cohorts else None


def _do(session: Session, line: int, wish: Wish | Refusal, people: dict[str, Person], row: PeopleImport, now: datetime) -> Verdict:
    if isinstance(wish, Refusal):
        return _refused(line, wish)
    verdict = _foresee(session, line, wish, people, row.cohort_id)
    try:
        with session.begin_nested():
            person = people.get(wish.email) or administering.open_account(session, name=wish.name, email=wish.email, roles=wish.roles, side=wish.side, now=now)
            _complete(session, person, wish, row, now)
    except DomainError as error:
        return Verdict(line, REFUSED, column="courriel", value=wish.email, remedy=error.sentence)
    people[wish.email] = person
    return Verdict(line, verdict.outcome, wish.name, person.id)


def _complete(session: Session, person: Person, wish: Wish, row: PeopleImport, now: datetime) -> None:
    """Territory and cohorts that are not there yet. Name, employer and roles of an existing account stay as they are."""
    if not (missing := _missing(session, person, wish, row.cohort_id)):
        return
    place, cohorts = missing
    if place:
        administering.move(session, person, wish.territory, now.date(), leave=False, within=None, actor_id=row.actor_id, now=now)
    for number in sorted(cohorts):
        cohorting.join(session, course(session), session.get_one(Cohort, number), [person.id], trainer=False, actor_id=row.actor_id, now=now)
