"""Sessions: new at each sign-in, over when they should be, and what was typed meanwhile is not lost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity import services, sessions
from app.identity.models import Person, SignIn
from app.platform import clock, hooks
from app.platform.db import db
from tests.identity.builders import INES, NOW, PASSWORD, copy_of, create_person, row, sign_in, signed_in, stored_person
from tests.making import make_app, make_settings
from tests.strict import StrictClient
from tests.words import CLOSE_OTHER_SESSIONS, SESSION_ENDED, SIGN_IN, SIGN_IN_PAGE, SIGN_OUT, WRONG_PASSWORD


@pytest.mark.usefixtures("ines")
def test_a_session_planted_before_sign_in_is_worth_nothing_after(client: StrictClient) -> None:
    client.see("/connexion")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before
        assert session["_user_id"]


@pytest.mark.usefixtures("ines")
def test_a_form_of_before_sign_in_is_refused_after(client: StrictClient) -> None:
    client.see("/connexion")
    old = client.page.form(SIGN_IN)["fields"]["csrf_token"]
    sign_in(client)
    client.see("/compte")
    assert client.post("/compte/sessions", data={"csrf_token": old}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/connexion", "/deconnexion", "/compte", "/compte/mot-de-passe", "/compte/sessions", "/mot-de-passe-oublie", "/mot-de-passe-oublie/x"]
)
@pytest.mark.parametrize("token", [None, "", "forged"])
def test_every_form_needs_its_token(app: Flask, ines: int, path: str, token: str | None) -> None:
    client = app.test_client()
    sign_in(client)
    before = row(app, ines).fs_uniquifier
    assert client.post(path, data={} if token is None else {"csrf_token": token}).status_code == 403
    assert row(app, ines).fs_uniquifier == before


@pytest.mark.usefixtures("ines")
def test_signing_out_ends_it_and_needs_a_post(client: StrictClient) -> None:
    sign_in(client)
    assert client.get("/deconnexion").status_code == 405
    client.see("/compte")
    assert client.submit(SIGN_OUT).h1 == SIGN_IN_PAGE
    assert not signed_in(client)


def test_a_copy_of_the_cookie_is_dead_once_signed_out(any_app: Flask) -> None:
    stored_person(any_app)
    client, elsewhere = any_app.test_client(), any_app.test_client()
    for browser in (client, elsewhere):
        sign_in(browser)
    client.see("/compte")
    copy = copy_of(client)
    assert signed_in(copy)
    client.submit(SIGN_OUT)
    assert not signed_in(copy)
    assert signed_in(elsewhere)


@pytest.mark.usefixtures("ines")
def test_closing_the_other_sessions_kills_the_copies_of_this_ones_cookie_too(client: StrictClient) -> None:
    sign_in(client)
    client.see("/compte")
    copy = copy_of(client)
    client.submit(CLOSE_OTHER_SESSIONS)
    assert signed_in(client)
    assert not signed_in(copy)


def test_the_table_holds_no_mark_and_a_cookie_of_before_the_table_opens_nothing(app: Flask, client: StrictClient, ines: int) -> None:
    sign_in(client)
    with client.session_transaction() as session:
        mark = session["_user_id"]
    with app.app_context():
        assert mark not in db.session.scalars(select(SignIn.id)).all()
    with client.session_transaction() as session:
        session["_user_id"] = row(app, ines).fs_uniquifier
    assert not signed_in(client)


def test_a_session_lasts_fourteen_days(session: Session) -> None:
    person = create_person(session)
    mark = sessions.begin(session, person.id, NOW)
    assert services.signed_in(session, mark, NOW + sessions.LIFETIME - timedelta(seconds=1))
    assert services.signed_in(session, mark, NOW + sessions.LIFETIME) is None


def test_one_more_session_than_the_most_ends_the_oldest(session: Session) -> None:
    person, other = create_person(session), create_person(session, name="Samira Mokrani")
    theirs = sessions.begin(session, other.id, NOW - timedelta(days=1))
    marks = [sessions.begin(session, person.id, NOW + timedelta(minutes=number)) for number in range(sessions.MOST + 1)]
    later = NOW + timedelta(days=1)
    assert [mark for mark in marks if not services.signed_in(session, mark, later)] == marks[:1]
    assert services.signed_in(session, theirs, later)
    assert session.scalar(select(func.count()).select_from(SignIn)) == sessions.MOST + 1


def test_signing_out_twice_at_once_and_beside_other_forms_is_no_error(any_app: Flask) -> None:
    """As from several tabs: each request ends well, saved or sent to sign in."""
    stored_person(any_app)
    for _ in range(3):
        client = any_app.test_client()
        sign_in(client)
        client.see("/compte")
        cookie, fields = client.get_cookie("croisee"), client.page.form("Enregistrer")["fields"]
        paths = ("/deconnexion", "/compte", "/deconnexion", "/compte/sessions", "/compte", "/deconnexion")
        barrier = Barrier(len(paths))

        def send(path: str, cookie=cookie, fields=fields, barrier=barrier) -> int:  # type: ignore[no-untyped-def]
            tab = FlaskClient(any_app, any_app.response_class)
            tab.set_cookie("croisee", cookie.value)
            barrier.wait()
            return tab.post(path, data=fields, headers={"Referer": "http://localhost/compte"}).status_code

        with ThreadPoolExecutor(len(paths)) as pool:
            assert set(pool.map(send, paths)) == {303}
        assert not signed_in(copy_of(client))


def test_a_session_ends_with_its_version(app: Flask, client: StrictClient, ines: int) -> None:
    sign_in(client)
    with app.app_context():
        services.close_sessions(db.session, db.session.get_one(Person, ines))
        db.session.commit()
    assert not signed_in(client)


def test_a_closed_account_is_signed_out_and_told_only_to_whoever_knows_the_password(app: Flask, client: StrictClient, ines: int) -> None:
    sign_in(client)
    with app.app_context():
        services.set_active(db.session, db.session.get_one(Person, ines), False)
        db.session.commit()
    assert not signed_in(client)
    client.see("/connexion")
    assert WRONG_PASSWORD in client.submit(SIGN_IN, status=422, email=INES, password="pas le bon").text
    page = client.submit(SIGN_IN, status=403, email=INES, password=PASSWORD)
    assert "Ce compte est fermé." in page.text
    assert not signed_in(client)


@pytest.mark.usefixtures("ines")
def test_a_forged_cookie_and_a_token_in_the_address_open_nothing(app: Flask, client: StrictClient) -> None:
    with app.test_request_context():
        person = db.session.query(Person).one()
        told = {"ver": "5", "uid": person.fs_uniquifier, "fs_paa": clock.now().timestamp(), "exp": 0}
        token = app.extensions["security"].remember_token_serializer.dumps(told)  # as Flask-Security makes one
    assert client.get(f"/compte?auth_token={token}", headers={"Authentication-Token": str(token)}).status_code == 302
    client.set_cookie("croisee", "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb")
    assert not signed_in(client)


@pytest.mark.parametrize(("environment", "secure"), [("test", False), ("production", True)])
def test_cookies_are_for_this_site_and_for_no_script(tmp_path: Path, environment: str, secure: bool) -> None:
    other = make_app(make_settings(tmp_path / environment, environment=environment))
    cookie = other.test_client().get("/connexion").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure


@pytest.mark.usefixtures("ines")
def test_a_form_sent_after_the_end_leads_back_to_its_page(app: Flask, client: StrictClient, ines: int) -> None:
    sign_in(client)
    client.see("/compte")
    form = client.page.form("Enregistrer")
    with app.app_context():
        services.close_sessions(db.session, db.session.get_one(Person, ines))
        db.session.commit()
    answer = client.post(form["action"], data=form["fields"], headers={"Referer": "http://localhost/compte"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/connexion?next=/compte")
    answer = client.post(form["action"], data=form["fields"], headers={"Referer": "https://evil.example/compte"})
    assert answer.headers["Location"] == "/connexion"


def test_a_script_is_told_in_json(app: Flask, client: StrictClient) -> None:
    answer = client.get("/compte", headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 401
    assert answer.get_json()["error"].startswith(SESSION_ENDED)


def test_what_was_typed_is_kept_when_the_session_ended_meanwhile(app: Flask, client: StrictClient, ines: int) -> None:
    """Signed out in another tab, or closed from another computer: the token is gone, or the session is."""
    sign_in(client)
    client.see("/compte")
    token = client.page.form("Enregistrer")["fields"]["csrf_token"]
    typed = {"csrf_token": token, "choice": "2", "key": "k1"}
    path, here = "/tentatives/1/questions/1", {"Referer": "http://localhost/tentatives/1/questions/1"}
    with app.app_context():
        services.close_sessions(db.session, db.session.get_one(Person, ines))
        db.session.commit()
    start = time.perf_counter()
    closed = client.post(path, data=typed, headers=here)
    assert time.perf_counter() - start < 5  # it does not wait for its own transaction
    client.delete_cookie("croisee")
    signed_out = client.post(path, data=typed, headers=here)
    for answer in (closed, signed_out):
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/connexion?next=/reprise/")
    assert client.post(path, data=typed, headers={"Referer": "https://evil.example/"}).status_code == 403
    assert client.post(path, data=typed).status_code == 403


def test_whoever_keeps_submissions_is_asked_first(app: Flask, client: StrictClient) -> None:
    hooks.keep_submission.give(app, lambda: "/reprise/gardé")
    client.see("/connexion")
    token = client.page.form(SIGN_IN)["fields"]["csrf_token"]
    assert client.post("/compte/sessions", data={"csrf_token": token}).headers["Location"] == "/connexion?next=/reprise/gard%C3%A9"
    assert client.get("/compte").status_code == 302
