"""Identical forms at once, each of which had read before the other wrote: one is done, and the other finds it done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import asdict
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.administration.accounts import invitations, merging
from app.administration.accounts import services as administering
from app.administration.accounts.invitations import AlreadyIn
from app.administration.acts import REQUEST, Erasure, Invitation, PeopleImport
from app.administration.imports import queries as imports
from app.administration.imports import services
from app.administration.privacy import erasure
from app.identity import hashing
from app.identity import services as accounts
from app.identity.models import Person
from app.identity.rules import Role
from app.identity.services import AddressTaken
from app.platform.db import db
from app.platform.mail.outbox import OutgoingMail
from tests.administration.people_pages import acts, administrator, person, settled, stays
from tests.identity.builders import NOW, SMALL, TODAY, at_once, both_sent, meeting, sign_in, signed_in, stored_person
from tests.making import make_app, make_settings

NEW = ("une phrase toute neuve, et longue", "une autre phrase, plus longue encore")
ADMIN, ELOISE, OTHER = 1, 2, 3


@pytest.fixture
def site(any_app: Flask) -> Flask:
    """Who administers, somebody who works in Lens and has no password, and somebody else."""
    stored_person(any_app, name="Ada Min", roles=[Role.ADMINISTRATOR], password=None)
    with any_app.app_context():
        accounts.sync_territories(db.session, SMALL)
        db.session.commit()
    settled(any_app, "Éloïse Zola", "cite-lens", password=None)
    stored_person(any_app, name="Éloïse Zola-Petit", password=None)
    return any_app


def twice(site: Flask, verb: Callable[..., Any], *given: Any, **named: Any) -> list[object]:
    """A verb of the administration about Éloïse, twice at once."""
    return at_once(site, lambda session: session.get_one(Person, ELOISE), lambda session, person: verb(session, person, *given, **named) and None)


def test_a_move(site: Flask) -> None:
    assert twice(site, administering.move, "cite-lille-sud", TODAY, leave=True, within=None, actor_id=ADMIN, now=NOW) == [None, None]
    assert stays(site, ELOISE) == [("cite-lens", False), ("cite-lille-sud", True)]
    assert acts(site) == [("territory_left", ELOISE), ("territory_joined", ELOISE)]


def test_a_departure(site: Flask) -> None:
    assert twice(site, administering.depart, "cite-lens", TODAY, within=None, actor_id=ADMIN, now=NOW) == [None, None]
    assert acts(site) == [("territory_left", ELOISE)]


def test_roles_and_territories(site: Flask) -> None:
    assert twice(site, administering.set_roles, [Role.LEARNER, Role.MANAGER], ["cite-lens"], ADMIN, NOW) == [None, None]
    with person(site, ELOISE) as row:
        assert row.role_set == {Role.LEARNER, Role.MANAGER}
    assert acts(site) == [("roles_set", ELOISE), ("scope_set", ELOISE)]


def test_closing(site: Flask) -> None:
    assert twice(site, administering.set_active, False, ADMIN, NOW) == [None, None]
    assert acts(site) == [("account_closed", ELOISE)]


def test_a_correction(site: Flask) -> None:
    named = {"name": "Éloïse Zola", "email": "zola@ville.example", "side": None, "actor_id": ADMIN, "now": NOW}
    assert twice(site, administering.correct, **named) == [None, None]
    assert acts(site) == [("details_changed", ELOISE)]


def test_one_address_for_two_people(site: Flask) -> None:
    ids = iter((ELOISE, OTHER))

    def correct(session: Session, row: Person) -> None:
        administering.correct(session, row, name=row.name, email="zola@ville.example", side=None, actor_id=ADMIN, now=NOW)

    found = at_once(site, lambda session: session.get_one(Person, next(ids)), correct)
    assert {type(each) for each in found} == {type(None), AddressTaken}


def test_an_invitation_drawn_and_withdrawn(site: Flask) -> None:
    def invite(session: Session, person: Person) -> None:
        invitations.invite(session, site.config["CROISEE"], person, ADMIN, NOW, by_mail=False)

    assert twice(site, invite) == [None, None]
    with site.app_context():
        assert len(db.session.scalars(select(Invitation)).all()) == 1
    assert twice(site, invitations.withdraw_invitation, ADMIN, NOW) == [None, None]
    assert [act for act, _ in acts(site)] == ["invited", "invited", "invitation_withdrawn"]


def test_an_invitation_is_accepted_once_for_two_passwords(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.app_context():
        row = invitations.invite(db.session, site.config["CROISEE"], db.session.get_one(Person, ELOISE), ADMIN, NOW, by_mail=False)
        path = invitations.link(site.config["CROISEE"], row)
        db.session.commit()
    path, forms = path[path.index("/invitation/") :], []
    for new in NEW:
        client = site.test_client()
        fields = client.see(path).form("Entrer dans Croisée")["fields"] | {"password": new, "side": "etat"}
        forms.append(lambda client=client, fields=fields: client.post(path, data=fields).status_code)
    with monkeypatch.context() as patch:
        meeting(patch, hashing, "hash_password")
        answers = both_sent(forms)
    assert sorted(answers) == [303, 410]
    assert [act for act, _ in acts(site)] == ["invited", "invitation_accepted"]
    client = site.test_client()
    sign_in(client, "éloïse.zola@croisee.example", NEW[answers.index(303)])
    assert signed_in(client)


def test_an_invitation_drawn_while_the_person_comes_in(site: Flask) -> None:
    """Who has read that nobody came in finds, once it is their turn, that somebody has."""
    with site.app_context():
        read = db.session.get_one(Person, ELOISE)
        assert read.password is None
        with person(site, ELOISE) as row:
            accounts.set_password(db.session, row, hashing.hash_new_password(NEW[0]))
            db.session.commit()
        with pytest.raises(AlreadyIn):
            invitations.invite(db.session, site.config["CROISEE"], read, ADMIN, NOW, by_mail=False)


def test_a_merge_keeps_the_roles_that_were_given_meanwhile(site: Flask) -> None:
    with site.app_context():
        kept, gone = (db.session.get_one(Person, number) for number in (ELOISE, OTHER))
        with site.app_context():
            accounts.set_roles(db.session, db.session.get_one(Person, OTHER), [Role.TRAINER])
            db.session.commit()
        merging.merge_accounts(db.session, kept, gone, ADMIN, NOW)
        db.session.commit()
    with person(site, ELOISE) as row:
        assert row.role_set == {Role.LEARNER, Role.TRAINER}


def test_an_erasure(site: Flask) -> None:

    def erase(session: Session, person: Person) -> None:
        erasure.erase(session, site.config["CROISEE"], person, actor_id=ADMIN, ground=REQUEST, now=NOW)

    assert twice(site, erase) == [None, None]
    with site.app_context():
        assert len(db.session.scalars(select(Erasure)).all()) == 1


def test_the_letters_of_an_import_leave_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(make_settings(tmp_path / "mailing", smtp_host="127.0.0.1", site_url="https://croisee.example"))
    client = administrator(app)
    done = [asdict(imports.LineResult(2, imports.CREATED, person_id=stored_person(app, name="Éloïse Zola", password=None)))]
    with app.app_context():
        db.session.add(PeopleImport(id="file", actor_id=ADMIN, created_at=NOW, rows=[], verdicts=done, applied_at=NOW))
        db.session.commit()
    form, cookie, forms = client.see("/administration/import/file").form("Inviter"), client.get_cookie("croisee"), []
    assert cookie
    for _ in range(2):
        tab = app.test_client()
        tab.set_cookie("croisee", cookie.value)
        forms.append(lambda tab=tab: tab.post(form["action"], data=form["fields"]).status_code)
    with monkeypatch.context() as patch:
        meeting(patch, imports, "own")
        assert both_sent(forms) == [303, 303]
    with app.app_context():
        assert len(db.session.scalars(select(OutgoingMail)).all()) == 1


def test_an_import_is_undone_once(site: Flask) -> None:
    done = [asdict(services.Deed(ELOISE, True)), asdict(services.Deed(OTHER, False, place="cite-lens"))]
    with site.app_context():
        accounts.join_territory(db.session, db.session.get_one(Person, OTHER), "cite-lens", TODAY)
        db.session.add(PeopleImport(id="file", actor_id=ADMIN, created_at=NOW, rows=[], verdicts=[], done=done, applied_at=NOW))
        db.session.commit()

    def undo(session: Session, _row: PeopleImport) -> None:
        services.undo(session, site.config["CROISEE"], imports.own(session, "file", ADMIN, to_write=True), ADMIN, NOW)

    assert at_once(site, lambda session: imports.own(session, "file", ADMIN), undo) == [None, None]
    assert [act for act, _subject in acts(site)].count("import_undone") == 1
    assert acts(site).count(("person_erased", ELOISE)) == 1
    assert stays(site, OTHER) == []
