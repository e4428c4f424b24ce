"""Ways to go by a second factor that is, or should be, there: none leads anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from msgspec.structs import replace

from app.identity import services
from app.identity.models import Person
from app.identity.rules import Role
from app.platform import clock
from app.platform.db import db
from tests.identity.builders import copy_of, sign_in, signed_in, stored_person
from tests.identity.sign_in.factors.phone import VERIFY, Application, another, set_up
from tests.record.world import Clock
from tests.strict import StrictClient
from tests.words import DRAW_CODES, SAVE_PASSWORD

NEW = "une phrase toute neuve, et longue"
SECURITY = "/compte/securite"


def given(app: Flask, number: int) -> None:
    """A role that needs one, while the session is open."""
    with app.app_context():
        services.set_roles(db.session, db.session.get_one(Person, number), [Role.ADMINISTRATOR])
        db.session.commit()


def test_a_role_given_to_an_open_session_opens_nothing_before_its_factor(app: Flask, client: StrictClient, told: Clock) -> None:
    app.config["CROISEE"] = replace(app.config["CROISEE"], factor_from="2026-01-01")
    number = stored_person(app)
    sign_in(client)
    client.see("/compte")
    given(app, number)
    assert client.get("/administration").headers["Location"] == SECURITY
    set_up(client, told)
    client.see("/administration")


def test_the_day_comes_to_sessions_that_are_open(app: Flask, client: StrictClient, told: Clock) -> None:
    tomorrow = told.moment.date() + timedelta(days=1)
    app.config["CROISEE"] = replace(app.config["CROISEE"], factor_from=tomorrow.isoformat())
    stored_person(app, roles=[Role.MANAGER])
    sign_in(client)
    client.see("/compte")
    told.pass_by(days=1)
    assert client.get("/compte").headers["Location"] == SECURITY


def by_link(app: Flask, number: int, client: StrictClient) -> None:
    """A new password, chosen behind a link."""
    with app.app_context():
        token = services.password_link_token(app.config["CROISEE"].secret_key, db.session.get_one(Person, number), clock.now() + timedelta(hours=1))
    client.see(f"/mot-de-passe-oublie/{token}")
    client.submit(SAVE_PASSWORD, password=NEW)


def test_a_new_password_is_no_factor_and_ends_what_the_old_one_began(app: Flask, ines: int, client: StrictClient, told: Clock) -> None:
    sign_in(client)
    application, _ = set_up(client, told)
    begun = another(app)
    sign_in(begun)
    stranger = another(app)
    by_link(app, ines, stranger)
    assert begun.get(VERIFY).headers["Location"].startswith("/connexion?")
    assert not signed_in(stranger)
    stranger.see(VERIFY)
    assert stranger.submit("Continuer", follow=False, code=application.code())
    assert signed_in(stranger)


def new_codes(client: StrictClient, _told: Clock) -> None:
    client.see(SECURITY)
    client.submit(DRAW_CODES, status=200)


def new_application(client: StrictClient, told: Clock) -> None:
    set_up(client, told)


@pytest.mark.usefixtures("ines")
@pytest.mark.parametrize(("replaced", "old"), [(new_codes, lambda _app, codes: codes[0]), (new_application, lambda app, _codes: app.code())])
def test_what_was_replaced_opens_nothing(
    app: Flask,
    client: StrictClient,
    told: Clock,
    replaced: Callable[[StrictClient, Clock], None],
    old: Callable[[Application, list[str]], str],
) -> None:
    sign_in(client)
    application, codes = set_up(client, told)
    replaced(client, told)
    other = another(app)
    sign_in(other)
    other.see(VERIFY)
    other.submit("Continuer", status=422, code=old(application, codes))
    assert not signed_in(other)


@pytest.mark.usefixtures("ines")
def test_what_a_password_began_opens_no_page_nor_sets_a_factor_up(app: Flask, client: StrictClient, told: Clock) -> None:
    sign_in(client)
    set_up(client, told)
    half = another(app)
    sign_in(half)
    kept = copy_of(half)
    for path in ("/compte", SECURITY, f"{SECURITY}/application", f"{SECURITY}/cle"):
        assert kept.get(path).headers["Location"].startswith("/connexion?"), path
