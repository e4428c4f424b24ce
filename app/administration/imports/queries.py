"""What a file of people would do: each line judged on the site as it is, what accounts have and lack. Only reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.administration.imports import rules
from app.administration.imports.rules import ExistingRecords, Refusal, Wish
from app.administration.models import PeopleImport
from app.errors import NotYours
from app.french import fold
from app.identity import services as accounts
from app.identity.models import Membership, Person, PersonRole, Scope
from app.identity.queries import territory_tree
from app.identity.rules import TERRITORIAL, normalise_address
from app.learning.progress.models import Cohort, CohortMember

CREATED, COMPLETED, UNCHANGED, REFUSED = "créée", "complétée", "inchangée", "refusée"


class LineResult(Struct, frozen=True):
    """What one line does, or did. `column` and what follows it only where it is refused."""

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


class JudgedLine(Struct, frozen=True):
    """One line, and what it asks for or why it is refused. `person_id`: whose account it is already."""

    line: int
    cells: Mapping[str, str]
    wish: Wish | Refusal
    person_id: int | None = None
    is_new: bool = False
    """The account was opened by this import."""


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
    return would(session, row, judged(session, row))


def would(session: Session, row: PeopleImport, lines: Sequence[JudgedLine]) -> list[LineResult]:
    """What these lines would do."""
    holdings = holdings_of(session, [line.person_id for line in lines if line.person_id])
    return [verdict(line, holdings.missing(line, row.cohort_id)) for line in lines]


def judged(session: Session, row: PeopleImport) -> list[JudgedLine]:
    """Each line against the rules, the accounts that there are, and the lines above it."""
    known = _known(session)
    said = [(line, rules.cells_of(row.columns, cells)) for line, cells in row.rows]
    checked = [_with_address(line, cells, rules.judge(cells, known)) for line, cells in said]
    addresses = {line.wish.email for line in checked if isinstance(line.wish, Wish)}
    query = select(Person.email, Person.id, Person.active).where(Person.email.in_(addresses))
    accounts_there = {email: (number, active) for email, number, active in session.execute(query)}
    seen = dict[str, int]()
    return [_compared(line, line.wish, accounts_there, seen) if isinstance(line.wish, Wish) else line for line in checked]


def people_written(session: Session, rows: Sequence[tuple[int, Sequence[str]]]) -> Sequence[int]:
    """Whose address stands in these lines, whatever the column."""
    addresses = {normalise_address(cell) for _line, cells in rows for cell in cells if "@" in cell}
    return session.scalars(select(Person.id).where(Person.email.in_(addresses))).all()


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
        address = _address(wish.email)
        typed, meant = cells.get("courriel", ""), rules.mended_address(cells.get("courriel", ""))
        remedy = "Écrivez une adresse complète, par exemple prenom.nom@ville.fr, ou laissez la case vide."
        wish = replace(wish, email=address) if address else Refusal("courriel", typed, remedy, _address(meant))
    return JudgedLine(line, cells, wish)


def _address(typed: str) -> str:
    """As accounts store it; empty where it is none."""
    try:
        return accounts.checked_address(typed)
    except accounts.AddressInvalid:
        return ""


def _compared(line: JudgedLine, wish: Wish, accounts_there: Mapping[str, tuple[int, bool]], seen: dict[str, int]) -> JudgedLine:
    """The line beside the lines above it (`seen`: address → line) and the accounts that there are."""
    typed = line.cells.get("courriel", "")
    column, value = ("courriel", typed) if typed else ("nom", line.cells["nom"])
    above = seen.setdefault(wish.email, line.line)
    if above != line.line:
        remedy = f"C’est déjà la personne de la ligne {above} : laissez cette ligne de côté, ou corrigez-la."
        return replace(line, wish=Refusal(column, value, remedy, shared=False))
    person_id, active = accounts_there.get(wish.email, (None, True))
    if not active:
        remedy = "Ce compte est fermé : rouvrez-le sur la page de la personne, ou laissez la ligne de côté."
        return replace(line, wish=Refusal(column, value, remedy, shared=False))
    return replace(line, person_id=person_id)


def verdict(line: JudgedLine, missing: Missing | None) -> LineResult:
    """Of a line whose account lacks, or lacked, this. A refused line too says whose it is."""
    wish, number = line.wish, line.person_id
    if isinstance(wish, Refusal):
        name, told = rules.full_name(line.cells), (wish.column, wish.value, wish.remedy, wish.meant, wish.shared)
        return LineResult(line.line, REFUSED, name, None, *told)
    if number is None or line.is_new:
        return LineResult(line.line, CREATED, wish.name, number, follows=wish.scope)
    return LineResult(line.line, COMPLETED if missing else UNCHANGED, wish.name, number, follows=missing.scope if missing else "")


# --- What accounts have and lack -------------------------------------------------------------------------------------


class Missing(Struct, frozen=True):
    """What an account lacks of its line."""

    person_id: int
    place: str
    """The territory that is to be joined."""
    cohorts: frozenset[int]
    scope: str
    """What a responsable of nothing is to look after."""
    is_new: bool


class Holdings(Struct, frozen=True):
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
