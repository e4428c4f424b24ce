"""The territory tree as a value, of any number of levels, and what a scope reaches in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from app.identity.rules import Level
from app.platform.french import fold


class Node(Struct, frozen=True):
    """One territory. `parent_id` is None at the top."""

    id: str
    level: Level
    name: str
    parent_id: str | None
    zone: str = ""
    """Of the school holidays; empty: that of what it belongs to."""


class TerritoryTree(Struct, frozen=True):
    """All territories by id, each before what lies below it, then by name."""

    nodes: Mapping[str, Node]

    def ancestors(self, node_id: str) -> tuple[Node, ...]:
        """The node itself, then its parents up to the root; nothing for an unknown id."""
        found: list[Node] = []
        node = self.nodes.get(node_id)
        while node is not None and node not in found:
            found.append(node)
            node = self.nodes.get(node.parent_id or "")
        return tuple(found)

    def under(self, node_ids: Collection[str]) -> frozenset[str]:
        """Ids of the nodes themselves and of everything below them: what a scope on these nodes reaches."""
        return frozenset(node for node in self.nodes if any(above.id in node_ids for above in self.ancestors(node)))

    @property
    def roots(self) -> tuple[str, ...]:
        """Ids of what stands at the top."""
        return tuple(node.id for node in self.nodes.values() if node.parent_id is None)

    def zone_of(self, node_id: str) -> str:
        """Returns the zone of school holidays: its own, or that of the nearest territory above; empty where none has one."""
        return next((above.zone for above in self.ancestors(node_id) if above.zone), "")

    def children(self, node_id: str) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes.values() if node.parent_id == node_id)

    def path_name(self, node_id: str) -> str:
        """« Lille Sud (Nord) » for a cité, the plain name above."""
        above = self.ancestors(node_id)
        if not above:
            return ""
        return f"{above[0].name} ({above[1].name})" if above[0].level is Level.CITE and len(above) > 1 else above[0].name


def grow(nodes: Iterable[Node]) -> TerritoryTree:
    """A tree of nodes given in any order."""
    found = TerritoryTree({node.id: node for node in nodes})
    order = list(Level)
    ranked = sorted(found.nodes.values(), key=lambda node: (len(found.ancestors(node.id)), order.index(node.level), fold(node.name)))
    return TerritoryTree({node.id: node for node in ranked})


@lru_cache(maxsize=8)
def grown(rows: tuple[tuple[Any, ...], ...]) -> TerritoryTree:
    """The tree of rows, each the fields of a `Node`. Territories change seldom: the same rows are the same tree."""
    return grow(Node(*row) for row in rows)


def territory_id(level: Level, name: str) -> str:
    """« cite-lille-sud »: stable as long as the name is, and never two levels alike."""
    return f"{level.value}-{re.sub(r'[^a-z0-9]+', '-', fold(name)).strip('-')}"[:100]
