"""Whom a page lets in by what is said of it, and the addresses that a redirect may lead to."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.identity.rules import DECIDERS, REPORTERS, TERRITORIAL, Role, normalise_address
from app.identity.sessions import safe_next
from app.identity.sign_in.guards import Admission, decide_admission
from app.platform.web.endpoints import OPEN, PUBLIC, SIGNED_IN, Endpoint, gathered

SAID = {"open": Endpoint(PUBLIC), "mine": Endpoint(SIGNED_IN), "course": Endpoint(OPEN), "desk": Endpoint(frozenset({Role.TRAINER, Role.ADMINISTRATOR}))}


@pytest.mark.parametrize(
    ("roles", "endpoint", "expected"),
    [
        (None, "open", Admission.ALLOWED),
        (None, "mine", Admission.SIGN_IN),
        (None, "desk", Admission.SIGN_IN),
        (None, "course", Admission.SIGN_IN),
        (set(), "course", Admission.ALLOWED),
        (None, "unheard-of", Admission.HIDDEN),
        (set(), "mine", Admission.ALLOWED),
        (set(), "desk", Admission.HIDDEN),
        ({Role.LEARNER}, "desk", Admission.HIDDEN),
        ({Role.MANAGER, Role.LEARNER}, "desk", Admission.HIDDEN),
        ({Role.LEARNER, Role.TRAINER}, "desk", Admission.ALLOWED),
        (set(Role), "unheard-of", Admission.HIDDEN),
    ],
)
def test_verdict(roles: set[Role] | None, endpoint: str, expected: Admission) -> None:
    assert decide_admission(roles, SAID.get(endpoint)) is expected


def test_no_endpoint_is_open_to_nobody(app: Flask) -> None:
    assert [endpoint for endpoint, said in gathered.of(app).items() if said.who == frozenset()] == []


def test_to_read_reports_is_not_to_decide(app: Flask) -> None:
    """Whoever is added to `TERRITORIAL` alone reads: each form of reports is for `DECIDERS` by name, but those for oneself."""
    forms = {rule.endpoint for rule in app.url_map.iter_rules() if rule.methods and "POST" in rule.methods}
    own = {endpoint for endpoint in forms if endpoint.startswith(("reporting.", "reminders.", "week.")) and gathered.of(app)[endpoint].who is not DECIDERS}
    assert own == {"reminders.answer", "week.monday_email"}
    assert TERRITORIAL <= REPORTERS
    assert DECIDERS <= REPORTERS


@pytest.mark.parametrize("address", ["/", "/compte", "/lecons/les-zep?suite=1", "/lecons/les-zep#naissance", "/a//b", "/connexion?next=%2F%2Fevil.example"])
def test_paths_of_this_site_pass(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None, "", "compte", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "javascript:alert(1)",
        "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "/ /evil.example", "/\u2028/evil.example", "/\x00/x", "http:evil.example",
        "/compte\r\nSet-Cookie: a=b",
    ],
)  # fmt: skip
def test_everything_else_is_refused(address: str | None) -> None:
    assert safe_next(address) is None


@given(st.text(alphabet=st.sampled_from("/\\:@.?#ab \t\n\x00evil"), max_size=20) | st.text(max_size=30))
def test_what_passes_stays_on_this_host(address: str) -> None:
    passed = safe_next(address)
    if passed is not None:
        joined = urlsplit(urljoin("https://croisee.example/connexion", passed.replace("\\", "/")))
        assert (joined.scheme, joined.netloc) == ("https", "croisee.example")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ines@Croisee.Example ", "ines@croisee.example"),
        ("INÈS@croisee.example", "inès@croisee.example"),
        ("ine\u0300s@croisee.example", "inès@croisee.example"),
        ("a\x00b@croisee.example", "a\ufffdb@croisee.example"),
    ],
)
def test_one_form_of_an_address(typed: str, stored: str) -> None:
    assert normalise_address(typed) == stored


@given(st.text(max_size=40))
def test_the_form_is_stable(typed: str) -> None:
    assert normalise_address(normalise_address(typed)) == normalise_address(typed)
