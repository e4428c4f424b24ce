"""`/compte`: what a person reads and changes about themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.identity import services
from app.identity.models import Person
from app.identity.rules import Role, Side
from app.platform.db import db
from app.platform.mail.outbox import OutgoingMail
from tests.identity.builders import NOW, PASSWORD, SMALL, TODAY, row, sign_in, stored_person
from tests.making import make_app, make_settings
from tests.strict import StrictClient
from tests.words import CHANGE_PASSWORD, CLOSE_OTHER_SESSIONS, SIGN_IN

NEW = "une autre phrase, plus longue encore"


@pytest.fixture
def ines(app: Flask, client: StrictClient) -> int:
    number = stored_person(app, roles=[Role.LEARNER, Role.MANAGER])
    sign_in(client)
    return number


@pytest.mark.usefixtures("ines")
def test_the_page_shows_address_roles_and_date(client: StrictClient) -> None:
    text = client.see("/compte").text
    assert "inès.carpentier@croisee.example" in text
    assert "suivre le cours, accompagner des territoires" in text
    assert "24\u00a0novembre 2026" in client.page.html


def test_territories_present_and_past_and_scope_are_shown(app: Flask, client: StrictClient, ines: int) -> None:
    with app.app_context():
        person = db.session.get_one(Person, ines)
        services.sync_territories(db.session, SMALL)
        services.join_territory(db.session, person, "cite-lens", TODAY - timedelta(days=400))
        services.leave_territory(db.session, person, "cite-lens", TODAY - timedelta(days=100))
        services.join_territory(db.session, person, "cite-lille-sud", TODAY - timedelta(days=100))
        services.set_scope(db.session, person, ["departement-nord"])
        db.session.commit()
    text = client.see("/compte").text
    assert text.index("Lille Sud") < text.index("Lens")
    assert "en cours" in text
    assert "aujourd’hui" not in text, "which would be its last day"
    assert "Territoires suivisNord" in text


def test_name_and_side_are_changed(app: Flask, client: StrictClient, ines: int) -> None:
    client.see("/compte")
    page = client.submit("Enregistrer", name="  Inès   Carpentier-Roux ", side="etat")
    assert "Vos informations sont enregistrées." in page.text
    person = row(app, ines)
    assert (person.name, person.side) == ("Inès Carpentier-Roux", Side.ETAT)
    client.submit("Enregistrer", side="")
    assert row(app, ines).side is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Indiquez le nom sous lequel on vous connaît."),
        ({"name": "x" * 121}, "120 caractères au plus."),
        ({"side": "martien"}, "N'est pas un choix valide."),
    ],
)
def test_a_refused_profile_is_shown_again_and_stores_nothing(app: Flask, client: StrictClient, ines: int, changes: dict[str, str], said: str) -> None:
    client.see("/compte")
    assert said in client.submit("Enregistrer", status=422, **changes).text
    assert row(app, ines).name == "Inès Carpentier"


def test_changing_the_password_closes_the_other_sessions_and_keeps_this_one(app: Flask, client: StrictClient, ines: int) -> None:
    other = app.test_client()
    sign_in(other)
    client.see("/compte/mot-de-passe")
    page = client.submit(CHANGE_PASSWORD, current=PASSWORD, password=NEW)
    assert "Vos autres sessions sont fermées." in page.text
    assert other.get("/compte").status_code == 302
    third = app.test_client()
    third.see("/connexion")
    third.submit(SIGN_IN, status=422, email="inès.carpentier@croisee.example", password=PASSWORD)
    sign_in(third, password=NEW)
    assert third.get("/compte").status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"current": "pas le bon", "password": NEW}, "Ce n’est pas votre mot de passe actuel."),
        ({"current": "", "password": NEW}, "Indiquez votre mot de passe actuel."),
        ({"current": "\ufdfa" * 5000, "password": NEW}, "Ce n’est pas votre mot de passe actuel."),
        ({"current": PASSWORD, "password": "court"}, "Il faut 12 caractères ou plus"),
        ({"current": PASSWORD, "password": "Carpentier59!"}, "ressemble trop à votre nom"),
        ({"current": PASSWORD, "password": ""}, "Choisissez un mot de passe."),
    ],
)
def test_a_refused_password_changes_nothing(app: Flask, client: StrictClient, ines: int, typed: dict[str, str], said: str) -> None:
    before = row(app, ines)
    client.see("/compte/mot-de-passe")
    page = client.submit(CHANGE_PASSWORD, status=422, **typed)
    assert said in page.text
    assert NEW not in page.html
    after = row(app, ines)
    assert (after.password, after.fs_uniquifier) == (before.password, before.fs_uniquifier)


def test_closing_the_other_sessions(app: Flask, client: StrictClient, ines: int) -> None:
    other = app.test_client()
    sign_in(other)
    before = row(app, ines).fs_uniquifier
    client.see("/compte")
    assert "Celle-ci reste ouverte." in client.submit(CLOSE_OTHER_SESSIONS).text
    assert row(app, ines).fs_uniquifier != before
    assert other.get("/compte").status_code == 302
    assert client.get("/compte").status_code == 200


@pytest.mark.parametrize("mail", [{}, {"smtp_host": "127.0.0.1", "site_url": "https://croisee.example"}])
def test_where_mail_leaves_the_person_is_told_of_the_change(tmp_path, mail: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    app = make_app(make_settings(tmp_path / "mail", **mail))
    stored_person(app)
    client = app.test_client()
    sign_in(client)
    client.see("/compte/mot-de-passe")
    client.submit(CHANGE_PASSWORD, current=PASSWORD, password=NEW)
    with app.app_context():
        letters = db.session.query(OutgoingMail).all()
    assert len(letters) == bool(mail)
    for letter in letters:
        assert letter.recipient == "inès.carpentier@croisee.example"
        assert letter.subject == "Croisée : votre mot de passe a été changé"
        assert "Bonjour Inès Carpentier" in letter.text
        assert NEW not in letter.text + letter.html


def test_each_person_sees_their_own_account_alone(app: Flask, client: StrictClient, ines: int) -> None:
    stored_person(app, name="Samira Mokrani")
    assert "Samira" not in client.see("/compte").text
    assert row(app, ines).created_at == NOW
