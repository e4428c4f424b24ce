"""« Voir comme »: the other's pages, nothing that writes, a banner, a trace, and an end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.administration import view_as
from app.administration.privacy import journal
from app.administration.view_as import LONGEST, READING
from app.identity import services
from app.identity.audit import Access, AdministrativeAct
from app.identity.models import Person
from app.identity.rules import Role
from app.platform import clock
from app.platform.db import db
from app.record import enrolment
from app.record.progress.models import LearningEvent
from tests.administration.named_pages import last_row, noted, pages
from tests.administration.people_pages import acts, administrator, person, settled
from tests.administration.seeing import look_as
from tests.identity.builders import copy_of, sign_in, stored_person
from tests.record.world import World
from tests.words import BACK_TO_ACCOUNT, NOTHING_CAN_CHANGE, SIGN_IN_PAGE, SIGN_OUT, VIEW_AS


def test_one_reads_as_the_other_and_comes_back(app: Flask) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    look_as(client, number)
    assert "Ada Min, vous voyez Croisée comme Éloïse Zola" in client.page.text
    assert "éloïse.zola@croisee.example" in client.see("/compte").text
    client.see("/administration/personnes", 404)
    assert "vous voyez Croisée comme Éloïse Zola" in client.see("/nulle-part", 404).text
    client.submit(BACK_TO_ACCOUNT)
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
    assert NOTHING_CAN_CHANGE in client.page.text
    with person(app, number) as row:
        assert row.name == "Éloïse Zola"
    with app.app_context():
        assert not db.session.scalars(select(LearningEvent)).all()


@pytest.mark.parametrize("roles", [[Role.ADMINISTRATOR], [Role.LEARNER, Role.ADMINISTRATOR]])
def test_not_as_somebody_who_administers(roles: list[Role], app: Flask) -> None:
    client = administrator(app)
    number = stored_person(app, name="Autre Admin", roles=roles)
    client.see(f"/administration/personnes/{number}")
    client.submit(VIEW_AS, status=422)
    assert "ada.min" in client.see("/compte").text


def test_what_ended_has_ended_for_every_copy_of_the_cookie(any_app: Flask) -> None:
    client = administrator(any_app)
    number = settled(any_app, "Éloïse Zola", "cite-lens")
    before = copy_of(client)
    look_as(client, number)
    during = copy_of(client)
    for browser in (before, during):
        assert "éloïse.zola@croisee.example" in browser.see("/compte").text
    client.submit(BACK_TO_ACCOUNT)
    for browser in (before, during):
        assert "ada.min@croisee.example" in browser.see("/compte").text
    assert acts(any_app) == [("seen_as", number), ("seen_as_ended", number)]


def test_a_second_start_ends_the_first_in_writing(app: Flask) -> None:
    """Two forms sent at once: both passed the door while nobody was looked at."""
    client = administrator(app)
    first, second = (settled(app, name, "cite-lens") for name in ("Éloïse Zola", "Paul Autre"))
    client.see(f"/administration/personnes/{first}")
    fields = client.page.form(VIEW_AS)["fields"]
    door = app.before_request_funcs[None]
    place = door.index(view_as.impersonate)
    door.remove(view_as.impersonate)
    for number in (first, second):
        assert client.post(f"/administration/personnes/{number}/voir-comme", data=fields).status_code == 303
    door.insert(place, view_as.impersonate)
    assert "paul.autre@croisee.example" in client.see("/compte").text
    client.submit(BACK_TO_ACCOUNT)
    assert acts(app) == [("seen_as", first), ("seen_as_ended", first), ("seen_as", second), ("seen_as_ended", second)]


def test_it_ends_with_the_readers_sessions(app: Flask) -> None:
    client = administrator(app)
    look_as(client, settled(app, "Éloïse Zola", "cite-lens"))
    copy = copy_of(client)
    with app.app_context():
        services.close_sessions(db.session, db.session.get_one(Person, 1))
        db.session.commit()
    for browser in (client, copy):
        assert browser.get("/compte").status_code == 302


def test_it_ends_once_however_many_pages_are_asked_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    look_as(client, number)
    copy = copy_of(client)
    later = clock.now() + LONGEST
    monkeypatch.setattr(clock, "now", lambda: later)
    for browser in (copy, client, copy):
        assert "ada.min@croisee.example" in browser.see("/compte").text
    assert acts(app) == [("seen_as", number), ("seen_as_ended", number)]


def test_it_ends_by_itself(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    look_as(client, number)
    later = clock.now() + LONGEST + timedelta(seconds=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "ada.min@croisee.example" in client.see("/compte").text
    assert acts(app) == [("seen_as", number), ("seen_as_ended", number)]


def test_a_form_of_theirs_sent_after_the_end_does_not_change_ones_own_account(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    look_as(client, number)
    client.see("/compte")
    later = clock.now() + LONGEST + timedelta(seconds=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    client.submit("Enregistrer", status=422, name="Éloïse Zola")
    assert "rien n’a été changé" in client.page.text
    with person(app, 1) as me:
        assert me.name == "Ada Min"
    client.see("/compte")
    client.submit("Enregistrer", name="Ada Minoret")


def test_signing_out_ends_both(app: Flask) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    look_as(client, number)
    assert client.submit(SIGN_OUT).h1 == SIGN_IN_PAGE
    assert acts(app) == [("seen_as", number), ("seen_as_ended", number)]
    assert client.get("/compte").status_code == 302


def test_no_post_of_the_url_map_is_let_through(app: Flask) -> None:
    """Whatever the view: it is never reached. Only the way back and signing out are."""
    client = administrator(app)
    look_as(client, settled(app, "Éloïse Zola", "cite-lens", roles=[Role.LEARNER, Role.TRAINER, Role.MANAGER]))
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint in app.view_functions:
        app.view_functions[endpoint] = lambda **_values: "reached"
    reached, tried = set(), 0
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - READING - {"GET"}:
            if rule.endpoint == "security.logout":
                continue  # it ends everything: see above
            values = {name: 1 if "Integer" in type(converter).__name__ else "x" for name, converter in rule._converters.items()}
            path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            answer = FlaskClient.open(client, path, method=method)
            tried += 1
            if answer.status_code == 200:
                reached.add(rule.endpoint)
            else:
                assert answer.status_code == 422, path
    assert reached == {"seeing.stop"}
    assert tried > 40


@pytest.mark.proof
def test_the_banner_and_a_trace_on_every_page(world: World) -> None:
    client = administrator(world.app)
    number = settled(world.app, "Éloïse Zola", "cite-lens", roles=[Role.LEARNER, Role.TRAINER, Role.MANAGER])
    world.do(enrolment.enrol, number)
    look_as(client, number)
    shown = []
    for rule, path in pages(world.app, number, 1):
        if rule.endpoint == "static":
            continue
        before = last_row(world.app)
        answer = client.get(path)
        if answer.mimetype == "text/html" and answer.status_code < 300:
            assert "vous voyez Croisée comme" in client.page.text, path
        if answer.status_code == 200 and ("text/html" in answer.mimetype or "Content-Disposition" in answer.headers):
            shown.append(rule.endpoint)
            assert (1, f"{journal.AS_THEM}{rule.endpoint.split('.')[0]}") in noted(world.app, number, before), path
        answer.close()
    assert {"learning.home", "learning.record", "learning.lesson", "quiz.quiz", "identity.account", "privacy.my_data_json", "reporting.grid"} <= set(shown)
    assert client.see("/courriels/x", 404)


def test_what_is_read_as_a_manager_is_noted_under_the_real_name(world: World) -> None:
    """A responsable whose pages are looked at has looked at nobody."""
    client = administrator(world.app)
    learner = settled(world.app, "Paul Autre", "cite-lens")
    number = settled(world.app, "Éloïse Zola", "cite-lens", roles=[Role.MANAGER])
    with world.app.app_context():
        services.set_scope(db.session, db.session.get_one(Person, number), ["cite-lens"])
        db.session.commit()
    look_as(client, number)
    client.see(f"/pilotage/personnes/{learner}")
    client.see("/pilotage/personnes")
    assert set(noted(world.app, learner, 0)) == {(1, "reporting.person"), (1, "reporting.grid")}


def test_no_key_is_carried_away(app: Flask) -> None:
    """The link to one's mail preferences works without sign-in and for ever."""
    client = administrator(app)
    look_as(client, settled(app, "Éloïse Zola", "cite-lens"))
    client.see("/compte/courriels", 422)
    client.submit(BACK_TO_ACCOUNT)
    assert client.get("/compte/courriels").status_code == 302


def test_it_ends_with_the_readers_role(app: Flask) -> None:
    client = administrator(app)
    number = settled(app, "Éloïse Zola", "cite-lens")
    look_as(client, number)
    with app.app_context():
        services.set_roles(db.session, db.session.get_one(Person, 1), [Role.LEARNER])
        db.session.commit()
    assert "ada.min@croisee.example" in client.see("/compte").text
    assert acts(app) == [("seen_as", number), ("seen_as_ended", number)]


def test_a_cookie_of_ones_own_opens_nothing(app: Flask) -> None:
    administrator(app)
    settled(app, "Éloïse Zola", "cite-lens")
    client = app.test_client()
    sign_in(client, "éloïse.zola@croisee.example")
    with client.session_transaction() as cookie:
        cookie["voir_comme"] = [1, int(clock.now().timestamp())]
    assert "éloïse.zola@croisee.example" in client.see("/compte").text
    client.post("/voir-comme/fin")
    with app.app_context():
        assert not db.session.scalars(select(AdministrativeAct)).all()
