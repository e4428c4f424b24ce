"""`/administration`: who sees whom, what may be done to an account, and that each act is written."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.administration.acts import LABELS
from app.administration.site import displayable_value
from app.identity.audit import AdministrativeAct
from app.identity.rules import Role
from app.identity.services import scope_of
from app.platform.db import db
from app.platform.settings.fields import SETTINGS
from tests.administration.people_pages import acts, administrator, manager, person, settled, stays
from tests.identity.builders import sign_in, signed_in, stored_person
from tests.words import CLOSE_ACCOUNT, LEAVES_TODAY, OPEN_ACCOUNT, SAVE_TERRITORY


def test_people_are_searched_without_accents_and_filtered(app: Flask) -> None:
    client = administrator(app)
    settled(app, "Éloïse Zola", "cite-lens")
    settled(app, "Paul Autre", "cite-lille-sud", roles=[Role.TRAINER])
    assert "1 personne" in client.see("/administration/personnes?q=eloise").text
    found = client.see("/administration/personnes?territoire=departement-nord").text
    assert "Paul Autre" in found
    assert "Éloïse" not in found
    assert "Paul Autre" in client.see("/administration/personnes?role=formateur&etat=actif").text
    assert "0 personne" in client.see("/administration/personnes?etat=ferm%C3%A9").text


def test_a_manager_sees_and_moves_the_people_of_their_scope_alone(app: Flask) -> None:
    administrator(app)
    near, far = settled(app, "Éloïse Zola", "cite-lens"), settled(app, "Paul Autre", "cite-lille-sud")
    nowhere = stored_person(app, name="Sans Terre")
    client = manager(app, "departement-pas-de-calais", "cite-valenciennes-anzin")
    page = client.see("/administration/personnes")
    assert "Éloïse Zola" in page.text
    assert "Paul Autre" not in page.text
    assert "Sans Terre" not in page.text
    for hidden in (far, nowhere, 9999):
        client.see(f"/administration/personnes/{hidden}", 404)
    page = client.see(f"/administration/personnes/{near}")
    assert CLOSE_ACCOUNT not in page.text
    client.submit(SAVE_TERRITORY, status=422, territory="cite-lille-sud", on="2026-11-24")
    client.see(f"/administration/personnes/{near}")
    client.submit(SAVE_TERRITORY, territory="cite-valenciennes-anzin", on="2026-11-24")
    assert stays(app, near) == [("cite-lens", False), ("cite-valenciennes-anzin", True)]
    client.submit(LEAVES_TODAY)
    client.see(f"/administration/personnes/{near}", 404)


def test_territory_changed_left_and_come_back_to_with_its_history(app: Flask) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    client.see(f"/administration/personnes/{number}")
    client.submit(SAVE_TERRITORY, territory="cite-lille-sud", on="2026-11-20")
    client.submit(LEAVES_TODAY)
    client.submit(SAVE_TERRITORY, territory="cite-lens", on="2026-11-24")
    assert stays(app, number) == [("cite-lens", False), ("cite-lille-sud", False), ("cite-lens", True)]
    assert [act for act, _ in acts(app)] == ["territory_left", "territory_joined", "territory_left", "territory_joined"]
    page = client.submit(SAVE_TERRITORY, status=422, territory="", on="")
    assert "Choisissez un territoire." in page.text


def test_closing_ends_sessions_and_reopening_gives_the_way_back(app: Flask) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    theirs = app.test_client()
    sign_in(theirs, "éloïse.zola@croisee.example")
    client.see(f"/administration/personnes/{number}")
    client.submit("Fermer ses sessions")
    assert not signed_in(theirs)
    sign_in(theirs, "éloïse.zola@croisee.example")
    assert "fermé" in client.submit(CLOSE_ACCOUNT).text
    assert not signed_in(theirs)
    client.submit("Rouvrir le compte")
    sign_in(theirs, "éloïse.zola@croisee.example")
    assert signed_in(theirs)
    assert [act for act, _ in acts(app)] == ["sessions_closed", "account_closed", "account_opened"]


def test_roles_and_scope(app: Flask) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    client.see(f"/administration/personnes/{number}/roles")
    client.submit("Enregistrer", roles=["apprenant", "responsable"], scope=["cite-lens", "departement-nord"])
    with person(app, number) as row:
        assert row.role_set == {Role.LEARNER, Role.MANAGER}
        assert scope_of(db.session, number) == {"cite-lens", "departement-nord"}
    client.see(f"/administration/personnes/{number}/roles")
    client.submit("Enregistrer", status=422, roles=["empereur"])


def test_nobody_shuts_themselves_out(app: Flask) -> None:
    client = administrator(app)
    client.see("/administration/personnes/1/roles")
    assert "Vous ne pouvez pas vous retirer" in client.submit("Enregistrer", status=422, roles=["apprenant"]).text
    token = client.page.form("Enregistrer")["fields"]["csrf_token"]
    assert client.post("/administration/personnes/1/fermeture", data={"csrf_token": token}).status_code == 422
    with person(app, 1) as row:
        assert row.active
        assert Role.ADMINISTRATOR in row.role_set


def test_a_corrected_address_ends_the_sessions(app: Flask) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    theirs = app.test_client()
    sign_in(theirs, "éloïse.zola@croisee.example")
    client.see(f"/administration/personnes/{number}/informations")
    client.submit("Enregistrer", status=422, email="ada.min@croisee.example")
    client.submit("Enregistrer", email="eloise.zola@croisee.example", roles="administrateur", active="")
    with person(app, number) as row:
        assert (row.email, row.role_set, row.active) == ("eloise.zola@croisee.example", {Role.LEARNER}, True)
    assert not signed_in(theirs)


def test_acts_are_listed_and_hold_no_name_nor_address(app: Flask) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    client.see(f"/administration/personnes/{number}/informations")
    client.submit("Enregistrer", name="Éloïse Nouveau", email="eloise@ville.example")
    page = client.see("/administration/actes?acte=details_changed")
    assert "1 acte" in page.text
    assert "champs : nom, adresse" in page.text
    client.see(f"/administration/personnes/{number}")
    client.submit(SAVE_TERRITORY, territory="cite-lille-sud", on="2026-11-24")
    page = client.see(client.page.link("Ce qui a été fait sur ce compte"))
    assert "territoire : Lille Sud, le : 24 novembre 2026" in page.text
    assert "3 actes" in page.text
    assert "0 acte" in client.see("/administration/actes?personne=1").text
    with app.app_context():
        told = " ".join(str(row.details) for row in db.session.scalars(select(AdministrativeAct)))
    assert "Éloïse" not in told
    assert "@" not in told
    assert {act for act, _ in acts(app)} <= LABELS.keys()


@pytest.mark.parametrize("way", ["later", "print"])
def test_every_opening_is_an_act(way: str, app: Flask) -> None:
    client = administrator(app)
    client.see("/administration/personnes/nouvelle")
    client.submit(OPEN_ACCOUNT, name="Nadège Leroy", email="", way=way)
    assert [act for act, subject in acts(app) if subject] == ["account_created", *(["invited"] if way == "print" else [])]
    page = client.see("/administration/actes")
    assert "rôles : apprenant" in page.text


def test_settings_say_where_each_comes_from_and_show_no_secret(app: Flask) -> None:
    page = administrator(app).see("/administration/reglages")
    assert "CROISEE_LOGIN_LIMIT" in page.text
    assert "1000 per minute" in page.text
    assert app.config["CROISEE"].secret_key not in page.html


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ("smtp_password", "secret", "réglé, non montré"),
        ("smtp_password", "", "vide"),
        ("smtp_tls", True, "oui"),
        ("database_url", "postgresql+psycopg://u:motdepasse@base/croisee", "postgresql+psycopg://…@base/croisee"),
        ("port", 8000, "8000"),
    ],
)
def test_shown_settings(field: str, value: object, seen: str) -> None:
    setting = next(setting for setting in SETTINGS if setting.field == field)
    assert displayable_value(setting, value) == seen
