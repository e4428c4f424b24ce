"""Guessing at passwords and flooding with letters: how much gets through, and who is never stopped by somebody else's tries. Time is told."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from app.identity import sessions
from app.identity import tries as limits
from app.identity.tries import LIMITS
from app.platform import clock
from app.platform.db import db
from app.platform.mail.outbox import OutgoingMail
from tests.identity.builders import INES, PASSWORD, sign_in, stored_person
from tests.making import make_app, make_settings
from tests.record.world import Clock
from tests.strict import StrictClient
from tests.words import CHANGE_PASSWORD, ERASE_FOR_GOOD, GET_LINK, SIGN_IN, TOO_MANY_TRIES

PAUL = "paul.voisin@croisee.example"
WRONG = "pas le bon"
OFFICE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time that the application and its counters are told."""
    told = Clock()
    monkeypatch.setattr(clock, "now", told.now)
    monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: told.moment.timestamp()))
    return told


@pytest.fixture
def office(tmp_path: Path, told: Clock) -> Flask:
    """The setting as it is delivered, and two neighbours."""
    app = make_app(make_settings(tmp_path / "office", login_limit="10 per minute", smtp_host="127.0.0.1", site_url="https://croisee.example"))
    stored_person(app)
    stored_person(app, name="Paul Voisin")
    return app


def browser(app: Flask, place: str) -> StrictClient:
    client = app.test_client()
    assert isinstance(client, StrictClient)
    client.environ_base["REMOTE_ADDR"] = place
    return client


def tried(app: Flask, place: str, email: str, password: str = WRONG, client: StrictClient | None = None) -> int:
    """The status that answers one try, in this browser once its session is over, or in a new one."""
    client = client or browser(app, place)
    client.environ_base["REMOTE_ADDR"] = place
    client.delete_cookie("croisee")
    client.see("/connexion")
    fields = client.page.form(SIGN_IN)["fields"]
    return client.post("/connexion", data={**fields, "email": email, "password": password}).status_code


def refused(app: Flask, place: str, email: str = INES, count: int = 1, known: str = "") -> int:
    """Wrong passwords, without the work of the page; how many were looked at. `known`: in this browser of the holder."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": place}):
        through = 0
        for _ in range(count):
            tries = limits.sign_in(email, known)
            if not limits.wait(tries):
                limits.count(tries)
                through += 1
    return through


def test_the_mistakes_of_one_person_lock_no_office_out(office: Flask) -> None:
    assert [tried(office, OFFICE, INES) for _ in range(12)] == [422] * 10 + [429] * 2
    assert tried(office, OFFICE, PAUL, PASSWORD) == 303
    assert tried(office, OFFICE, INES, PASSWORD) == 429
    assert tried(office, ELSEWHERE, INES, PASSWORD) == 303


def test_a_guesser_is_let_try_little_however_patient(office: Flask, told: Clock) -> None:
    """Three hours of tries: fifty an hour from one place, a hundred from everywhere."""
    here = everywhere = 0
    for turn in range(18):
        here += refused(office, OFFICE, PAUL, 12)
        everywhere += sum(refused(office, f"203.0.{place}.{turn}") for place in range(25))
        told.pass_by(minutes=10, seconds=1)
    assert (here, everywhere) == (3 * 50, 3 * 100)


def test_many_places_guess_no_more_and_the_holder_comes_in_by_their_browser(office: Flask, told: Clock) -> None:
    """Wherever they are, whichever worker answers, and after a restart: what is known stands in the browser's cookie."""
    hers = browser(office, OFFICE)
    assert tried(office, OFFICE, INES, PASSWORD, hers) == 303
    told.pass_by(days=200)
    limits.init_app(office)
    assert sum(refused(office, f"203.0.113.{number}") for number in range(120)) == 100
    assert tried(office, "203.0.113.250", INES) == 429
    assert tried(office, OFFICE, INES, PASSWORD) == 429
    assert tried(office, OFFICE, INES, PASSWORD, hers) == 303
    assert tried(office, "198.51.100.77", INES, PASSWORD, hers) == 303
    assert tried(office, OFFICE, INES, WRONG, hers) == 422
    told.pass_by(hours=1, seconds=1)
    assert tried(office, ELSEWHERE, INES, PASSWORD) == 303


def test_whoever_was_there_is_not_stopped_by_a_place_where_many_fail(office: Flask, told: Clock) -> None:
    his = browser(office, OFFICE)
    assert tried(office, OFFICE, PAUL, PASSWORD, his) == 303
    assert sum(refused(office, OFFICE, f"personne{number}@croisee.example") for number in range(120)) == 100
    assert refused(office, OFFICE, PAUL, 11) == 0
    assert tried(office, OFFICE, PAUL, PASSWORD, his) == 303
    assert tried(office, OFFICE, INES, PASSWORD, his) == 429
    told.pass_by(minutes=1, seconds=1)
    assert tried(office, OFFICE, INES, PASSWORD) == 303


def test_a_stolen_cookie_guesses_little_and_opens_no_other_account(office: Flask, told: Clock) -> None:
    """It is worth the first limit once more, from wherever it is shown; somebody else's is worth nothing."""
    hers, his = browser(office, OFFICE), browser(office, OFFICE)
    assert tried(office, OFFICE, INES, PASSWORD, hers) == 303
    assert tried(office, OFFICE, PAUL, PASSWORD, his) == 303
    stolen = hers.get_cookie(sessions.COOKIE)
    assert stolen
    thief = browser(office, ELSEWHERE)
    thief.set_cookie(sessions.COOKIE, stolen.value)
    assert [tried(office, f"203.0.113.{number}", INES, WRONG, thief) for number in range(12)] == [422] * 10 + [429] * 2
    held = sessions.read_browser(office.config["SECRET_KEY"], stolen.value, clock.now())
    assert held
    through = 0
    for turn in range(12):
        told.pass_by(minutes=5, seconds=1)
        through += sum(refused(office, f"203.0.{place}.{turn}", known=held.value) for place in range(25))
    assert (through, tried(office, OFFICE, INES, PASSWORD, hers)) == (50, 429)
    assert sum(refused(office, f"192.0.{place}.9") for place in range(120)) == 50
    assert tried(office, OFFICE, INES, PASSWORD, his) == 429


def test_a_link_followed_to_its_end_opens_the_browser_where_one_is(office: Flask) -> None:
    for number in range(100):
        refused(office, f"203.0.113.{number}")
    client = browser(office, ELSEWHERE)
    client.see("/mot-de-passe-oublie")
    client.submit(GET_LINK, email=INES)
    with office.app_context():
        text = db.session.query(OutgoingMail).one().text
    path = next(word for word in text.split() if word.startswith("https://")).removeprefix("https://croisee.example")
    new = "une autre phrase, plus longue encore"
    client.see(path)
    client.submit("Enregistrer", password=new)
    assert tried(office, ELSEWHERE, INES, new) == 429
    assert tried(office, ELSEWHERE, INES, new, client) == 303


def test_a_signed_in_guesser_makes_no_browser_somebody_elses(office: Flask) -> None:
    """Who is signed in is sent on without a look at what they typed: that proves nothing."""
    client = browser(office, ELSEWHERE)
    client.see("/connexion")
    fields = client.page.form(SIGN_IN)["fields"]
    sign_in(client, PAUL)
    client.see("/compte")
    token = client.page.form("Enregistrer")["fields"]["csrf_token"]
    assert client.post("/connexion", data={**fields, "csrf_token": token, "email": INES, "password": "pas le bon"}).status_code == 303
    for number in range(100):
        refused(office, f"203.0.113.{number}")
    assert tried(office, ELSEWHERE, INES, WRONG, client) == 429


@pytest.mark.parametrize(("email", "password"), [(INES, ""), ("", WRONG), ("", "")])
def test_a_form_without_an_address_or_a_password_tries_nothing(office: Flask, email: str, password: str) -> None:
    assert [tried(office, OFFICE, email, password) for _ in range(11)] == [422] * 11
    assert tried(office, OFFICE, INES, PASSWORD) == 303


def test_one_subscriber_of_ipv6_is_one_caller(office: Flask) -> None:
    found = [tried(office, f"2001:db8:1:2::{number:x}", INES) for number in range(1, 41)]
    assert (found.count(422), found.count(429)) == (10, 30)
    assert tried(office, "2001:db8:1:3::1", INES) == 422


def test_a_wrong_current_password_is_counted_wherever_it_is_asked(office: Flask, told: Clock) -> None:
    client = browser(office, OFFICE)
    sign_in(client)
    client.see("/compte/mot-de-passe")
    fields = client.page.form(CHANGE_PASSWORD)["fields"]
    new = "une autre phrase, plus longue encore"

    def answer(current: str) -> tuple[int, str | None]:
        found = client.post("/compte/mot-de-passe", data={**fields, "current": current, "password": new})
        return found.status_code, found.headers.get("Retry-After")

    found = [answer("pas le bon") for _ in range(60)]
    assert found == [(422, None)] * 10 + [(429, "60")] * 50
    client.see("/compte/effacement/confirmation")
    page = client.submit(ERASE_FOR_GOOD, status=429, current=PASSWORD, sure="y")
    assert "Patientez 1 minute, puis recommencez." in page.text
    assert answer(PASSWORD)[0] == 429
    told.pass_by(minutes=1, seconds=1)
    assert answer(PASSWORD)[0] == 303


@pytest.mark.parametrize(("email", "asked"), [(INES, 300), ("personne.du.tout@croisee.example", 30)])
def test_letters_to_one_recipient_are_few_whoever_asks_and_whoever_it_is(office: Flask, told: Clock, email: str, asked: int) -> None:
    client = browser(office, OFFICE)
    client.see("/mot-de-passe-oublie")
    fields = client.page.form(GET_LINK)["fields"]
    found = []
    for number in range(asked):
        typed, place = (email.upper() if number % 2 else f" {email} "), f"203.0.{number}.1"
        found.append(client.post("/mot-de-passe-oublie", data={**fields, "email": typed}, environ_base={"REMOTE_ADDR": place}))
    assert [answer.status_code for answer in found] == [303] * 10 + [429] * (asked - 10)
    assert found[-1].headers["Retry-After"] == "3600"
    assert "Des liens ont peut-être déjà été envoyés à cette adresse" in found[-1].get_data(as_text=True)
    with office.app_context():
        assert db.session.query(OutgoingMail).count() == 10
    told.pass_by(hours=1, seconds=1)
    client.see("/mot-de-passe-oublie")
    client.submit(GET_LINK, email=email)


def test_the_page_of_too_many_tries_keeps_the_address_and_no_password(office: Flask) -> None:
    refused(office, OFFICE, count=10)
    client = browser(office, OFFICE)
    client.see("/connexion?next=/compte")
    page = client.submit(SIGN_IN, status=429, email=INES, password=PASSWORD)
    assert page.h1 == TOO_MANY_TRIES
    assert "Patientez 1 minute, puis recommencez." in page.text
    fields = page.form(SIGN_IN)["fields"]
    assert (fields["email"], fields["next"]) == (INES, "/compte")
    assert PASSWORD not in page.html


def test_no_address_can_be_read_in_what_is_kept(office: Flask) -> None:
    refused(office, OFFICE)
    tried(office, OFFICE, PAUL, PASSWORD)
    kept = json.dumps(list(LIMITS.of(office).strategy.storage.events))
    assert len(json.loads(kept)) == 6
    assert not [word for word in ("croisee.example", "carpentier", OFFICE) if word in kept]
