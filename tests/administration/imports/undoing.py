"""What several tests share: an import is undone within a day, but for what somebody touched since; once, by whoever imported, and nothing else moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.administration.acts import PeopleImport
from app.administration.imports import services
from app.identity.rules import Role
from app.platform.db import db
from app.record.progress.models import Cohort
from tests.administration.imports.imports import upload
from tests.administration.people_pages import administrator, settled
from tests.identity.builders import TODAY
from tests.record.world import World

FILE = "Nom;Courriel;Rôles;Cité;Cohorte\r\n{}"
INES, ZOE, ERIC = "ines@v.example", "zoe@v.example", "eric@v.example"
"""Inès is there before; Zoé and Éric are opened by the import."""


@pytest.fixture
def app(either: World) -> Flask:
    """The small course, on both databases."""
    return either.app


def cohort(app: Flask) -> int:
    with app.app_context():
        db.session.add(row := Cohort(name="Automne", path_id="acculturation", starts_on=TODAY))
        db.session.commit()
        return row.id


def imported(app: Flask, *lines: str, role: Role = Role.LEARNER) -> Any:
    """The site with Inès, who works in Lille, and this file imported; its administrator."""
    client = administrator(app)
    settled(app, "Inès Carpentier", "cite-lille-sud", email=INES, roles=[role])
    cohort(app)
    upload(client, FILE.format("\r\n".join(lines)).encode())
    client.submit("Importer")
    return client


LINES = (f"Carpentier;{INES};;Lens;Automne", f"Zoé Petit;{ZOE};responsable;Lens;Automne", f"Éric Grand;{ERIC};;Lens;")


def counted(app: Flask, table: Any, *which: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table).where(*which)) or 0


def later(app: Flask, hours: float = 1) -> bool:
    """The one import undone so many hours after it was applied. Whether that did something."""
    with app.app_context():
        row = db.session.scalars(select(PeopleImport)).one()
        assert row.applied_at is not None
        did = services.undo(db.session, app.config["CROISEE"], row, row.actor_id, row.applied_at + timedelta(hours=hours))
        db.session.commit()
        return did


def left(app: Flask) -> dict[int, str]:
    with app.app_context():
        return {deed["person_id"]: deed["why"] for deed in db.session.scalars(select(PeopleImport)).one().done}
