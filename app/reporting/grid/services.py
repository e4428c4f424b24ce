"""Keep a view of the grid, or take one away. They flush, never commit."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.identity.services import lock_person
from app.platform.errors import DomainError, NotYours
from app.reporting.grid.models import VIEW_NAME_LENGTH, SavedView

MOST_VIEWS = 30


class NoName(DomainError):
    sentence = f"Donnez un nom à la vue, de {VIEW_NAME_LENGTH} caractères au plus."


class TooManyViews(DomainError):
    sentence = f"{MOST_VIEWS} vues au plus : retirez-en une d’abord."


def save(session: Session, person_id: int, name: str, fields: Mapping[str, str], now: datetime) -> None:
    """A name that is taken gets this filter: saving twice is saving once. Raises NoName, TooManyViews."""
    name = " ".join(name.split())
    if not 0 < len(name) <= VIEW_NAME_LENGTH:
        raise NoName
    lock_person(session, person_id)
    mine = SavedView.person_id == person_id
    if session.scalar(select(SavedView.id).where(mine, SavedView.name == name)):
        session.execute(update(SavedView).where(mine, SavedView.name == name).values(fields=dict(fields), saved_at=now))
        return
    if (session.scalar(select(func.count()).select_from(SavedView).where(mine)) or 0) >= MOST_VIEWS:
        raise TooManyViews
    session.add(SavedView(id=secrets.token_urlsafe(12), person_id=person_id, name=name, fields=dict(fields), saved_at=now))
    session.flush()


def remove(session: Session, person_id: int, view_id: str) -> None:
    """One's own, once; somebody else's does not exist."""
    view = session.get(SavedView, view_id)
    if view is not None and view.person_id != person_id:
        raise NotYours
    session.execute(delete(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id))


def follow_merge(session: Session, kept: int, gone: int) -> None:
    """Two accounts become one: its views follow, but for names that the kept account has."""
    names = select(SavedView.name).where(SavedView.person_id == kept)
    theirs = update(SavedView).where(SavedView.person_id == gone, SavedView.name.not_in(names.scalar_subquery()))
    session.execute(theirs.values(person_id=kept), execution_options={"synchronize_session": False})
