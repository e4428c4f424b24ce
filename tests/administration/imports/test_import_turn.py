"""Applying an import: what others did between the judging and the writer's turn, and what a line costs while everybody else waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.administration.accounts import services as accounts
from app.administration.acts import PeopleImport
from app.administration.imports import queries as imports
from app.administration.imports import services as writing
from app.administration.imports import spreadsheet
from app.identity import services
from app.identity.models import Person
from app.identity.rules import Role
from app.platform import clock
from app.platform.db import db
from tests.administration.imports.imports import people_file, upload
from tests.administration.people_pages import administrator, person_id, stays
from tests.identity.builders import stored_person


def applied(app: Flask, meanwhile: Callable[[], None]) -> list[imports.LineResult]:
    """The one import, judged, then written after what happened meanwhile."""
    with app.app_context():
        row = db.session.scalars(select(PeopleImport).where(PeopleImport.applied_at.is_(None))).one()
        judged = imports.judge_lines(db.session, row)
        meanwhile()
        writing.apply(db.session, row, judged, row.actor_id, clock.now())
        writing.apply(db.session, row, judged, row.actor_id, clock.now())
        db.session.commit()
        return imports.verdicts(db.session, row)


def test_a_line_that_somebody_else_opened_meanwhile_is_refused(app: Flask) -> None:
    """It was judged while others went on writing."""
    upload(administrator(app), people_file(2))

    def opened() -> None:
        accounts.open_account(db.session, name="Autre", email="p1@ville.example", roles=[Role.LEARNER], territory="", side=None, actor_id=1, now=clock.now())

    assert [verdict.outcome for verdict in applied(app, opened)] == [imports.REFUSED, imports.CREATED]
    with app.app_context():
        assert len(db.session.scalars(select(Person.id)).all()) == 3


def test_an_account_that_was_closed_meanwhile_is_given_nothing(app: Flask) -> None:
    client = administrator(app)
    number = stored_person(app, name="Personne 1", email="p1@ville.example")
    upload(client, people_file(2))
    found = applied(app, lambda: services.set_active(db.session, db.session.get_one(Person, number), False))
    assert [verdict.outcome for verdict in found] == [imports.REFUSED, imports.CREATED]
    assert found[0].remedy == "Ce compte vient d’être fermé : retirez la ligne."
    assert (stays(app, number), stays(app, person_id(app, "p2@ville.example"))) == ([], [("cite-lens", True)])


@pytest.fixture
def said(app: Flask) -> list[str]:
    """Every statement that the database is given."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    return said


def test_the_check_of_the_longest_file_takes_a_dozen_statements(app: Flask, said: list[str]) -> None:
    """Whoever is in it: nobody yet, or everybody. Two of them are asked again only where a second has gone by."""
    client = administrator(app)
    for outcome in ("Créées", "Inchangées"):
        upload(client, people_file(spreadsheet.MOST_LINES))
        with app.app_context():
            kept = db.session.scalars(select(PeopleImport.id).where(PeopleImport.applied_at.is_(None))).one()
        said.clear()
        assert f"{outcome} 2\u202f000" in client.get(f"/administration/import/{kept}").get_data(as_text=True).replace("</dt><dd>", " ")
        asked = [statement for statement in said if not statement.startswith(("BEGIN", "ROLLBACK", "COMMIT"))]
        assert len(asked) <= 13, "one of them where the version of the site is read again, every five seconds"
        applied(app, lambda: None)


def test_an_import_takes_as_many_statements_whatever_its_length(app: Flask, said: list[str]) -> None:
    """Under the writer's turn, each statement is everybody's wait."""
    client = administrator(app)
    for outcome, most in ((imports.CREATED, 20), (imports.UNCHANGED, 14)):
        upload(client, people_file(200))
        with app.app_context():
            row = db.session.scalars(select(PeopleImport).where(PeopleImport.applied_at.is_(None))).one()
            judged = imports.judge_lines(db.session, row)
            said.clear()
            writing.apply(db.session, row, judged, row.actor_id, clock.now())
            assert len(said) <= most
            db.session.commit()
            assert {verdict.outcome for verdict in imports.verdicts(db.session, row)} == {outcome}
