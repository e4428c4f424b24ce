"""The cités without anybody, each with whom to write to: who looks after it, or after the nearest territory above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Person, PersonRole, Scope
from app.identity.rules import TERRITORIAL
from app.platform.mail.outbox import reachable
from app.reporting.overview.map import District
from app.reporting.scope.queries import ReportScope


class CiteContact(Struct, frozen=True):
    id: int
    name: str
    email: str
    """Empty where they have none."""


class EmptyCite(Struct, frozen=True):
    name: str
    contacts: tuple[CiteContact, ...]
    at: str
    """The territory above which they look after; empty where it is the cité itself."""


def without_anybody(session: Session, scope: ReportScope, shown: Sequence[District]) -> tuple[EmptyCite, ...]:
    """One SELECT; none where each cité has somebody."""
    empty = [tile.id for district in shown for tile in district.tiles if tile.kind == "empty"]
    if not empty:
        return ()
    above = {node.id for cite in empty for node in scope.tree.ancestors(cite)}
    holds = select(PersonRole.person_id).where(PersonRole.person_id == Person.id, PersonRole.name.in_(TERRITORIAL)).exists()
    query = select(Scope.territory_id, Person.id, Person.name, Person.email).join(Person, Person.id == Scope.person_id)
    found: dict[str, list[CiteContact]] = {}
    for territory, number, name, email in session.execute(query.where(Scope.territory_id.in_(above), Person.active, holds).order_by(Person.search_key)):
        found.setdefault(territory, []).append(CiteContact(number, name, reachable(email)))
    return tuple(_cite(scope, cite, found) for cite in empty)


def _cite(scope: ReportScope, cite: str, found: Mapping[str, Sequence[CiteContact]]) -> EmptyCite:
    nearest = next((node for node in scope.tree.ancestors(cite) if node.id in found), None)
    name = scope.tree.path_name(cite)
    return EmptyCite(name, (), "") if nearest is None else EmptyCite(name, tuple(found[nearest.id]), "" if nearest.id == cite else nearest.name)
