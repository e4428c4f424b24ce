"""The tree as it is stored, and what was changed of it by hand."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Territory
from app.identity.territories.rules import Node, Tree, grow


def territory_tree(session: Session) -> Tree:
    """The whole tree, withdrawn nodes included: what happened there still happened."""
    rows = session.execute(select(Territory.id, Territory.level, Territory.name, Territory.parent_id, Territory.zone))
    return grow(Node(*row) for row in rows)


_PARENTS = select(Territory.id, Territory.parent_id)


def with_those_above(session: Session, node_ids: Collection[str]) -> frozenset[str]:
    """These nodes, and all above each: asked for by every home page, so without the tree. One SELECT; none for no node."""
    found = set[str]()
    parents: dict[str, str | None] = dict(session.execute(_PARENTS).all()) if node_ids else {}
    for node in node_ids:
        above: str | None = node
        while above and above in parents and above not in found:
            found.add(above)
            above = parents[above]
    return frozenset(found)
