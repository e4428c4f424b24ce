"""An invited coordinator comes in by ProConnect on a telephone; then an account of one's own is proved and linked. Axe is silent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, redirect, request
from msgspec.structs import replace
from playwright.sync_api import BrowserContext
from werkzeug.wrappers import Response

from app.administration.accounts import invitations
from app.identity.models import Person
from app.identity.sign_in.openid import FETCHER
from app.platform import clock
from app.platform.db import db
from tests.browsers import follow, press, served, sign_in
from tests.identity.builders import stored_person
from tests.identity.sign_in.institutions.stub import NADEGE, PROVIDER, Institution
from tests.platform.web.axe import complaints_in_each_size
from tests.record.world import Clock
from tests.words import SIGN_IN_BY_PROCONNECT, SIGN_IN_TO_ACCOUNT

pytestmark = [pytest.mark.browser, pytest.mark.proof]

SIZES = ((390, "light"), (390, "dark"))


@pytest.fixture
def told() -> Clock:
    """The machine's own time."""
    return Clock(clock.now())


@pytest.fixture
def proconnect(app: Flask, told: Clock) -> Iterator[Institution]:
    """With a page of its own, where nobody is asked anything: the person is sent back at once."""
    elsewhere = Flask("elsewhere")
    with served(elsewhere) as address:
        institution = Institution(told, provider=replace(PROVIDER, issuer=f"{address}/api/v2"))
        app.config["CROISEE"] = replace(app.config["CROISEE"], oidc=(institution.provider,))
        FETCHER.give(app, institution)

        @elsewhere.get("/api/v2/authorize")
        def authorize() -> Response:
            return redirect(request.args["redirect_uri"].partition("/connexion")[0] + institution.sign_in(request.url))

        yield institution


def test_invited_on_a_telephone_then_proved_and_linked(app: Flask, live: str, context: BrowserContext, proconnect: Institution) -> None:
    number = stored_person(app, name="Nadège Leroy", email=NADEGE["email"], password=None)
    stored_person(app)
    with app.app_context():
        invitations.invite(db.session, app.config["CROISEE"], db.session.get_one(Person, number), None, clock.now(), by_mail=False)
        db.session.commit()
    tab = context.new_page()
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(f"{live}/connexion?next=/compte")
    found = complaints_in_each_size(tab, SIZES)
    follow(tab.get_by_role("link", name=SIGN_IN_BY_PROCONNECT), "Mon compte")
    assert tab.get_by_text(NADEGE["email"]).is_visible()

    context.clear_cookies()
    proconnect.who |= {"sub": "ines", "email": "inès.carpentier@croisee.example", "given_name": "Inès", "usual_name": "Carpentier"}
    tab.goto(f"{live}/connexion")
    follow(tab.get_by_role("link", name=SIGN_IN_BY_PROCONNECT), "Ce compte")
    found += complaints_in_each_size(tab, SIZES)
    follow(tab.get_by_role("link", name=SIGN_IN_TO_ACCOUNT))
    sign_in(tab)
    found += complaints_in_each_size(tab, SIZES)
    press(tab, "Relier")
    assert tab.get_by_text("ProConnect, Commune de Roubaix ouvre ce compte").is_visible()
    found += complaints_in_each_size(tab, SIZES)
    assert found == [], found
