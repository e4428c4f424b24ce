"""The cookie that outlives the session: what it says, and what it is worth."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.identity import sessions, tries
from app.identity.sessions import COOKIE, LASTS, Browser, issue, read_browser
from tests.identity.builders import NOW, sign_in, stored_person
from tests.making import make_app, make_settings
from tests.strict import StrictClient
from tests.words import SIGN_IN, SIGN_OUT

SECRET = "a secret of these tests"
HERS = Browser("value", 7)


def test_it_is_read_until_it_expires() -> None:
    cookie = issue(SECRET, HERS, NOW + LASTS)
    assert read_browser(SECRET, cookie, NOW) == HERS
    assert read_browser(SECRET, cookie, NOW + LASTS - timedelta(seconds=1)) == HERS
    assert read_browser(SECRET, cookie, NOW + LASTS) is None


@pytest.mark.parametrize("cookie", ["", "x", "WyJ2IiwxLDJd.x", issue("another secret", HERS, NOW + LASTS), issue(SECRET, HERS, NOW + LASTS)[:-1], "é"])
def test_a_forged_one_is_nobodys(cookie: str) -> None:
    assert read_browser(SECRET, cookie, NOW) is None


def test_the_links_of_passwords_are_no_cookies_and_the_reverse(app: Flask) -> None:
    from app.identity import passwords

    assert read_browser(SECRET, passwords.issue(SECRET, 7, "version", NOW + LASTS), NOW) is None
    assert passwords.holder(SECRET, issue(SECRET, HERS, NOW + LASTS), NOW) is None


@pytest.mark.parametrize(("environment", "secure"), [("test", False), ("production", True)])
def test_how_it_is_given(tmp_path: Path, environment: str, secure: bool) -> None:
    other = make_app(make_settings(tmp_path / environment, environment=environment))
    stored_person(other)
    client = other.test_client()
    base = "https://localhost" if secure else "http://localhost"
    page = client.get("/connexion", base_url=base)
    assert COOKIE not in str(page.headers)
    form = client.page.form(SIGN_IN)
    typed = {**form["fields"], "email": "inès.carpentier@croisee.example", "password": "une phrase que personne ne devine"}
    answer = client.post("/connexion", data=typed, base_url=base, headers={"Referer": f"{base}/connexion"})
    given = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith(COOKIE))
    said = {part.strip() for part in given.split(";")}
    assert {"HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={365 * 24 * 3600}"} <= said
    assert ("Secure" in said) is secure


@pytest.mark.usefixtures("ines")
def test_it_stays_after_sign_out_and_keeps_its_value_when_somebody_else_signs_in(app: Flask, client: StrictClient) -> None:
    other = stored_person(app, name="Karim Nouveau")
    sign_in(client)
    first = held(client)
    client.see("/compte")
    client.submit(SIGN_OUT)
    assert held(client) == first
    sign_in(client, "karim.nouveau@croisee.example")
    assert held(client) == Browser(first.value, other)


@pytest.mark.usefixtures("ines")
def test_each_browser_has_its_own_and_a_forged_one_is_replaced(app: Flask, client: StrictClient) -> None:
    sign_in(client)
    second = app.test_client()
    second.set_cookie(COOKIE, "forged")
    sign_in(second)
    assert len(held(client).value) == len(held(second).value) == 43
    assert held(client).value != held(second).value


def held(client: StrictClient) -> Browser:
    cookie = client.get_cookie(COOKIE)
    assert cookie
    settings = client.application.config["CROISEE"]
    found = read_browser(settings.secret_key, cookie.value, sessions.clock.now())
    assert found
    for word in ("croisee.example", "Carpentier", "Nouveau"):
        assert word not in cookie.value
    return found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("2001:0db8:0001:0002::1", "2001:db8:1:2:3:4:5:6", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("unix:", "unix:", True),
        (None, "", True),
        ("not an address", "another", False),
    ],
)
def test_which_addresses_are_one_network(app: Flask, one: str | None, other: str, same: bool) -> None:
    places = []
    for address in (one, other):
        with app.test_request_context(environ_overrides={"REMOTE_ADDR": address}):
            places.append(tries._place())
    assert (places[0] == places[1]) is same
