"""What several tests share: several machines on one database: what lies beside it, on which of them, and backups that say when it is not here. Damage, too, is said."""

from __future__ import annotations

from click.testing import Result
from flask import Flask

from app.administration.acts import REQUEST
from app.administration.privacy import erasure
from app.identity.models import Person
from app.platform.db import db
from tests.identity.builders import NOW


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=list(args))


def erase(app: Flask, number: int) -> None:
    with app.app_context():
        person = db.session.get_one(Person, number)
        erasure.erase(db.session, app.config["CROISEE"], person, actor_id=None, ground=REQUEST, now=NOW)
        db.session.commit()


def name_of(app: Flask, number: int) -> str:
    with app.app_context():
        return db.session.get_one(Person, number).name
