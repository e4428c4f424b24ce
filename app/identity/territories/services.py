"""The territory tree follows `reseau.md`: `sync_territories` makes the tables say what the file says, and loses nobody's history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Membership, Scope, Territory, TerritoryCommune
from app.identity.rules import Level
from app.identity.territories.queries import territory_tree
from app.identity.territories.rules import territory_id
from app.platform import log
from app.platform.french import fold


class CommuneLike(Protocol):
    """What is read of `content.values.network.Commune`; identity and content do not import each other."""

    @property
    def name(self) -> str: ...
    @property
    def insee(self) -> str: ...


class CiteLike(Protocol):
    """What is read of `content.values.course.Cite`."""

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
    """What is read of `content.values.network.Place`."""

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
    """What is read of `content.values.course.Network`."""

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
