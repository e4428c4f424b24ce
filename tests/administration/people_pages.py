"""Accounts and pages that the tests of people share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.identity import services
from app.identity.audit import AdministrativeAct
from app.identity.models import Membership, Person
from app.identity.rules import Role
from app.platform.db import db
from tests.identity.builders import SMALL, TODAY, sign_in, stored_person
from tests.strict import StrictClient

ADMIN = "ada.min@croisee.example"


def administrator(app: Flask) -> StrictClient:
    """Somebody who administers, signed in, on a site with four cités."""
    stored_person(app, name="Ada Min", roles=[Role.LEARNER, Role.ADMINISTRATOR])
    with app.app_context():
        services.sync_territories(db.session, SMALL)
        db.session.commit()
    client = app.test_client()
    assert isinstance(client, StrictClient)
    sign_in(client, ADMIN)
    return client


def manager(app: Flask, *scope: str) -> StrictClient:
    number = stored_person(app, name="Rose Ponsable", roles=[Role.MANAGER])
    with app.app_context():
        services.set_scope(db.session, db.session.get_one(Person, number), scope)
        db.session.commit()
    client = app.test_client()
    assert isinstance(client, StrictClient)
    sign_in(client, "rose.ponsable@croisee.example")
    return client


def settled(app: Flask, name: str, territory: str, **changes: Any) -> int:
    """A person who has worked somewhere for a month; their id."""
    number = stored_person(app, name=name, **changes)
    with app.app_context():
        services.join_territory(db.session, db.session.get_one(Person, number), territory, TODAY - timedelta(days=30))
        db.session.commit()
    return number


def person_id(app: Flask, email: str) -> int:
    with app.app_context():
        return db.session.scalars(select(Person.id).where(Person.email == email)).one()


def stays(app: Flask, number: int) -> list[tuple[str, bool]]:
    """(territory, still there) in the order in which they began."""
    with app.app_context():
        rows = db.session.scalars(select(Membership).where(Membership.person_id == number).order_by(Membership.id))
        return [(row.territory_id, row.ended_on is None) for row in rows]


def acts(app: Flask) -> list[tuple[str, int | None]]:
    with app.app_context():
        return [(row.act, row.subject_id) for row in db.session.scalars(select(AdministrativeAct).order_by(AdministrativeAct.id))]


@contextmanager
def person(app: Flask, number: int) -> Iterator[Person]:
    with app.app_context():
        yield db.session.get_one(Person, number)
