"""The cookie that outlives the session: what it says, what it is worth, and where each form goes that it lets be kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.identity.sessions import browsers
from app.identity.sessions.browsers import COOKIE, LASTS, Browser, issue, read
from app.identity.sessions.limits import place_digest
from app.platform.web.endpoints import PUBLIC, Return, Who, gathered
from tests.identity.builders import NOW, sign_in, stored_person
from tests.making import make_app, make_settings
from tests.strict import StrictClient

SECRET = "a secret of these tests"
HERS = Browser("value", 7)


def test_it_is_read_until_it_expires() -> None:
    cookie = issue(SECRET, HERS, NOW + LASTS)
    assert read(SECRET, cookie, NOW) == HERS
    assert read(SECRET, cookie, NOW + LASTS - timedelta(seconds=1)) == HERS
    assert read(SECRET, cookie, NOW + LASTS) is None


@pytest.mark.parametrize("cookie", ["", "x", "WyJ2IiwxLDJd.x", issue("another secret", HERS, NOW + LASTS), issue(SECRET, HERS, NOW + LASTS)[:-1], "é"])
def test_a_forged_one_is_nobodys(cookie: str) -> None:
    assert read(SECRET, cookie, NOW) is None


def test_the_links_of_passwords_are_no_cookies_and_the_reverse(app: Flask) -> None:
    from app.identity.passwords import tokens

    assert read(SECRET, tokens.issue(SECRET, 7, "version", NOW + LASTS), NOW) is None
    assert tokens.holder(SECRET, issue(SECRET, HERS, NOW + LASTS), NOW) is None


@pytest.mark.parametrize(("environment", "secure"), [("test", False), ("production", True)])
def test_how_it_is_given(tmp_path: Path, environment: str, secure: bool) -> None:
    other = make_app(make_settings(tmp_path / environment, environment=environment))
    stored_person(other)
    client = other.test_client()
    base = "https://localhost" if secure else "http://localhost"
    page = client.get("/connexion", base_url=base)
    assert COOKIE not in str(page.headers)
    form = client.page.form("Se connecter")
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
    client.submit("Se déconnecter")
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
    found = read(settings.secret_key, cookie.value, browsers.clock.now())
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
    digests = []
    for address in (one, other):
        with app.test_request_context(environ_overrides={"REMOTE_ADDR": address}):
            digests.append(place_digest())
    assert (digests[0] == digests[1]) is same
    assert {len(digest) for digest in digests} == {64}


# --- The table of forms ----------------------------------------------------------------------------------------------

WHOLE = {
    "positioning.answer",
    "start.save",
    "review.answer",
    "quiz.save_answer",
    "quiz.ask_attempt",
    "authoring.edit",
    "authoring.remark",
    "authoring.reading_remark",
    "learning.mark_read",
    "messages.report_lesson",
    "messages.report_question",
    "messages.ask_lesson",
    "messages.ask_question",
    "notebook.answer",
    "notebook.save_passage",
    "meetings.new",
    "meetings.register",
    "directory.write",
    "proposals.propose",
}
"""Named twice on purpose: what one click sends again is decided here too, and ends, publishes, erases or gives nothing."""


def rules_of(app: Flask, endpoint: str, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules(endpoint) if method in (rule.methods or ())]


def kept_returns(app: Flask) -> dict[str, Return]:
    return {endpoint: said.returns for endpoint, said in gathered.of(app).items() if said.returns and said.returns.what}


def test_only_a_form_that_asks_for_sign_in_says_what_becomes_of_it(app: Flask) -> None:
    asked = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and gathered.of(app)[rule.endpoint].who is not PUBLIC}
    assert asked == {endpoint for endpoint, said in gathered.of(app).items() if said.returns}


def test_what_one_click_sends_again(app: Flask) -> None:
    assert {endpoint for endpoint, back in kept_returns(app).items() if not back.sensitive} == WHOLE


def test_a_sensitive_act_leads_to_a_page_that_whoever_may_do_it_is_shown(app: Flask) -> None:
    said = gathered.of(app)
    for endpoint, back in kept_returns(app).items():
        if not back.sensitive:
            continue
        pages, acts = rules_of(app, back.page, "GET"), rules_of(app, endpoint, "POST")
        assert pages, endpoint
        assert pages[0].arguments <= acts[0].arguments, endpoint
        who, page_who = said[endpoint].who, said[back.page].who
        assert isinstance(page_who, Who) or (isinstance(who, frozenset) and who <= page_who), endpoint
        assert not {name for name in back.typed if "password" in name or name in ("current", "csrf_token")}, endpoint
