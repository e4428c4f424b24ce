"""« Voir comme »: the other's pages, nothing that writes, a banner, a trace, and an end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import db
from app.identity.access import Access
from app.identity.acts import AdministrativeAct
from app.identity.rules import Role
from app.learning.models import LearningEvent
from app.people.seeing import LONGEST
from tests.identity.builders import stored_person
from tests.people.people_pages import acts, administrator, person, settled
from tests.strict import StrictClient


def look_as(client: StrictClient, number: int) -> None:
    client.see(f"/administration/personnes/{number}")
    client.submit("Voir comme cette personne")


def test_one_reads_as_the_other_and_comes_back(app: Flask) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    look_as(client, number)
    assert "Ada Min, vous voyez Croisée comme Éloïse Zola" in client.page.text
    assert "éloïse.zola@croisee.example" in client.see("/compte").text
    client.see("/administration/personnes", 404)
    client.submit("Revenir à mon compte")
    assert client.page.h1 == "Éloïse Zola"
    assert "ada.min@croisee.example" in client.see("/compte").text
    assert acts(app) == [("seen_as", number), ("seen_as_ended", number)]
    with app.app_context():
        assert "seeing.start" in set(db.session.scalars(select(Access.what).where(Access.person_id == number)))


def test_nothing_can_be_changed(app: Flask) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    look_as(client, number)
    client.see("/compte")
    client.submit("Enregistrer", status=422, name="Pirate")
    assert "rien ne peut être changé" in client.page.text
    with person(app, number) as row:
        assert row.name == "Éloïse Zola"
    with app.app_context():
        assert not db.session.scalars(select(LearningEvent)).all()


@pytest.mark.parametrize("roles", [[Role.ADMINISTRATOR], [Role.LEARNER, Role.ADMINISTRATOR]])
def test_not_as_somebody_who_administers(roles: list[Role], app: Flask) -> None:
    client = administrator(app)
    number = stored_person(app, name="Autre Admin", roles=roles)
    client.see(f"/administration/personnes/{number}")
    client.submit("Voir comme cette personne", status=422)
    assert "ada.min" in client.see("/compte").text


def test_it_ends_by_itself(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = administrator(app)
    look_as(client, settled(app, "Éloïse Zola", "cite-lens"))
    later = clock.now() + LONGEST + timedelta(seconds=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "ada.min@croisee.example" in client.see("/compte").text


def test_it_ends_with_the_readers_role(app: Flask) -> None:
    client = administrator(app)
    look_as(client, settled(app, "Éloïse Zola", "cite-lens"))
    with app.app_context():
        from app.identity import services
        from app.identity.models import Person

        services.set_roles(db.session, db.session.get_one(Person, 1), [Role.LEARNER])
        db.session.commit()
    assert "ada.min@croisee.example" in client.see("/compte").text


def test_a_cookie_of_ones_own_opens_nothing(app: Flask) -> None:
    administrator(app)
    settled(app, "Éloïse Zola", "cite-lens")
    from tests.identity.builders import sign_in

    client = app.test_client()
    sign_in(client, "éloïse.zola@croisee.example")
    with client.session_transaction() as cookie:
        cookie["voir_comme"] = [1, int(clock.now().timestamp())]
    assert "éloïse.zola@croisee.example" in client.see("/compte").text
    client.post("/voir-comme/fin")
    with app.app_context():
        assert not db.session.scalars(select(AdministrativeAct)).all()
