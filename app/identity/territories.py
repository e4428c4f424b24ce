"""The stored tree of territories: read, who may see whom by it, its sync with reseau.md, its changes by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from msgspec import Struct
from sqlalchemy import BindParameter, ColumnElement, and_, false, func, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.identity.models import Membership, Scope, Territory, TerritoryChange, TerritoryCommune
from app.identity.rules import Level, Role, TerritoryTree, grown, over_territories, territory_id
from app.platform import log
from app.platform.errors import DomainError, NotYours
from app.platform.french import fold, join_words, plural

# --- The tree as it is stored ---

_NODES = select(Territory.id, Territory.level, Territory.name, Territory.parent_id, Territory.zone)


def territory_tree(session: Session) -> TerritoryTree:
    """The whole tree, withdrawn nodes included: what happened there still happened."""
    return grown(tuple(map(tuple, session.execute(_NODES))))


# --- Who may see whom: one predicate, for any column that holds a person's number ---
#
# Reports, administration, files and reminders ask it.
# A responsable sees the people of their territories and of all that lies below, an administrator everybody. A page that shows a reader other
# people too (reports: those who learn in a cohort that the reader trains) adds its own condition to the same predicate.

PersonColumn = ColumnElement[int] | InstrumentedAttribute[int]


class ReaderScope(Struct, frozen=True):
    """Which people a reader may see on a day."""

    on: date
    everybody: bool
    """Those without territory included."""
    territories: frozenset[str]
    """Ids of those that were given to the reader and of all that lie below; of all, for whoever sees everybody."""


def reader_scope(roles: Collection[Role], given: Collection[str], tree: TerritoryTree, on: date) -> ReaderScope:
    """`given`: ids of the territories that the reader looks after, which count for a responsable alone."""
    everybody = Role.ADMINISTRATOR in roles
    managed = tree.under(given) if over_territories(roles) else frozenset()
    return ReaderScope(on, everybody, frozenset(tree.nodes) if everybody else managed)


def visible(scope: ReaderScope, person: PersonColumn, *others: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that the reader may see the person. `others`: conditions, one of which is enough, on further people whom they may."""
    if scope.everybody:
        return true()
    own = [belongs_to(person, scope.territories, scope.on)] if scope.territories else []
    return or_(false(), *own, *others)


def belongs_to(person: PersonColumn, territories: Collection[str], on: date) -> ColumnElement[bool]:
    """The person belongs, on that day, to one of these territories (give them with `TerritoryTree.under`)."""
    return person.in_(select(Membership.person_id).where(Membership.territory_id.in_(sorted(territories)), belongs_on(on)))


def belongs_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition on `Membership` that it is valid on that day: already begun, and not yet over."""
    return and_(Membership.started_on <= day, or_(Membership.ended_on.is_(None), Membership.ended_on > day))


# --- The sync with `reseau.md`: loses nobody's history ---


class CommuneLike(Protocol):
    """What is read of `content.values.library.Commune`; identity and content do not import each other."""

    @property
    def name(self) -> str: ...
    @property
    def insee(self) -> str: ...


class CiteLike(Protocol):
    """What is read of `content.values.library.Cite`."""

    @property
    def name(self) -> str: ...
    @property
    def communes(self) -> Sequence[CommuneLike]: ...
    @property
    def departement(self) -> str: ...
    @property
    def wave(self) -> int: ...
    @property
    def labelled_on(self) -> str: ...


class PlaceLike(Protocol):
    """What is read of `content.values.library.NetworkPlace`."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def above(self) -> str: ...
    @property
    def zone(self) -> str: ...


class NetworkLike(Protocol):
    """What is read of `content.values.library.Network`."""

    @property
    def places(self) -> Sequence[PlaceLike]: ...
    @property
    def cites(self) -> Sequence[CiteLike]: ...


class TerritorySync(Struct, frozen=True):
    """What changed. All zero on a second run."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    removed: int = 0


class _FileTerritory(Struct, frozen=True):
    id: str
    level: Level
    name: str
    parent_id: str | None
    wave: int | None = None
    labelled_on: str | None = None
    communes: tuple[tuple[str, str], ...] = ()
    zone: str = ""


def sync_territories(session: Session, network: NetworkLike) -> TerritorySync:
    """Make the tree say what the network says. Repeatable. An empty network changes nothing: it is a file that could not be read.

    A territory that left the file goes too, unless somebody belongs there or looks after it: then it is only marked withdrawn.
    """
    if not network.cites:
        return TerritorySync()
    wanted = {node.id: node for node in _territories_of(network)}
    present = {row.id: row for row in session.scalars(select(Territory))}
    added = [node for number, node in wanted.items() if number not in present]
    for node in added:
        row = Territory(id=node.id, level=node.level)
        _bring_up_to_date(row, node)
        session.add(row)
        session.flush()  # parents first: `wanted` is in that order, and what moves below a new one comes after it
    changed = sum(_bring_up_to_date(present[number], node) for number, node in wanted.items() if number in present)
    withdrawn, removed = _retire(session, [row for number, row in present.items() if number not in wanted and not row.by_hand])
    session.flush()
    report = TerritorySync(len(added), changed, withdrawn, removed)
    if report != TerritorySync():
        log.event("territories_synced", added=len(added), changed=changed, withdrawn=withdrawn, removed=removed)
    return report


def _territories_of(network: NetworkLike) -> Iterable[_FileTerritory]:
    """What the file places, then the départements that it names in its table alone, below its only root if it has one, then the cités."""
    known: dict[str, str] = {}
    for place in network.places:
        level = Level(place.kind)
        found = place.id or territory_id(level, place.name)
        known.setdefault(fold(place.name), found)
        yield _FileTerritory(found, level, place.name, known.get(fold(place.above)) if place.above else None, zone=place.zone)
    roots = [known[fold(place.name)] for place in network.places if not place.above]
    for name in dict.fromkeys(cite.departement for cite in network.cites):
        if fold(name) not in known:
            known[fold(name)] = territory_id(Level.DEPARTEMENT, name)
            yield _FileTerritory(known[fold(name)], Level.DEPARTEMENT, name, roots[0] if len(roots) == 1 else None)
    for cite in network.cites:
        communes = tuple(sorted((commune.insee, commune.name) for commune in cite.communes))
        parent = known[fold(cite.departement)]
        yield _FileTerritory(territory_id(Level.CITE, cite.name), Level.CITE, cite.name, parent, cite.wave, cite.labelled_on or None, communes)


def _bring_up_to_date(row: Territory, node: _FileTerritory) -> bool:
    """True when something differed."""
    placed: dict[str, Any] = {"level": node.level, "name": node.name, "parent_id": node.parent_id, "zone": node.zone, "withdrawn": False}
    values: dict[str, Any] = ({} if row.by_hand else placed) | {"wave": node.wave, "labelled_on": node.labelled_on}
    different = [name for name, value in values.items() if getattr(row, name) != value]
    for name in different:
        setattr(row, name, values[name])
    communes = tuple((commune.insee, commune.name) for commune in row.communes)
    if communes != node.communes:
        kept = {commune.insee: commune for commune in row.communes}
        row.communes = [_commune(kept.get(insee), insee, name) for insee, name in node.communes]
    return bool(different) or communes != node.communes


def _commune(row: TerritoryCommune | None, insee: str, name: str) -> TerritoryCommune:
    if row is None:
        return TerritoryCommune(insee=insee, name=name)
    row.name = name
    return row


def _retire(session: Session, rows: list[Territory]) -> tuple[int, int]:
    """(newly withdrawn, removed). What lies below goes first, and a territory added by hand keeps what it hangs on."""
    used = {*session.scalars(select(Membership.territory_id)), *session.scalars(select(Scope.territory_id))}
    used |= set(session.scalars(select(Territory.parent_id).where(Territory.by_hand, Territory.parent_id.is_not(None))))
    tree = territory_tree(session)
    withdrawn = removed = 0
    for row in sorted(rows, key=lambda row: len(tree.ancestors(row.id)), reverse=True):
        if row.id in used:
            used.add(row.parent_id or "")
            withdrawn += not row.withdrawn
            row.withdrawn = True
        else:
            session.delete(row)
            session.flush()
            removed += 1
    return withdrawn, removed


# --- Changes by hand: a territory added, named, moved, withdrawn ---
#
# Each is written down; two at once never lose one.


class TerritoryRefused(DomainError):
    """Why the tree cannot be changed so, and what to do."""


class TypedTerritory(Struct, frozen=True):
    """A territory as typed."""

    level: Level
    name: str
    parent_id: str | None
    zone: str


def add(session: Session, wanted: TypedTerritory, author_id: int, now: datetime) -> Territory:
    """Flushes. A withdrawn one of that kind and name comes back, with whoever belonged there."""
    number = territory_id(wanted.level, wanted.name)
    row = session.get(Territory, number)
    if row is not None and not row.withdrawn:
        raise TerritoryRefused(f"« {wanted.name} » existe déjà : ouvrez sa page pour la changer.")
    _check_place(session, number, wanted.parent_id, None)
    row = row or Territory(id=number, level=wanted.level)
    _apply(row, wanted)
    session.add(row)
    _note(session, number, author_id, now, {}, _values(row))
    return row


def change(session: Session, number: str, edition: int, wanted: TypedTerritory, author_id: int, now: datetime) -> Territory:
    """Changes a territory, whose number stays, so that memberships and scopes stay. Flushes."""
    row = _lock_territory(session, number, edition)
    _check_place(session, number, wanted.parent_id, row.parent_id)
    before = _values(row)
    _apply(row, wanted)
    if before != _values(row):
        _note(session, number, author_id, now, before, _values(row))
    return row


def withdraw(session: Session, number: str, edition: int, author_id: int, now: datetime) -> None:
    """Refused while anything hangs on it. Kept, marked, where somebody belonged there once: the past is told as it was."""
    row = _lock_territory(session, number, edition)
    below = session.scalar(select(func.count()).where(Territory.parent_id == number, Territory.withdrawn.is_(False))) or 0
    if below:
        raise TerritoryRefused(f"« {row.name} » contient {plural(below, 'territoire')} : déplacez-les ou retirez-les d’abord.")
    if hanging := _hanging(session, number, now.date()):
        raise TerritoryRefused(f"« {row.name} » ne peut pas être retiré : {hanging}. Ouvrez « Personnes », rattachez-les ailleurs, puis recommencez.")
    _note(session, number, author_id, now, _values(row), {})
    row.withdrawn = row.by_hand = True
    session.flush()


def _hanging(session: Session, number: str, on: date) -> str:
    """« 3 personnes y sont rattachées et 1 responsable le suit »; empty for nobody."""
    people = session.scalar(select(func.count()).where(Membership.territory_id == number, belongs_on(on))) or 0
    managers = session.scalar(select(func.count()).where(Scope.territory_id == number)) or 0
    said = [f"{plural(people, 'personne')} y {'est rattachée' if people < 2 else 'sont rattachées'}"] * bool(people)
    said += [f"{plural(managers, 'responsable')} le {'suit' if managers < 2 else 'suivent'}"] * bool(managers)
    return join_words(said)


def _lock_territory(session: Session, number: str, edition: int) -> Territory:
    """The row, locked until the commit: its edition is counted first, by whoever read the present one."""
    counted = update(Territory).where(Territory.id == number, Territory.edition == edition).values(edition=Territory.edition + 1)
    row = session.get(Territory, number)
    if row is None:
        raise NotYours
    if not session.execute(counted).rowcount:  # type: ignore[attr-defined]
        raise TerritoryRefused(
            "Quelqu’un d’autre vient de changer ce territoire. Ce que vous avez tapé est gardé : relisez-le à côté de l’historique, puis enregistrez."
        )
    session.refresh(row)
    return row


def _check_place(session: Session, number: str, parent_id: str | None, before: str | None) -> None:
    """`before`: what it depends on now, which may have been withdrawn since and stays possible."""
    if parent_id is None:
        return
    parent = session.get(Territory, parent_id)
    if parent is None:
        raise TerritoryRefused("Le territoire choisi au-dessus n’existe plus.")
    if parent.withdrawn and parent_id != before:
        raise TerritoryRefused(f"« {parent.name} » est retiré : choisissez un autre territoire au-dessus, ou ajoutez-le de nouveau d’abord.")
    tree = territory_tree(session)
    if number in (above.id for above in tree.ancestors(parent_id)):
        raise TerritoryRefused("Un territoire ne peut pas dépendre de lui-même, ni de ce qu’il contient.")
    if parent.level is Level.CITE:
        raise TerritoryRefused("Une cité éducative ne contient pas d’autre territoire.")


def _apply(row: Territory, wanted: TypedTerritory) -> None:
    row.level, row.name, row.parent_id, row.zone = wanted.level, wanted.name, wanted.parent_id, wanted.zone
    row.withdrawn, row.by_hand = False, True


def _values(row: Territory) -> dict[str, Any]:
    return {"level": str(row.level), "name": row.name, "parent": row.parent_id or "", "zone": row.zone or ""}


def _note(session: Session, number: str, author_id: int, now: datetime, before: dict[str, Any], after: dict[str, Any]) -> None:
    session.flush()
    session.add(TerritoryChange(territory_id=number, author_id=author_id, at=now, before=before, after=after))
    session.flush()
    log.event("territory_changed", territory=number, author=author_id)
