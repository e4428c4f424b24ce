"""What is kept of somebody's arrival. Flushes, never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.identity.rules import Side
from app.learner.positioning.models import Arrival
from app.platform.db import insert_once
from app.record.progress.models import LearningEvent
from app.record.progress.rules import EventType


def arrives(session: Session, person_id: int) -> bool:
    """Whether the first page was not shown yet, and would come in time: whoever did something in the course has arrived long ago."""
    shown = select(Arrival.person_id).where(Arrival.person_id == person_id)
    begun = select(LearningEvent.id).where(LearningEvent.person_id == person_id, LearningEvent.event != EventType.DUE_MOVED.value).limit(1)
    return session.scalar(shown) is None and session.scalar(begun) is None


def show(session: Session, person_id: int, now: datetime) -> bool:
    """Note that it is shown. False when it was already."""
    return insert_once(session, Arrival, {"person_id": person_id, "shown_at": now, "wish": ""})


def say(session: Session, person_id: int, side: Side | None, words: str, now: datetime) -> None:
    """Keep what the person said."""
    wish(session, person_id, words, now)
    session.get_one(Person, person_id).side = side
    session.flush()


def wish(session: Session, person_id: int, words: str, now: datetime) -> None:
    """Keep what the person wants from the course."""
    show(session, person_id, now)
    arrival = session.get_one(Arrival, person_id, with_for_update=True, populate_existing=True)
    arrival.wish, arrival.said_at = words, now if words else None
    session.flush()


def wish_of(session: Session, person_id: int) -> str:
    return session.scalar(select(Arrival.wish).where(Arrival.person_id == person_id)) or ""
