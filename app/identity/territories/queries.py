"""The tree as it is stored, and what was changed of it by hand."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Territory
from app.identity.territories.rules import Node, Tree, grow


def territory_tree(session: Session) -> Tree:
    """The whole tree, withdrawn nodes included: what happened there still happened."""
    rows = session.execute(select(Territory.id, Territory.level, Territory.name, Territory.parent_id, Territory.zone))
    return grow(Node(*row) for row in rows)
