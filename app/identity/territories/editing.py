"""The tree changed by hand: a territory added, named, moved, withdrawn. Each change is written down; two at once never lose one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.identity.models import Membership, Scope, Territory, TerritoryChange
from app.identity.rules import Level
from app.identity.territories.queries import territory_tree
from app.identity.territories.rules import territory_id
from app.identity.territories.scope import belongs_on
from app.platform import log
from app.platform.errors import DomainError, NotYours
from app.platform.french import join_words, plural


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
