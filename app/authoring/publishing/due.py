"""Which promised publications have come to their time: asked often, by processes that know nothing of the course."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.authoring.models import PlannedPublication


def anything_due(session: Session, now: datetime) -> bool:
    return session.scalar(select(PlannedPublication.id).where(is_due(now)).limit(1)) is not None


def is_due(now: datetime) -> ColumnElement[bool]:
    return and_(PlannedPublication.due_at <= now, PlannedPublication.refused_at.is_(None))
