"""Two requests about one person at once, each having read before the other writes: the second sees what the first did."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity import email_preferences, hashing, services, sessions
from app.identity.models import MailRefusal, Person, SignIn
from app.platform.db import db
from tests.identity.builders import INES, NOW, PASSWORD, at_once, both_sent, create_person, meeting, row, signed_in, stored_person
from tests.identity.builders import sign_in as enter
from tests.identity.passwords.password_links import token_for
from tests.words import SIGN_IN

NEW = ("une phrase toute neuve, et longue", "une autre phrase, plus longue encore")


def test_one_address_is_given_to_one_person(any_app: Flask) -> None:
    def free(session: Session) -> None:
        session.execute(select(func.count()).select_from(Person))

    found = at_once(any_app, free, lambda session, _: create_person(session, password=None).name)
    assert {type(each) for each in found} == {str, services.AddressTaken}
    with any_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_a_password_link_works_once_for_two_passwords(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    number = stored_person(any_app)
    path = f"/mot-de-passe-oublie/{token_for(any_app, number, hours=1)}"
    forms = []
    for new in NEW:
        client = any_app.test_client()
        fields = client.see(path).form("Enregistrer")["fields"] | {"password": new}
        forms.append(lambda client=client, fields=fields: client.post(path, data=fields).status_code)
    with monkeypatch.context() as patch:
        meeting(patch, hashing, "hash_password")
        answers = both_sent(forms)
    assert sorted(answers) == [303, 410]
    client = any_app.test_client()
    enter(client, password=NEW[answers.index(303)])
    assert signed_in(client)


def while_checked(patch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Something happens once a password was found to be right, before anything comes of it."""
    real = Person.verify_and_update_password

    def checked(person: Person, typed: str) -> bool:
        right = real(person, typed)
        person.password = hashing.hash_new_password(typed)  # as where the hash is of older parameters
        happens()
        return bool(right)

    patch.setattr(Person, "verify_and_update_password", checked)


@pytest.mark.parametrize("what", ["password", "sessions", "account"])
def test_a_password_that_changes_while_it_is_checked_opens_nothing(any_app: Flask, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    number, client = stored_person(any_app), any_app.test_client()

    def change() -> None:
        with any_app.app_context():
            person = db.session.get_one(Person, number)
            if what == "password":
                services.set_password(db.session, person, hashing.hash_new_password(NEW[0]))
            elif what == "sessions":
                services.close_sessions(db.session, person)
            else:
                services.set_active(db.session, person, False)
            db.session.commit()

    client.see("/connexion")
    with monkeypatch.context() as patch:
        while_checked(patch, change)
        page = client.submit(SIGN_IN, status=422, email=INES, password=PASSWORD)
    assert "Votre mot de passe vient de changer" in page.text
    assert client.get_cookie(sessions.COOKIE) is None
    assert not signed_in(client)
    with any_app.app_context():
        assert db.session.scalars(select(SignIn)).all() == []
    if what == "password":
        enter(client, password=NEW[0])
        assert signed_in(client)


def test_a_password_that_changes_while_its_holder_chooses_another(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    number, forms = stored_person(any_app), []
    for new in NEW:
        client = any_app.test_client()
        enter(client)
        fields = client.see("/compte/mot-de-passe").form("Changer")["fields"] | {"current": PASSWORD, "password": new}
        forms.append(lambda client=client, fields=fields: client.post("/compte/mot-de-passe", data=fields).status_code)
    with monkeypatch.context() as patch:
        meeting(patch, hashing, "hash_password")
        answers = both_sent(forms)
    assert sorted(answers) == [303, 422]
    with any_app.app_context():
        assert len(db.session.scalars(select(SignIn).where(SignIn.person_id == number)).all()) == 1


def test_letters_refused_twice_at_once_or_one_after_the_other_are_refused(any_app: Flask) -> None:
    number = stored_person(any_app)
    kinds = iter(("relance", "bilan", "reponses", "reponses"))

    def refused(session: Session, _read: object) -> None:
        email_preferences.refuse(session, number, next(kinds), NOW)

    for _ in range(2):
        assert at_once(any_app, lambda session: email_preferences.wanted_kinds(session, number), refused) == [None, None]
    with any_app.app_context():
        assert set(db.session.scalars(select(MailRefusal.kind))) == {"relance", "bilan", "reponses"}


def test_what_is_locked_is_read_again(any_app: Flask) -> None:
    """The row and its roles, as somebody else left them."""
    number = stored_person(any_app)
    with any_app.app_context():
        person = db.session.get_one(Person, number)
        changed(any_app, number)
        services.lock(db.session, person)
        assert (person.name, person.role_set) == ("Inès Autrement", frozenset())
    assert row(any_app, number).name == "Inès Autrement"


def changed(app: Flask, number: int) -> None:
    with app.app_context():
        other = db.session.get_one(Person, number)
        other.name = "Inès Autrement"
        services.set_roles(db.session, other, [])
        db.session.commit()
