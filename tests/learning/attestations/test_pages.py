"""An attestation's page, its sheet of paper and its badge, for anyone who has the address; revoked, each says so."""

from __future__ import annotations

import io
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typst
import zxingcpp
from joserfc import jws
from joserfc.jwk import RSAKey
from pdfua import validate
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from app import printing
from app.administration.models import REQUEST
from app.administration.privacy import erasure
from app.db import writing
from app.identity.models import Person
from app.learning.attestations import keys, services
from app.learning.attestations.models import BadgeKey
from app.learning.attestations.queries import attestations_of
from app.learning.attestations.views import TEMPLATE
from app.learning.progress.models import Attestation
from app.learning.record import services as record
from tests.learning.world import World, words_of
from tests.strict import Page, StrictClient

MODULE = ("un-a", "un-a-quiz", "un-b")
KEY = {"bits": 2048}


@pytest.fixture
def person(world: World) -> int:
    """Who holds the attestation of a module, on a host that can sign."""
    holder = world.person()
    for element in MODULE:
        world.finish(holder, element)
    world.do(record.attest, holder)
    with world.app.app_context(), writing() as session:
        keys.prepare_key(session, world.app.config["CROISEE"].instance_path, world.clock.now(), **KEY)
    return holder


def number(world: World) -> str:
    return world.read(lambda session: session.scalars(select(Attestation.id)).one())


def visitor(world: World) -> StrictClient:
    return world.app.test_client()  # type: ignore[return-value]


def revoke(world: World, person: int, restored: bool = False) -> None:
    with world.app.app_context(), writing() as session:
        services.decide(session, person, number(world), "Copie prouvée.", world.clock.now(), actor_id=person, restored=restored)


def page(world: World, status: int = 200) -> Page:
    return visitor(world).see(f"/attestations/{number(world)}", status)


# --- On paper --------------------------------------------------------------------------------------------------------


def sheet(world: World) -> bytes:
    answer = visitor(world).get(f"/attestations/{number(world)}/attestation.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "noindex" in answer.headers["X-Robots-Tag"]
    return answer.get_data()


def plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f\u00ad-]+", "", text)


def test_the_sheet_says_what_the_page_says_on_one_side(world: World, person: int) -> None:
    reader = PdfReader(io.BytesIO(sheet(world)))
    assert len(reader.pages) == 1
    told = plain(reader.pages[0].extract_text())
    for shown in (*page(world).all("dd"), *page(world).all("h1"), *page(world).all("h2")):
        assert plain(page(world).text_of(shown)) in told
    for sentence in ("Inès Carpentier", "a terminé le module « Module mod-un » le 24 novembre 2026.", "Comprendre mod-un", "Leçon un-a ; Leçon un-b."):
        assert plain(sentence) in told, sentence


def test_a_checker_finds_no_fault_in_the_sheet(world: World, person: int, tmp_path: Path) -> None:
    file = tmp_path / "attestation.pdf"
    file.write_bytes(sheet(world))
    assert [(found.rule_id, found.message) for found in validate(file).findings] == []


def test_one_sheet_is_printed_once_and_for_its_head_not_at_all(world: World, person: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has an address may ask for it again and again: exports and reports wait for the same place."""
    times: list[Any] = []
    real = printing.pdf_of
    monkeypatch.setattr("app.learning.attestations.views.pdf_of", lambda *values, **more: times.append(values) or real(*values, **more))
    head = visitor(world).head(f"/attestations/{number(world)}/attestation.pdf")
    assert (head.status_code, head.mimetype, head.get_data(), times) == (200, "application/pdf", b"", [])
    assert head.headers.get("Content-Length") != "0"
    first = sheet(world)
    world.clock.pass_by(days=1)
    assert sheet(world) == first
    assert len(times) == 1
    with world.app.app_context(), writing() as session:
        session.get_one(Person, person).name = "Inès Carpentier-Roy"
    assert sheet(world) != first


def test_its_code_leads_to_the_page(world: World, person: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheet drawn as it is printed, read as a telephone reads it."""
    given: list[dict[str, Any]] = []
    real = printing.pdf_of
    monkeypatch.setattr("app.learning.attestations.views.pdf_of", lambda *values, **more: given.append(values[2]) or real(*values, **more))
    sheet(world)
    drawn = typst.compile(TEMPLATE, sys_inputs={"data": json.dumps(given[0])}, format="png", ppi=144)
    with Image.open(io.BytesIO(drawn)) as picture:
        (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.text == f"http://localhost/attestations/{number(world)}"


# --- The badge -------------------------------------------------------------------------------------------------------


def badge(world: World, form: str = "jwt") -> bytes:
    answer = visitor(world).get(f"/attestations/{number(world)}/badge/{form}")
    assert answer.status_code == 200
    assert answer.mimetype == {"jwt": "text/plain", "png": "image/png", "svg": "image/svg+xml"}[form]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="badge.{form}"'
    return answer.get_data()


def check(world: World, text: str, status: int = 200) -> Page:
    client = visitor(world)
    client.see("/badges/verifier")
    return client.submit("Vérifier ce badge", status, follow=False, badge=text)


def test_the_badge_names_nobody_and_its_addresses_answer(world: World, person: int) -> None:
    text = badge(world).decode()
    unverified = jws.extract_compact(text.encode())
    claims = json.loads(unverified.payload)
    assert "Carpentier" not in json.dumps(claims, ensure_ascii=False)
    assert "example" not in json.dumps(claims["credentialSubject"])
    client = visitor(world)
    for address in (unverified.headers()["kid"], claims["issuer"]["id"], claims["credentialStatus"]["id"]):
        answer = client.get(address.removeprefix("http://localhost"))
        assert answer.status_code == 200
        assert "d" not in answer.get_json(), "the private half of a key"
    assert claims["evidence"][0]["id"] == f"http://localhost/attestations/{number(world)}"
    assert client.get("/badges/cles/inconnue").status_code == 404


def test_in_production_what_a_request_calls_the_site_is_neither_signed_nor_printed(world: World, person: int) -> None:
    text, settings = badge(world).decode(), world.app.config["CROISEE"]
    world.app.config["CROISEE"] = replace(settings, environment="production")
    client, own = visitor(world), f"/attestations/{number(world)}"
    shown = client.get(own, base_url="http://evil.example")
    assert shown.status_code == 200
    for said in ("evil", "Badge numérique", "Vérifier cette attestation", "ci-dessus", "ci-dessous"):
        assert said not in shown.text, said
    printed = client.get(f"{own}/attestation.pdf", base_url="http://evil.example")
    told = PdfReader(io.BytesIO(printed.get_data())).pages[0].extract_text()
    assert "Inès" in told
    assert "evil" not in told
    assert "Vérifier" not in told
    for address in (f"{own}/badge/jwt", "/badges/emetteur.json", "/badges/revocations.json", urlsplit(header(text)["kid"]).path):
        assert client.get(address, base_url="http://evil.example").status_code == 404, address
    assert "Badge authentique." in check(world, text).text
    world.app.config["CROISEE"] = replace(settings, environment="production", site_url="https://croisee.example/")
    assert header(badge(world).decode())["kid"].startswith("https://croisee.example/badges/")
    assert client.get("/badges/emetteur.json", base_url="http://evil.example").get_json()["url"] == "https://croisee.example"


def header(badge: str) -> dict[str, Any]:
    return jws.extract_compact(badge.encode()).headers()


@pytest.mark.parametrize("form", ["png", "svg"])
def test_pictures_carry_the_same_text(world: World, person: int, form: str) -> None:
    assert badge(world) in badge(world, form)


def test_one_that_is_pasted_is_checked(world: World, person: int) -> None:
    found = check(world, badge(world).decode())
    assert "Badge authentique. Il correspond à l’attestation « Module mod-un »" in words_of(found)
    assert "Carpentier" not in found.text


def test_one_that_was_altered_comes_back_with_what_was_typed(world: World, person: int) -> None:
    head, body, seal = badge(world).decode().split(".")
    altered = f"{head}.{body}.{seal[:-8]}AAAAAAAA"
    refused = check(world, altered, 422)
    assert "a été modifié depuis qu’il a été signé" in words_of(refused)
    assert altered in refused.text_of(refused.all("textarea")[0])
    assert "Collez le texte d’un badge" in words_of(check(world, "", 422))


def test_a_key_that_was_lost_still_checks_what_it_signed(world: World, person: int) -> None:
    old = badge(world).decode()
    instance = world.app.config["CROISEE"].instance_path
    (instance / keys.FILE).unlink()
    assert "Badge numérique" not in page(world).text
    assert visitor(world).get(f"/attestations/{number(world)}/badge/jwt").status_code == 404
    with world.app.app_context(), writing() as session:
        keys.prepare_key(session, instance, world.clock.now(), **KEY)
        keys.prepare_key(session, instance, world.clock.now(), **KEY)
        assert len(session.scalars(select(BadgeKey)).all()) == 2
    assert badge(world).decode() != old
    for text in (old, badge(world).decode()):
        assert "Badge authentique." in check(world, text).text


def test_the_private_half_is_in_a_file_of_its_owner_alone(world: World, person: int) -> None:
    file = world.app.config["CROISEE"].instance_path / keys.FILE
    assert file.stat().st_mode & 0o077 == 0
    assert "d" in json.loads(file.read_bytes())
    assert world.read(lambda session: session.scalars(select(BadgeKey.public)).one()).keys() == {"kty", "kid", "n", "e"}


def test_the_key_is_read_once_and_again_when_its_file_has_changed(world: World, person: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """To read it takes a tenth of a second of processor, which nobody needs an account to ask for."""
    file, real = world.app.config["CROISEE"].instance_path / keys.FILE, RSAKey.import_key
    times: list[Any] = []
    monkeypatch.setattr(RSAKey, "import_key", lambda value: times.append(value) or real(value))  # type: ignore[func-returns-value]
    for moment in (1, 1, 1, 2):
        os.utime(file, ns=(moment, moment))
        badge(world)
    assert len(times) == 2


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"kty": "RSA", "n": "AAAA"}', "null"])
def test_a_key_that_was_cut_short_is_a_sentence(world: World, person: int, kept: str) -> None:
    (world.app.config["CROISEE"].instance_path / keys.FILE).write_text(kept, encoding="utf-8")
    answer = visitor(world).get(f"/attestations/{number(world)}/badge/jwt")
    assert answer.status_code == 503
    assert "badge_key.json dans le dossier d’instance, est illisible" in answer.get_data(as_text=True)


# --- Revoked ---------------------------------------------------------------------------------------------------------


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
    (held,) = world.read(lambda session: attestations_of(session, person))
    assert (held.revoked_at, held.reason) == (held.issued_at, "Copie prouvée.")


def test_unknown_addresses_do_not_exist(world: World, person: int) -> None:
    for address in ("/attestations/x/attestation.pdf", "/attestations/x/badge/jwt", "/attestations/x/badge/exe", f"/attestations/{number(world)}/badge/gif"):
        assert visitor(world).get(address).status_code == 404, address
