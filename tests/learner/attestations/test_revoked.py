"""Revoked, or of somebody who was erased: the page, the badge and the list of revocations say so, and lead to nobody."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws

from app.administration.acts import REQUEST
from app.administration.privacy import erasure
from app.content.store.queries import course
from app.identity.models import Person
from app.platform.db import writing
from app.record import attestation_issuing
from app.record.attestations import attestations_of
from tests.learner.attestations.pages import badge, check, number, page, visitor
from tests.record.world import World, words_of


def revoke(world: World, person: int, restored: bool = False) -> None:
    with world.app.app_context(), writing() as session:
        attestation_issuing.decide(session, person, number(world), "Copie prouvée.", world.clock.now(), actor_id=person, restored=restored)


def test_revoked_everything_says_so_and_the_reason_is_the_persons(world: World, person: int) -> None:
    text = badge(world).decode()
    revoke(world, person)
    shown = page(world)
    assert "Attestation révoquée le 24 novembre 2026. Elle ne prouve plus rien" in words_of(shown)
    assert "Copie prouvée" not in shown.text
    assert "Télécharger" not in shown.text
    for address in ("/attestation.pdf", "/badge/jwt", "/badge/png", "/badge/svg"):
        assert visitor(world).get(f"/attestations/{number(world)}{address}").status_code == 404
    assert "Badge authentique, mais révoqué." in words_of(check(world, text))
    listed = visitor(world).get("/badges/revocations.json").get_json()
    assert listed["revokedCredentials"] == [{"id": claims(text)["id"], "revoked": True}]
    assert "Votre attestation « Module mod-un » a été révoquée le 24 novembre 2026 : Copie prouvée." in words_of(world.client().see("/progression"))
    revoke(world, person, restored=True)
    assert "révoquée" not in page(world).text
    assert visitor(world).get("/badges/revocations.json").get_json()["revokedCredentials"] == []


def claims(badge: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(jws.extract_compact(badge.encode()).payload)
    return told


def test_the_list_of_revocations_leads_to_nobody(world: World, person: int) -> None:
    """Whatever it says is followed: as a page of the site, and as an attestation's number."""
    revoke(world, person)
    client = visitor(world)
    listed = client.get("/badges/revocations.json").get_json()
    answers = [client.get(f"/attestations/{row['id'].removeprefix('urn:uuid:')}") for row in listed["revokedCredentials"]]
    answers += [client.get(urlsplit(address).path) for address in (listed["id"], listed["issuer"])]
    assert [answer.status_code for answer in answers] == [404, 200, 200]
    for told in (json.dumps(listed), *(answer.get_data(as_text=True) for answer in answers)):
        assert "Carpentier" not in told
        assert number(world) not in told


def erase(world: World, person: int) -> None:
    with world.app.app_context(), writing() as session:
        erasure.erase(session, world.app.config["CROISEE"], session.get_one(Person, person), actor_id=person, ground=REQUEST, now=world.clock.now())


def test_of_somebody_erased_it_is_authentic_and_no_more(world: World, person: int) -> None:
    text, address = badge(world).decode(), f"/attestations/{number(world)}"
    erase(world, person)
    told = check(world, text)
    assert "Badge authentique, mais son attestation n’est plus sur ce site." in words_of(told)
    assert "n’a pas été reconnu" not in told.text
    assert "Module mod-un" not in words_of(told)
    assert number(world) not in told.text
    assert visitor(world).get(address).status_code == 404
    assert visitor(world).get("/badges/revocations.json").get_json()["revokedCredentials"] == []


def test_revoked_then_erased_it_stays_revoked(world: World, person: int) -> None:
    text = badge(world).decode()
    revoke(world, person)
    erase(world, person)
    listed = visitor(world).get("/badges/revocations.json").get_json()
    assert listed["revokedCredentials"] == [{"id": claims(text)["id"], "revoked": True}]


def test_two_who_decide_the_same_write_one_act(world: World, person: int) -> None:
    revoke(world, person)
    world.clock.pass_by(days=1)
    revoke(world, person)
    (held,) = world.read(lambda session: attestations_of(session, course(session), person))
    assert (held.revoked_at, held.reason) == (held.issued_at, "Copie prouvée.")


def test_unknown_addresses_do_not_exist(world: World, person: int) -> None:
    for address in ("/attestations/x/attestation.pdf", "/attestations/x/badge/jwt", "/attestations/x/badge/exe", f"/attestations/{number(world)}/badge/gif"):
        assert visitor(world).get(address).status_code == 404, address
