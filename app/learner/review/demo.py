"""The demonstration's part in the review: some who come back each week to what they finished, one of whom was away, one who asked for the letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.demo import load as demo
from app.identity.demo.load import LoadedPerson
from app.identity.demo.people import Stage
from app.identity.letters import preferences
from app.identity.rules import Role
from app.learner.review.deck import deck_of
from app.learner.review.models import ReviewCard
from app.learner.review.queries import LETTER, asking
from app.learner.review.rules import Item, plan, rating_of
from app.learner.review.services import write_answer

REVIEWING = frozenset({Stage.ONE_MODULE, Stage.TWO_MODULES, Stage.FINISHED, Stage.FINISHED_THEN_NEWS, Stage.LAST_QUIZ, Stage.SILENT})
MOST = 9
"""People who review."""
WEEKS = 9
KNOWS, SURE = 0.8, 0.85
"""How often they are right, and then do not hesitate."""


def init_app(app: Flask) -> None:
    demo.add_step(app, load)


def load(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """Once: where there is a card, nothing more is written."""
    if session.scalar(select(ReviewCard.id).limit(1)) is not None:
        return
    published = course(session)
    reviewing = [person for person in people if person.stage in REVIEWING and Role.LEARNER in person.roles][:MOST]
    for place, person in enumerate(reviewing):
        _review(session, published, person, now)
        if place == 0:
            preferences.accept(session, person.id, LETTER, now)


def _review(session: Session, published: Course, person: LoadedPerson, now: datetime) -> None:
    """Week after week, what was asked then. The last days are left: something waits today."""
    chance, away = Random(person.id), 4 if person.stage is Stage.SILENT else 1  # noqa: S311 — a demonstration, not a secret
    for week in range(WEEKS, away - 1, -1):
        at = now - timedelta(weeks=week, hours=chance.randint(1, 30))
        deck = deck_of(session, published, person.id, at)
        finished = tuple(item for item in deck.items if item.finished_at < at)
        for number, item in enumerate(plan(type(deck)(finished, deck.introduced), at)):
            _answer(session, published, person.id, item, at + timedelta(minutes=number), chance)


def _answer(session: Session, published: Course, person_id: int, item: Item, at: datetime, chance: Random) -> None:
    one, right = asking(published, item), chance.random() < KNOWS
    given = one.kind.read(one.layout, one.kind.sample(one.layout, right))
    write_answer(session, person_id, item, one, rating_of(one.is_right(given), chance.random() > SURE), given, at)
