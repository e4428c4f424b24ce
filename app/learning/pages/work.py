"""What waits at work, for whoever learns and has another role: each package says it of its own place, in a few words, at the head of the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app
from msgspec import Struct
from sqlalchemy.orm import Session

from app.identity.queries import SignedIn
from app.identity.rules import WORKPLACES

WORK = "croisee_work"
"""`app.extensions[WORK]`: a place of work, by its endpoint → what waits there today; (words, address) of each, those that are none left out."""

Waiting = Callable[[Session, SignedIn, datetime], tuple[tuple[str, str], ...]]


class Workplace(Struct, frozen=True):
    endpoint: str
    today: tuple[tuple[str, str], ...]


def init_app(app: Flask) -> None:
    app.extensions[WORK] = dict[str, Waiting]()


def workplaces(session: Session, person: SignedIn, now: datetime) -> tuple[Workplace, ...]:
    """None for whoever only learns, at no cost."""
    said: dict[str, Waiting] = current_app.extensions[WORK]
    return tuple(Workplace(place, said[place](session, person, now)) for role, place in WORKPLACES.items() if role in person.roles)
