"""An import is undone within a day, but for what somebody touched since; once, by whoever imported, and nothing else moves."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.administration.accounts import invitations
from app.administration.acts import UNDONE, Erasure, Invitation, PeopleImport
from app.administration.imports import queries, services
from app.identity import services as accounts
from app.identity.models import Membership, Person, Scope
from app.identity.rules import Role
from app.platform import clock
from app.platform.db import db
from app.platform.mail.outbox import OutgoingMail
from app.record.progress.models import Cohort, CohortMember, Enrolment, PersonFigures
from tests.administration.imports.imports import upload
from tests.administration.imports.undoing import FILE, INES, LINES, ZOE, app, counted, imported, later, left
from tests.administration.people_pages import acts, administrator, person, person_id, settled, stays
from tests.identity.builders import sign_in, stored_person
from tests.words import CORRECT_ALL, ERASED_PERSON, SIGN_OUT, UNDO_IMPORT

__all__ = ["app"]


OTHERS = Enrolment.person_id > 1
"""All but the administrator, who is enrolled by signing in."""


def test_all_goes_back_in_one_click(app: Flask) -> None:
    client = imported(app, *LINES)
    ines, zoe = person_id(app, INES), person_id(app, ZOE)
    assert (counted(app, Enrolment, OTHERS), counted(app, CohortMember), counted(app, Scope)) == (1, 2, 1), "who manages is enrolled once she begins"
    client.submit(UNDO_IMPORT)
    assert client.page.h1 == "Import défait"
    assert UNDO_IMPORT not in client.page.text
    assert stays(app, ines) == [("cite-lille-sud", True)]
    assert (counted(app, Enrolment, OTHERS), counted(app, CohortMember), counted(app, Scope)) == (0, 0, 0)
    assert counted(app, Membership) == 1
    assert counted(app, PersonFigures, PersonFigures.person_id == zoe) == 0
    with person(app, zoe) as row:
        assert (row.name, row.active) == (ERASED_PERSON, False)
    assert counted(app, Erasure, Erasure.ground == UNDONE) == 2
    assert [act for act, _subject in acts(app)].count("import_undone") == 1
    assert ("territory_left", ines) in acts(app)
    assert ("cohort_left", ines) in acts(app)
    upload(client, FILE.format("\r\n".join(LINES)).encode())
    client.submit("Importer 3")
    assert person_id(app, ZOE) != zoe, "its address is free again"


def test_a_second_click_changes_nothing(app: Flask) -> None:
    client = imported(app, *LINES)
    form = client.page.form(UNDO_IMPORT)
    client.submit(UNDO_IMPORT)
    before = acts(app)
    answer = client.post(form["action"], data=form["fields"])
    assert answer.status_code == 303
    assert acts(app) == before
    assert not later(app)


@pytest.mark.parametrize(("hours", "did"), [(0, True), (23.99, True), (24, False), (48, False)])
def test_within_a_day(app: Flask, hours: float, did: bool) -> None:
    imported(app, *LINES)
    assert later(app, hours) is did
    assert (counted(app, Membership, Membership.ended_on.is_(None)) == 1) is did


def test_too_late_is_said(app: Flask) -> None:
    client = imported(app, *LINES)
    form = client.page.form(UNDO_IMPORT)
    with app.app_context():
        row = db.session.scalars(select(PeopleImport)).one()
        row.applied_at = clock.now() - services.WITHIN
        db.session.commit()
    client.page = client.see(client.post(form["action"], data=form["fields"]).headers["Location"])
    assert "ne se défait plus" in client.page.text
    assert UNDO_IMPORT not in client.page.text
    assert counted(app, Erasure) == 0


def test_nobody_else_undoes_it(app: Flask) -> None:
    client = imported(app, *LINES)
    form = client.page.form(UNDO_IMPORT)
    stored_person(app, name="Autre Admin", email="autre@croisee.example", roles=[Role.ADMINISTRATOR])
    stored_person(app, name="Rose", email="rose@croisee.example", roles=[Role.LEARNER])
    for email in ("autre@croisee.example", "rose@croisee.example"):
        other = app.test_client()
        sign_in(other, email)
        token = other.see("/compte").form(SIGN_OUT)["fields"]["csrf_token"]
        assert other.post(form["action"], data={"csrf_token": token}).status_code == 404
    assert counted(app, Erasure) == 0


def test_an_invitation_goes_with_its_account(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = imported(app, *LINES)
    with app.app_context():
        row = db.session.scalars(select(Person).where(Person.email == ZOE)).one()
        monkeypatch.setattr(invitations, "can_be_mailed", lambda *_: True)
        invitations.invite(db.session, app.config["CROISEE"], row, 1, clock.now(), by_mail=True)
        db.session.commit()
    client.see(client.page.form(UNDO_IMPORT)["action"].removesuffix("/defaire"))
    assert "1 personne a déjà été invitée par courriel" in client.page.text
    client.submit(UNDO_IMPORT)
    assert (counted(app, Invitation), counted(app, OutgoingMail)) == (0, 0)
    assert left(app) == {}


def test_nobody_is_invited_by_an_import_that_was_undone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inès was there before, and was never invited."""
    client = imported(app, *LINES)
    with app.app_context():
        db.session.get_one(Person, person_id(app, INES)).password = None
        db.session.commit()
    monkeypatch.setattr(invitations, "can_be_mailed", lambda *_: True)
    client.see(client.page.form(UNDO_IMPORT)["action"].removesuffix("/defaire"))
    form = client.page.form("Inviter par courriel 3")
    client.submit(UNDO_IMPORT)
    assert "Inviter" not in client.page.text
    assert "lien à imprimer" not in client.page.text
    assert client.post(form["action"], data=form["fields"]).status_code == 303
    assert counted(app, Invitation) == 0


def test_a_name_of_an_undone_import_is_taken_out_of_no_text(app: Flask) -> None:
    """It may be whatever stood in the file."""
    imported(app, "Automne;a@v.example;;Lens;")
    assert later(app)
    with app.app_context():
        assert db.session.scalars(select(Cohort.name)).all() == ["Automne"]


def test_an_import_that_changed_nothing_has_nothing_to_undo(app: Flask) -> None:
    client = administrator(app)
    settled(app, "Inès Carpentier", "cite-lens", email=INES)
    upload(client, FILE.format(f"Carpentier;{INES};;Lens;\r\n=1;x@v.example;;;").encode())
    action = client.page.form(CORRECT_ALL)["action"].removesuffix("/corrections")
    with app.app_context():
        row = db.session.scalars(select(PeopleImport)).one()
        services.apply(db.session, row, queries.judge_lines(db.session, row), row.actor_id, clock.now())
        db.session.commit()
    assert "Défaire" not in client.see(action).text


def test_it_takes_as_many_statements_for_accounts_that_were_there_whatever_their_number(app: Flask) -> None:
    administrator(app)
    said: list[Sequence[str]] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
        found = []
        for count in (3, 60):
            people = [accounts.create_person(db.session, name=f"P {count} {n}", email=f"p{count}.{n}@v.example", now=clock.now()) for n in range(count)]
            db.session.commit()
            text = "Nom;Courriel;Cité\r\n" + "\r\n".join(f"{one.name};{one.email};Lens" for one in people)
            row = services.keep(db.session, services.lines_of(app.config["CROISEE"].instance_path, text.encode()), None, 1, clock.now())
            services.apply(db.session, row, queries.judge_lines(db.session, row), 1, clock.now())
            db.session.commit()
            said.clear()
            assert services.undo(db.session, app.config["CROISEE"], row, 1, clock.now())
            found.append(len(said))
            db.session.commit()
        assert found[1] <= found[0] + 2
