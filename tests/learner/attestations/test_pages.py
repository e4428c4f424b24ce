"""An attestation's page, its sheet of paper and its badge, for anyone who has the address."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typst
import zxingcpp
from joserfc import jws
from joserfc.jwk import RSAKey
from msgspec.structs import replace
from pdfua import validate
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from app.identity import tries
from app.identity.models import Person
from app.identity.rules import Role
from app.learner.attestations import TEMPLATE
from app.platform import printing
from app.platform.db import writing
from app.record import badges
from app.record import services as record
from app.record.attestations import BadgeKey
from app.record.progress.rules import EventType
from tests.learner.attestations.pages import badge, check, number, page, plain, visitor
from tests.record.world import World, words_of
from tests.words import BADGE_AUTHENTIC, BADGE_HEADING, BADGE_KEY_UNREADABLE


@pytest.mark.usefixtures("person")
def test_its_number_is_typed_to_a_command_as_it_stands(world: World) -> None:
    """A dash that begins it would be read as an option of `flask exchange export`."""
    assert number(world).isalnum()


# --- On paper --------------------------------------------------------------------------------------------------------


def sheet(world: World) -> bytes:
    answer = visitor(world).get(f"/attestations/{number(world)}/attestation.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "noindex" in answer.headers["X-Robots-Tag"]
    return answer.get_data()


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


def test_a_sheet_is_printed_anew_each_time_and_for_its_head_not_at_all(world: World, person: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that bears a name stays in a worker: once somebody is erased, no sheet is left of them."""
    times: list[Any] = []
    real = printing.pdf_of
    monkeypatch.setattr("app.learner.attestations.pdf_of", lambda *values, **more: times.append(values) or real(*values, **more))
    head = visitor(world).head(f"/attestations/{number(world)}/attestation.pdf")
    assert (head.status_code, head.mimetype, head.get_data(), times) == (200, "application/pdf", b"", [])
    assert head.headers.get("Content-Length") != "0"
    first = sheet(world)
    world.clock.pass_by(days=1)
    assert sheet(world) == first
    assert len(times) == 2
    with world.app.app_context(), writing() as session:
        session.get_one(Person, person).name = "Inès Carpentier-Roy"
    assert sheet(world) != first


@pytest.mark.usefixtures("person")
def test_one_sheet_again_and_again_waits_and_keeps_nobody_from_printing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No account is needed to ask: exports and reports wait for the same place."""
    monkeypatch.setattr("app.learner.attestations.pdf_of", lambda *values, **more: b"%PDF-")
    address = f"/attestations/{number(world)}/attestation.pdf"
    answers = [visitor(world).get(address) for _ in range(tries.SHEETS + 2)]
    assert [answer.status_code for answer in answers] == [200] * tries.SHEETS + [429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert visitor(world).head(address).status_code == visitor(world).get(f"/attestations/{number(world)}").status_code == 200


def test_its_code_leads_to_the_page(world: World, person: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheet drawn as it is printed, read as a telephone reads it."""
    given: list[dict[str, Any]] = []
    real = printing.pdf_of
    monkeypatch.setattr("app.learner.attestations.pdf_of", lambda *values, **more: given.append(values[2]) or real(*values, **more))
    sheet(world)
    drawn = typst.compile(TEMPLATE, sys_inputs={"data": json.dumps(given[0])}, format="png", ppi=144)
    with Image.open(io.BytesIO(drawn)) as picture:
        (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.text == f"http://localhost/attestations/{number(world)}"


# --- The badge -------------------------------------------------------------------------------------------------------


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


def test_the_badge_says_what_was_waived(world: World) -> None:
    holder, trainer = world.person(), world.person("Théo Formateur", role=Role.TRAINER)
    world.decide(holder, "un-a", EventType.WAIVED, trainer)
    for element in ("un-a-quiz", "un-b"):
        world.finish(holder, element)
    world.do(record.attest, holder)
    with world.app.app_context(), writing() as session:
        badges.prepare_key(session, world.app.config["CROISEE"].instance_path, world.clock.now(), bits=2048)
    achievement = json.loads(jws.extract_compact(badge(world)).payload)["credentialSubject"]["achievement"]
    told = achievement["criteria"]["narrative"]
    assert told.startswith("Lire chaque leçon et réussir chaque quiz demandé, sauf une partie du module (dispense sur acquis vérifiés). Objectifs :")


def test_in_production_what_a_request_calls_the_site_is_neither_signed_nor_printed(world: World, person: int) -> None:
    text, settings = badge(world).decode(), world.app.config["CROISEE"]
    world.app.config["CROISEE"] = replace(settings, environment="production")
    client, own = visitor(world), f"/attestations/{number(world)}"
    shown = client.get(own, base_url="http://evil.example")
    assert shown.status_code == 200
    for said in ("evil", BADGE_HEADING, "Vérifier cette attestation", "ci-dessus", "ci-dessous"):
        assert said not in shown.text, said
    printed = client.get(f"{own}/attestation.pdf", base_url="http://evil.example")
    told = PdfReader(io.BytesIO(printed.get_data())).pages[0].extract_text()
    assert "Inès" in told
    assert "evil" not in told
    assert "Vérifier" not in told
    for address in (f"{own}/badge/jwt", "/badges/emetteur.json", "/badges/revocations.json", urlsplit(header(text)["kid"]).path):
        assert client.get(address, base_url="http://evil.example").status_code == 404, address
    assert BADGE_AUTHENTIC in check(world, text).text
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
    (instance / badges.FILE).unlink()
    assert BADGE_HEADING not in page(world).text
    assert visitor(world).get(f"/attestations/{number(world)}/badge/jwt").status_code == 404
    with world.app.app_context(), writing() as session:
        badges.prepare_key(session, instance, world.clock.now(), bits=2048)
        badges.prepare_key(session, instance, world.clock.now(), bits=2048)
        assert len(session.scalars(select(BadgeKey)).all()) == 2
    assert badge(world).decode() != old
    for text in (old, badge(world).decode()):
        assert BADGE_AUTHENTIC in check(world, text).text


def test_the_private_half_is_in_a_file_of_its_owner_alone(world: World, person: int) -> None:
    file = world.app.config["CROISEE"].instance_path / badges.FILE
    assert file.stat().st_mode & 0o077 == 0
    assert "d" in json.loads(file.read_bytes())
    assert world.read(lambda session: session.scalars(select(BadgeKey.public)).one()).keys() == {"kty", "kid", "n", "e"}


def test_the_key_is_read_once_and_again_when_its_file_has_changed(world: World, person: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """To read it takes a tenth of a second of processor, which nobody needs an account to ask for."""
    file, real = world.app.config["CROISEE"].instance_path / badges.FILE, RSAKey.import_key
    times: list[Any] = []
    monkeypatch.setattr(RSAKey, "import_key", lambda value: times.append(value) or real(value))  # type: ignore[func-returns-value]
    for moment in (1, 1, 1, 2):
        os.utime(file, ns=(moment, moment))
        badge(world)
    assert len(times) == 2


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"kty": "RSA", "n": "AAAA"}', "null"])
def test_a_key_that_was_cut_short_is_a_sentence(world: World, person: int, kept: str) -> None:
    (world.app.config["CROISEE"].instance_path / badges.FILE).write_text(kept, encoding="utf-8")
    answer = visitor(world).get(f"/attestations/{number(world)}/badge/jwt")
    assert answer.status_code == 503
    assert BADGE_KEY_UNREADABLE in answer.get_data(as_text=True)
