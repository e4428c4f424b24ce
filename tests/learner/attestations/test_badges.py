"""A badge is what the standard asks for, and nothing but what was signed here, untouched, is taken for one of ours."""

from __future__ import annotations

import io
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from msgspec.structs import replace
from PIL import Image

from app.platform.errors import DomainError
from app.record import badges
from app.record.badges import Achievement, AlteredBadge, Issuer, NotABadge, NotSignedHere, NotYetValid

SITE = "https://croisee.example"
ISSUER = Issuer(f"{SITE}/badges/emetteur.json", "Le centre de ressources", SITE, f"{SITE}/badges/revocations.json")
ADDRESS = f"{SITE}/attestations/uneAttestationQuePersonneNeDevine"
ELSEWHERE = "https://ailleurs.example/badges/emetteur.json"
KEY_NAME = "2026-11-24-0a1b2c3d"
KEY_ADDRESS = f"{SITE}/badges/cles/{KEY_NAME}"
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
ISSUED = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
NUMBER = "6f3b1c52-2f7a-4b8e-9a51-0c4d7e8f9a10"
EARNED = Achievement(NUMBER, ADDRESS, "La politique de la ville", "Lire et réussir.", False, ISSUED - timedelta(days=1), ISSUED, "f" * 64, 95)


@cache
def key(which: int = 0) -> RSAKey:
    return RSAKey.generate_key(2048)


def claims(**changes: Any) -> dict[str, Any]:
    return badges.credential(EARNED, ISSUER) | changes


def badge(**changes: Any) -> str:
    return badges.sign_badge(claims(**changes), key(), KEY_ADDRESS)


def checked(text: str, now: datetime = NOW) -> tuple[str, str]:
    return badges.check_badge(text, {KEY_NAME: key()}, now)


def part(text: str, place: int) -> dict[str, Any]:
    piece = text.split(".")[place]
    found: dict[str, Any] = json.loads(urlsafe_b64decode(piece + "=" * (-len(piece) % 4)))
    return found


def coded(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_it_has_the_members_that_the_standard_asks_for() -> None:
    told = part(badge(), 1)
    assert part(badge(), 0) == {"alg": "RS256", "kid": KEY_ADDRESS, "typ": "JWT"}
    assert told["@context"] == ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
    assert told["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    achievement = told["credentialSubject"]["achievement"]
    assert {"id", "type", "name", "description", "criteria"} <= achievement.keys()
    assert (achievement["achievementType"], achievement["inLanguage"], achievement["version"]) == ("Course", "fr", "f" * 64)
    assert (told["iss"], told["jti"], told["sub"]) == (told["issuer"]["id"], told["id"], told["credentialSubject"]["id"])
    assert (told["id"], told["evidence"]) == (f"urn:uuid:{NUMBER}", [{"id": ADDRESS, "type": ["Evidence"]}])
    assert told["validFrom"] == "2026-11-24T08:30:00Z"
    assert told["nbf"] == ISSUED.timestamp()
    assert told["credentialStatus"] == {"id": ISSUER.revocations, "type": "1EdTechRevocationList"}
    assert len(badge()) < 3000


def test_of_a_path_it_is_a_certificate() -> None:
    whole = badges.credential(Achievement(NUMBER, ADDRESS, "Le parcours", "", True, ISSUED, ISSUED, "a" * 64, 900), ISSUER)
    assert whole["credentialSubject"]["achievement"]["achievementType"] == "CertificateOfCompletion"


def test_one_content_is_one_achievement_and_each_holder_is_another_subject() -> None:
    other = badges.credential(replace(EARNED, badge_id=NUMBER.replace("6", "7")), ISSUER)
    assert other["credentialSubject"]["achievement"]["id"] == claims()["credentialSubject"]["achievement"]["id"]
    assert other["sub"] != claims()["sub"]
    spared = badges.credential(replace(EARNED, criteria="Lire et réussir, une partie dispensée."), ISSUER)
    assert spared["credentialSubject"]["achievement"]["id"] != claims()["credentialSubject"]["achievement"]["id"], "another narrative is another achievement"


def test_it_is_checked_with_the_network_off_whatever_line_ends_it_has() -> None:
    assert checked(badge()) == (NUMBER, ADDRESS)
    assert checked("  " + badge()[:70] + "\n" + badge()[70:] + "\r\n") == (NUMBER, ADDRESS)


def test_of_a_site_that_has_moved_since_it_is_checked_still() -> None:
    old = "https://ancien.example"
    before = Issuer(f"{old}/badges/emetteur.json", "Le centre", old, f"{old}/badges/revocations.json")
    text = badges.sign_badge(badges.credential(replace(EARNED, page=f"{old}/attestations/x"), before), key(), f"{old}/badges/cles/{KEY_NAME}")
    assert checked(text) == (NUMBER, f"{old}/attestations/x")


def test_it_is_the_same_each_time() -> None:
    assert badge() == badge()


@pytest.mark.parametrize("place", ["id", "jti", "sub", "iss", "nbf", "validFrom", "issuer", "credentialSubject"], ids=str)
def test_a_claim_that_was_changed_is_seen(place: str) -> None:
    head, _, seal = badge().split(".")
    with pytest.raises(AlteredBadge):
        checked(f"{head}.{coded(claims(**{place: 'https://ailleurs.example/'}))}.{seal}")


FORGED: dict[str, tuple[Callable[[], str], type[DomainError]]] = {
    "another's key": (lambda: badges.sign_badge(claims(), key(1), KEY_ADDRESS), AlteredBadge),
    "an unknown key": (lambda: badges.sign_badge(claims(), key(1), f"{SITE}/badges/cles/x.json"), NotSignedHere),
    "another site's name": (lambda: badge(iss="https://ailleurs.example"), NotSignedHere),
    "another site's name, wherever it stands": (lambda: badge(iss=ELSEWHERE, issuer={**claims()["issuer"], "id": ELSEWHERE}), NotSignedHere),
    "two ids": (lambda: badge(jti="urn:uuid:1"), NotSignedHere),
    "no address": (lambda: badge(evidence=[]), NotSignedHere),
    "two subjects": (lambda: badge(sub="urn:uuid:1"), NotSignedHere),
    "two dates": (lambda: badge(nbf=int(ISSUED.timestamp()) + 1), NotSignedHere),
    "no algorithm": (lambda: f"{coded({'alg': 'none', 'kid': KEY_ADDRESS})}.{coded(claims())}.", NotABadge),
    "a secret for a key": (lambda: _by_secret(), NotABadge),
    "a header too many": (lambda: _with_header(jwk=key().as_dict(private=False)), NotABadge),
    "a day to come": (lambda: badges.sign_badge(badges.credential(_at(NOW + timedelta(days=2)), ISSUER), key(), KEY_ADDRESS), NotYetValid),
    "nothing": (lambda: "", NotABadge),
    "a word": (lambda: "bonjour", NotABadge),
    "three words": (lambda: "bonjour.à.tous", NotABadge),
    "half of one": (lambda: badge()[: len(badge()) // 2], NotABadge),
    "without its seal": (lambda: badge().rpartition(".")[0] + ".", AlteredBadge),
    "too long": (lambda: badge() + "a" * badges.LONGEST, NotABadge),
    "a list": (lambda: _of([1]), NotSignedHere),
}


def _at(moment: datetime) -> Achievement:
    return Achievement(NUMBER, ADDRESS, "T", "", False, moment, moment, "a" * 64, 1)


def _of(payload: Any) -> str:
    return badges.sign_badge(payload, key(), KEY_ADDRESS)


def _by_secret() -> str:
    return jws.serialize_compact({"alg": "HS256", "kid": KEY_ADDRESS}, json.dumps(claims()).encode(), OctKey.import_key("s" * 64))


def _with_header(**more: Any) -> str:
    return jws.serialize_compact({"alg": "RS256", "kid": KEY_ADDRESS, **more}, json.dumps(claims()).encode(), key())


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_is_refused_in_a_sentence(name: str) -> None:
    make, refusal = FORGED[name]
    with pytest.raises(refusal) as refused:
        checked(make())
    assert refused.value.sentence.endswith(".") or ":" in refused.value.sentence


@given(text=st.one_of(st.text(), st.binary().map(lambda data: data.decode("latin-1")), st.lists(st.text(), min_size=3, max_size=3).map(".".join)))
def test_whatever_is_pasted_is_answered(text: str) -> None:
    with pytest.raises(DomainError):
        checked(text)


@given(place=st.integers(min_value=0), letter=st.sampled_from("ABab01-_"))
def test_one_letter_changed_anywhere_is_enough(place: int, letter: str) -> None:
    whole = badge()
    place %= len(whole)
    changed = whole[:place] + letter + whole[place + 1 :]
    try:
        assert checked(changed) == (NUMBER, ADDRESS)
        assert changed == whole or place == len(whole) - 1, "the last letter holds bits that nobody reads"
    except DomainError:
        assert changed != whole


def test_a_picture_carries_it() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "PNG")
    with Image.open(io.BytesIO(badges.in_png(picture.getvalue(), badge()))) as baked:
        assert baked.text == {"openbadgecredential": badge()}  # type: ignore[attr-defined]
    drawing = ET.fromstring(badges.in_svg(b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>', badge()))  # noqa: S314
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawing[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert drawing[0].get("verify") == badge()
