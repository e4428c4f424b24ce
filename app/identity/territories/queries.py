"""The tree as it is stored, and what was changed of it by hand."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Territory
from app.identity.territories.rules import TerritoryTree, grown

_NODES = select(Territory.id, Territory.level, Territory.name, Territory.parent_id, Territory.zone)


def territory_tree(session: Session) -> TerritoryTree:
    """The whole tree, withdrawn nodes included: what happened there still happened."""
    return grown(tuple(map(tuple, session.execute(_NODES))))
