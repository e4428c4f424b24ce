"""What the pages of the tree receive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.models import Membership, Person, Scope, Territory, TerritoryChange
from app.identity.queries import territory_tree
from app.identity.rules import LEVEL_LABELS, Level
from app.identity.territories.rules import Node, TerritoryTree
from app.identity.territories.scope import belongs_on
from app.platform.errors import NotYours
from app.platform.french import day_of


class Branch(Struct, frozen=True):
    id: str
    name: str
    kind: str
    zone: str
    people: int
    """Who belong there today."""
    managers: int
    below: tuple[Branch, ...]


class ChangeRow(Struct, frozen=True):
    at: datetime
    author: str
    said: tuple[tuple[str, str, str], ...]
    """(what, before, after)."""


class TerritoryCard(Struct, frozen=True):
    id: str
    name: str
    kind: str
    edition: int
    withdrawn: bool
    above: tuple[tuple[str, str], ...]
    """(id, name), from the top."""
    changes: tuple[ChangeRow, ...]


def own_territory(session: Session, number: str) -> Territory:
    row = session.get(Territory, number)
    if row is None:
        raise NotYours
    return row


def form_values(row: Territory) -> dict[str, str]:
    return {"level": row.level.value, "name": row.name, "parent": row.parent_id or "", "zone": row.zone}


def branches(session: Session, now: datetime) -> tuple[Branch, ...]:
    tree = territory_tree(session)
    people = _counts(session, select(Membership.territory_id, func.count()).where(belongs_on(day_of(now))).group_by(Membership.territory_id))
    managers = _counts(session, select(Scope.territory_id, func.count()).group_by(Scope.territory_id))
    return tuple(_branches(tree, [tree.nodes[root] for root in tree.roots], people, managers, withdrawn(session)))


def withdrawn(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(Territory.id).where(Territory.withdrawn)))


def _counts(session: Session, query: Any) -> dict[str, int]:
    return dict(session.execute(query).all())


def _branches(tree: TerritoryTree, nodes: list[Node], people: Mapping[str, int], managers: Mapping[str, int], gone: frozenset[str]) -> Iterator[Branch]:
    """What still stands below a withdrawn node stands in its place: each has its link."""
    for node in nodes:
        below = tuple(_branches(tree, list(tree.children(node.id)), people, managers, gone))
        if node.id in gone:
            yield from below
        else:
            yield Branch(node.id, node.name, LEVEL_LABELS[node.level], node.zone, people.get(node.id, 0), managers.get(node.id, 0), below)


def territory_card(session: Session, number: str) -> TerritoryCard:
    row, tree = own_territory(session, number), territory_tree(session)
    above = tuple((node.id, node.name) for node in reversed(tree.ancestors(number)[1:]))
    changes = tuple(_changes(session, number, tree))
    return TerritoryCard(row.id, row.name, LEVEL_LABELS[row.level], row.edition, row.withdrawn, above, changes)


def _changes(session: Session, number: str, tree: TerritoryTree) -> Iterator[ChangeRow]:
    query = select(TerritoryChange, Person.name).outerjoin(Person, Person.id == TerritoryChange.author_id)
    for change, author in session.execute(query.where(TerritoryChange.territory_id == number).order_by(TerritoryChange.id.desc())):
        yield ChangeRow(change.at, author or "compte effacé", tuple(_changed_fields(change.before, change.after, tree)))


def _changed_fields(before: Mapping[str, str], after: Mapping[str, str], tree: TerritoryTree) -> Iterator[tuple[str, str, str]]:
    for key, label in (("level", "Sorte"), ("name", "Nom"), ("parent", "Dans"), ("zone", "Zone de vacances")):
        if before.get(key) != after.get(key):
            yield label, _words(key, before.get(key), tree), _words(key, after.get(key), tree)


def _words(key: str, value: str | None, tree: TerritoryTree) -> str:
    if not value:
        return "–"
    if key == "level":
        return LEVEL_LABELS[Level(value)]
    return tree.nodes[value].name if key == "parent" and value in tree.nodes else value
