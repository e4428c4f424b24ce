"""The Nu checker, of those who write HTML itself, has nothing to say of any page of the real course, as each role sees it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace

from app.identity.sign_in.openid import FETCHER
from tests.authoring import atelier
from tests.authoring.circulating.carried import changed, commented, tracked
from tests.authoring.circulating.circulating import brought, sent
from tests.exchange.banks.banking import CASES
from tests.identity.builders import PASSWORD, stored_person
from tests.identity.sign_in.factors.phone import set_up
from tests.identity.sign_in.institutions.institutions import ADDRESS, come
from tests.identity.sign_in.institutions.stub import PROVIDER, Institution
from tests.learner.submissions import return_to, send_after_the_end
from tests.making import make_app, make_settings
from tests.platform.web.peopled import furnished, peopled
from tests.proofs.every_page import NEED_AN_ACT, WHO, addresses, more
from tests.proofs.learners import Scriptless, sign_in
from tests.proofs.valid_html import check
from tests.record import courses
from tests.record.conftest import clock
from tests.record.world import Clock, World
from tests.strict import Page, StrictClient
from tests.words import CHECK_ARCHIVE, SIGN_IN, SIGN_IN_TO_ACCOUNT, SIGN_OUT

__all__ = ["clock"]

pytestmark = pytest.mark.proof

LOST = "/nulle-part"
"""A page of error."""


def test_the_nu_checker_has_nothing_to_say(app: Flask, values: dict[str, Any], passwords: dict[str, str], tmp_path: Path) -> None:
    for who, email in WHO.items():
        client = StrictClient(app)
        if email:
            sign_in(Scriptless(client), email, passwords[email])
        for path in [*addresses(app, values), *(more(app, values) if who == "learner" else []), LOST]:
            answer = client.get(path)
            if answer.mimetype == "text/html" and (answer.status_code == 200 or path == LOST):
                (tmp_path / f"{who}{path.replace('/', '_')}.html").write_bytes(answer.data)
    check(tmp_path, at_least=130)


def test_nor_of_the_pages_that_exist_after_an_act(tmp_path: Path, clock: Clock) -> None:
    app = make_app(make_settings(tmp_path / "instance"))
    world = furnished(app, clock)
    pages, client = tmp_path / "pages", app.test_client(use_cookies=False)
    pages.mkdir()
    opened = set()
    for role, reader in peopled(world).items():
        for rule, method, allowed in reader.rules():
            if allowed and method == "GET" and rule.endpoint in NEED_AN_ACT:
                answer = client.get(reader.path(rule), headers=reader.headers)
                if answer.status_code == 200:
                    opened.add(rule.endpoint)
                    (pages / f"{rule.endpoint} as {role}.html").write_bytes(answer.data)
    for endpoint, act in ACTS.items():
        opened.add(endpoint)
        (pages / f"{endpoint}.html").write_text(act(world).html, encoding="utf-8")
    assert opened == NEED_AN_ACT | POSTED, sorted((NEED_AN_ACT | POSTED) ^ opened)
    check(pages, at_least=len(opened))


def printed_link(world: World) -> Page:
    client = world.client("Un administrateur")
    client.see(client.see("/administration/personnes?q=bilal").link("Bilal Invité"))
    return client.submit("Tirer un lien à imprimer")


def checked_archive(world: World) -> Page:
    client = world.client("Un formateur")
    course = client.get("/atelier/archive/cours.zip").data
    client.see("/atelier/archive")
    return client.submit(CHECK_ARCHIVE, file=(io.BytesIO(course), "cours.zip"))


def file_that_came_back(world: World) -> Page:
    client = world.client("Un formateur")
    data = sent(client, page=f"/atelier/documents/{atelier.LESSON}/fichier-a-relire")
    brought(client, changed(data, lambda made: (tracked(made, "Il signe.", "Il signe seul."), commented(made, "Le préfet", "Lequel ?", "Jeanne"))))
    return client.page


def questions_of_moodle(world: World) -> Page:
    client = world.client("Un formateur")
    client.see("/atelier/importer")
    return client.submit("Regarder", files=(io.BytesIO((CASES / "banque.xml").read_bytes()), "banque.xml"))


def form_given_back(world: World) -> Page:
    client = world.client("Anna Voisine")
    client.see(f"/carnet/noter/lecon/{atelier.LESSON}?ancre=le-prefet")
    return return_to(client, send_after_the_end(world, client, "Enregistrer", text="À garder"), "anna.voisine@croisee.example")


def refresher(world: World) -> Page:
    """Of an attestation that is valid for a year, on a site of its own."""
    other = World(make_app(make_settings(Path(world.app.instance_path) / "another")), world.clock)
    other.publish_together(*courses.small())
    other.publish(courses.path(["mod-un", "mod-deux"], validity="12 mois"))
    other.graduate()
    return other.client().see("/progression/rafraichir")


def printed_codes(world: World) -> Page:
    client = world.client("Un responsable")
    set_up(client, world.clock)
    return client.page


def asked_again(world: World) -> Page:
    client = world.client("Un formateur")
    set_up(client, world.clock)
    return client.see("/connexion/verification?next=/compte")


def unknown_there(world: World) -> Page:
    """Somebody whom an institution knows, and whose address an account bears."""
    return _from_institution(world).page


def to_be_linked(world: World) -> Page:
    client = _from_institution(world)
    client.see(client.page.link(SIGN_IN_TO_ACCOUNT))
    return client.submit(SIGN_IN, email=ADDRESS, password=PASSWORD)


def still_known_there(world: World) -> Page:
    client = _from_institution(world)
    client.see(client.page.link(SIGN_IN_TO_ACCOUNT))
    client.submit(SIGN_IN, email=ADDRESS, password=PASSWORD)
    client.submit("Relier")
    client = _from_institution(world)
    return client.submit(SIGN_OUT)


def _from_institution(world: World) -> StrictClient:
    if not world.app.config["CROISEE"].oidc:
        stored_person(world.app, name="Nadège Leroy", email=ADDRESS)
        world.app.config["CROISEE"] = replace(world.app.config["CROISEE"], oidc=(PROVIDER,))
        FETCHER.give(world.app, Institution(world.clock))
    client = world.app.test_client()
    assert isinstance(client, StrictClient)
    come(client, FETCHER.of(world.app))
    return client


POSTED = {"factors.draw_codes"}
"""They are shown once, in the answer to a form."""
ACTS = {
    "attestations.refresher": refresher,
    "authoring.archive_check": checked_archive,
    "authoring.returned_page": file_that_came_back,
    "intake.show_found": questions_of_moodle,
    "factors.draw_codes": printed_codes,
    "factors.verify": asked_again,
    "institutions.back": unknown_there,
    "institutions.join": to_be_linked,
    "institutions.leave": still_known_there,
    "invitation.show_link": printed_link,
    "learning.resume": form_given_back,
}
"""Endpoint → what shows its page once."""
