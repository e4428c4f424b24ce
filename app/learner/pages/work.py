"""What waits at work, for whoever learns and has another role: each package says it of its own place, in a few words, at the head of the table."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from app.identity.queries import SignedIn
from app.identity.rules import WORKPLACES
from app.platform import hooks


class Workplace(Struct, frozen=True):
    endpoint: str
    today: tuple[tuple[str, str], ...]


def workplaces(session: Session, person: SignedIn, now: datetime) -> tuple[Workplace, ...]:
    """Lists what waits in each workplace of the person; none for learners, at no cost."""
    waiting = hooks.waiting_work.here()
    return tuple(Workplace(place, waiting[place](session, person, now)) for role, place in WORKPLACES.items() if role in person.roles and place in waiting)
