"""Every URL × role × how far somebody has proved who they are: nothing opens sooner, and nothing that is sensitive later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from msgspec.structs import replace

from app.identity.models import Person, SignIn
from app.identity.rules import NEED_FACTOR, Role
from app.identity.sign_in import second_factor
from app.identity.sign_in.guards import FRESH, Admission, decide_admission
from app.platform import clock
from app.platform.db import db
from app.platform.web.endpoints import PUBLIC, gathered
from tests.identity.builders import carry_session, stored_person
from tests.identity.matrix import reach, verdict


@dataclass(frozen=True)
class State:
    """What a session says of its holder; `half`: no session yet."""

    half: bool = False
    required: bool = False
    """The site asks a factor of those whose role needs one."""
    shown_before: timedelta | None = None


STATES = {
    "password only": State(half=True),
    "none, and asked": State(required=True),
    "just shown": State(required=True, shown_before=FRESH - timedelta(seconds=1)),
    "shown long ago": State(shown_before=FRESH + timedelta(seconds=1)),
}


def expected(app: Flask, state: State, roles: set[Role], endpoint: str) -> str:
    """What the request leads to."""
    said, seen = gathered.of(app)[endpoint], verdict(app, None if state.half else roles, endpoint, public=True)
    if seen is not Admission.ALLOWED or said.who is PUBLIC or decide_admission(None if state.half else roles, said) is not Admission.ALLOWED:
        return {Admission.ALLOWED: "reached", Admission.SIGN_IN: "/connexion", Admission.HIDDEN: ""}[seen]
    if state.required and not (state.shown_before or NEED_FACTOR.isdisjoint(roles)) and not said.before_factor:
        return "/compte/securite"
    return "/connexion/verification" if said.fresh_factor and state.shown_before and state.shown_before > FRESH else "reached"


def browser(app: Flask, number: int, state: State) -> FlaskClient:
    client = app.test_client()
    if state.half:
        with app.test_request_context(), client.session_transaction() as held:
            second_factor.begin(db.session.get_one(Person, number), clock.now())
            held.update(session)
        return client
    carry_session(client, number)
    with app.app_context():
        row = db.session.query(SignIn).filter_by(person_id=number).one()
        row.proved_at = clock.now() - state.shown_before if state.shown_before else None
        db.session.commit()
    return client


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("role", Role)
def test_every_url(app: Flask, role: Role, name: str) -> None:
    state, number = STATES[name], stored_person(app, roles=[role])
    app.config["CROISEE"] = replace(app.config["CROISEE"], factor_from="2026-01-01" if state.required else "")
    client = browser(app, number, state)
    for endpoint in app.view_functions:
        app.view_functions[endpoint] = lambda **_values: "reached"
    app.config["WTF_CSRF_ENABLED"] = False
    for rule in app.url_map.iter_rules():
        method, path = reach(app, rule)
        response = FlaskClient.open(client, path, method=method)
        led = response.headers.get("Location", "") if response.status_code in (302, 303) else "reached" if response.status_code == 200 else ""
        assert led.partition("?")[0] == expected(app, state, {role}, rule.endpoint), f"{method} {path}: {response.status_code} {led}"
