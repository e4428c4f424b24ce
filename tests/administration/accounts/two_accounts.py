"""Two accounts of one person, and two of others, with what may hang on them: for tests of a merge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.administration.accounts import merging
from app.assessment.models import Attempt
from app.content.values.text import CompletionCriterion
from app.identity import services as accounts
from app.identity.models import Membership, Person
from app.platform.db import db
from app.record.progress.models import Enrolment, LearningEvent
from tests.identity.builders import NOW, SMALL, TODAY, create_person

KEPT, GONE, ACTOR, OTHER = 1, 2, 3, 4
"""The account that stays, the one that is closed, who merges them, and somebody whom it must not touch."""


def at(days: int) -> datetime:
    return NOW + timedelta(days=days)


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture(scope="module")
def four_accounts(shared_app: Flask) -> Flask:
    """Four accounts on a site with four cités."""
    with shared_app.app_context():
        accounts.sync_territories(db.session, SMALL)
        for name in ("Éloïse Zola", "Éloïse Zola-Petit", "Ada Min", "Paul Tiers"):
            create_person(db.session, name=name, password=None)
        db.session.commit()
    return shared_app


@pytest.fixture
def two(four_accounts: Flask) -> Iterator[Session]:
    """What a test writes is taken back."""
    with four_accounts.app_context():
        yield db.session
        db.session.rollback()


def people(session: Session) -> tuple[Person, Person]:
    return session.get_one(Person, KEPT), session.get_one(Person, GONE)


def merge(session: Session) -> None:
    session.flush()
    merging.merge_accounts(session, *people(session), ACTOR, NOW)
    session.flush()
    session.expire_all()


def owners(session: Session, table: Any, *columns: str) -> list[tuple[Any, ...]]:
    """(owner, columns…) of a table's rows, in order."""
    return sorted(tuple(row) for row in session.execute(select(table.person_id, *(getattr(table, column) for column in columns))))


def event(person: int, element: str, day: int, kind: str = "read", criterion: str = CompletionCriterion.READ.value, **more: Any) -> LearningEvent:
    return LearningEvent(
        person_id=person, element_id=element, event=kind, at=at(day), criterion=criterion, idempotency_key=f"{person}-{element}-{day}", source="web", **more
    )


def attempt(person: int, number: int, quiz: str = "quiz", practice: bool = False, submitted: bool = True) -> Attempt:
    return Attempt(
        person_id=person, quiz_id=quiz, title="Quiz", number=number, practice=practice, seed=1, questions=[], pins={}, policy={}, started_at=at(-5),
        submitted_at=at(-4) if submitted else None,
    )  # fmt: skip


def enrolment(person: int, path: str, day: int, *pins: str) -> Enrolment:
    return Enrolment(person_id=person, path_id=path, enrolled_at=at(day), pins=[[pin, "module", at(day).isoformat()] for pin in pins])


def stay(person: int, place: str, begun: int, ended: int | None = None) -> Membership:
    return Membership(person_id=person, territory_id=place, started_on=on(begun), ended_on=None if ended is None else on(ended))
