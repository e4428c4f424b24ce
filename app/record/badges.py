"""Open Badges 3.0 (VC-JWT) of attestations: made, set in a picture, checked; and the key that signs them."""

from __future__ import annotations

import json
import secrets
import struct
import uuid
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.platform.db import insert_once
from app.platform.errors import DomainError
from app.platform.files import write_once
from app.platform.french import day_of
from app.record.attestations import BadgeKey

# --- The badge (pure: keys and time are arguments) -------------------------------------------------------------------
# It holds no name and no address of a person: who carries it shows the attestation's page, which names its holder as long as it may.

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
URN = "urn:uuid:"
ALGORITHM = "RS256"
HEADERS = {"alg", "kid", "typ"}
"""What a header may hold: the standard allows no other."""
LONGEST = 20_000
"""Characters of a badge; ours have a tenth of that."""
AHEAD = timedelta(minutes=5)
"""How far the clocks of two machines may differ."""
SVG, BADGE = "http://www.w3.org/2000/svg", "https://purl.imsglobal.org/ob/v3p0"
ET.register_namespace("", SVG)
ET.register_namespace("openbadges", BADGE)


class NotABadge(DomainError):
    sentence = "Ce texte n’est pas un badge : collez en entier ce que contient le fichier « .jwt »."


class NotSignedHere(DomainError):
    sentence = "Ce badge n’a pas été signé par ce site : il ne peut pas être vérifié ici."


class AlteredBadge(DomainError):
    sentence = "Ce badge a été modifié depuis qu’il a été signé : il ne prouve rien."


class NotYetValid(DomainError):
    sentence = "Ce badge porte une date à venir : il n’est pas encore valable."


class Issuer(Struct, frozen=True):
    """Who signs. `id` is an address that gives its profile."""

    id: str
    name: str
    site: str
    """Without a slash at its end."""
    revocations: str
    """Address of the list of what was revoked."""


class Achievement(Struct, frozen=True):
    """What one attestation proves. Two of one content, earned alike, have one achievement."""

    badge_id: str
    """A UUID: the credential's id, which the list of revocations may tell everybody."""
    page: str
    """The address of the attestation, which only whoever has the badge may read."""
    title: str
    criteria: str
    """What was asked for, in Markdown."""
    is_path: bool
    completed_at: datetime
    issued_at: datetime
    content_version: str
    minutes: int
    course: str = ""
    """Its title."""
    valid_until: datetime | None = None
    """When its last day ends; None for ever."""


def credential(of: Achievement, issuer: Issuer) -> dict[str, Any]:
    """The claims that are signed: the credential's members, and those of a JWT that repeat some of them (Open Badges 3.0, §8.2)."""
    number = f"{URN}{of.badge_id}"
    subject = uuid.uuid5(uuid.UUID(of.badge_id), "subject").urn
    achievement = {
        "id": uuid.uuid5(uuid.NAMESPACE_URL, f"{issuer.site} {of.title} {of.content_version} {of.criteria}").urn,
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion" if of.is_path else "Course",
        "name": of.title,
        "description": f"{'Parcours' if of.is_path else 'Module'} « {of.title} », {of.course}.",
        "criteria": {"narrative": of.criteria},
        "inLanguage": "fr",
        "version": of.content_version,
        "ext:minutes": of.minutes,
    }
    ends = {"validUntil": _moment(of.valid_until), "exp": int(of.valid_until.timestamp())} if of.valid_until else {}
    return ends | {
        "@context": CONTEXT,
        "id": number,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": of.title,
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name, "url": issuer.site},
        "validFrom": _moment(of.issued_at),
        "credentialSubject": {"id": subject, "type": ["AchievementSubject"], "activityEndDate": _moment(of.completed_at), "achievement": achievement},
        "evidence": [{"id": of.page, "type": ["Evidence"]}],
        "credentialStatus": {"id": issuer.revocations, "type": "1EdTechRevocationList"},
        "iss": issuer.id,
        "jti": number,
        "sub": subject,
        "nbf": int(of.issued_at.timestamp()),
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sign_badge(claims: Mapping[str, Any], key: RSAKey, key_address: str) -> str:
    """The badge as text. The same claims and key give the same text."""
    return jws.serialize_compact({"alg": ALGORITHM, "kid": key_address, "typ": "JWT"}, json.dumps(claims, ensure_ascii=False).encode(), key)


def check_badge(text: str, keys: Mapping[str, RSAKey], now: datetime) -> tuple[str, str]:
    """A badge's number and the address of its attestation. `keys` are ours, by name. Raises what is wrong with it, in a sentence.

    Keys are named by the end of their address: the site may have had another since. Whether the attestation is still held is not in a badge: the caller looks.
    """
    text = "".join(text.split())
    if not text or len(text) > LONGEST or text.count(".") != 2:
        raise NotABadge
    try:
        unverified = jws.extract_compact(text.encode())
        header = unverified.headers()
        if not (header.keys() <= HEADERS and header.get("alg") == ALGORITHM):
            raise NotABadge
        key = keys.get(_name(header))
        if key is None:
            raise NotSignedHere
        claims = json.loads(jws.deserialize_compact(text, key, algorithms=[ALGORITHM]).payload)
    except (JoseError, ValueError, RecursionError) as error:
        raise (AlteredBadge if text.isascii() and _is_ours(text, keys) else NotABadge) from error
    if not (isinstance(claims, dict) and _consistent(claims, str(header["kid"]))):
        raise NotSignedHere
    if datetime.fromtimestamp(claims["nbf"], UTC) > now + AHEAD:
        raise NotYetValid
    return str(claims["id"]).removeprefix(URN), str(claims["evidence"][0]["id"])


def _name(header: Mapping[str, Any]) -> str:
    return str(header.get("kid")).rpartition("/")[2]


def _is_ours(text: str, keys: Mapping[str, RSAKey]) -> bool:
    try:
        return _name(jws.extract_compact(text.encode()).headers()) in keys
    except (JoseError, ValueError, RecursionError):
        return False


def _consistent(claims: Mapping[str, Any], key_address: str) -> bool:
    """What a JWT repeats of its credential is the same there, and who issued it is the site whose key it names."""
    try:
        return bool(
            claims["iss"] == claims["issuer"]["id"]
            and _site(claims["iss"]) == _site(key_address)
            and claims["jti"] == claims["id"]
            and claims["evidence"][0]["id"]
            and claims["sub"] == claims["credentialSubject"]["id"]
            and claims["validFrom"] == _moment(datetime.fromtimestamp(claims["nbf"], UTC))
        )
    except (LookupError, TypeError, ValueError, OverflowError, OSError):
        return False


def _site(address: Any) -> str:
    return str(address).rpartition("/badges/")[0]


# --- In a picture ----------------------------------------------------------------------------------------------------


def in_png(picture: bytes, badge: str) -> bytes:
    """The picture with the badge in it, as Open Badges 3.0 bakes it: an iTXt chunk, before the one that ends the file (PNG, §11.3.3.4)."""
    told = b"openbadgecredential\0\0\0\0\0" + badge.encode()
    chunk = b"iTXt" + told
    before, end = picture[:-12], picture[-12:]
    return before + struct.pack(">I", len(told)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + end


def in_svg(picture: bytes, badge: str) -> bytes:
    """The drawing with the badge as its first element."""
    drawing = ET.fromstring(picture)  # noqa: S314 — a drawing of ours
    drawing.insert(0, ET.Element(f"{{{BADGE}}}credential", {"verify": badge}))
    return bytes(ET.tostring(drawing, encoding="utf-8", xml_declaration=True))


# --- The signing key -------------------------------------------------------------------------------------------------
# Its private half stays in the instance folder, out of the database and of its copies; its public half is in the database.

BITS = 3072
FILE = "badge_key.json"


class KeyDamaged(DomainError):
    status = 503
    sentence = (
        "La clé qui signe les badges, badge_key.json dans le dossier d’instance, est illisible : remettez-y sa copie, ou supprimez-la et lancez flask prepare."
    )


def prepare_key(session: Session, instance: Path, now: datetime, bits: int = BITS) -> None:
    """Draw the host's key if it has none, and make its public half known. One that was lost is drawn anew: what the old one signed is still checked."""
    if not (instance / FILE).exists():
        name = f"{day_of(now)}-{secrets.token_hex(4)}"
        write_once(instance / FILE, json.dumps(RSAKey.generate_key(bits, {"kid": name}).as_dict(private=True)).encode())
    if not _is_known(session, instance / FILE):
        key = _load_key(instance)
        insert_once(session, BadgeKey, {"id": key.kid, "public": key.as_dict(private=False), "created_at": now})


def _is_known(session: Session, file: Path) -> bool:
    """Whether the database has this very key, which was proved sound when it was made known: a start need not prove it again."""
    try:
        kept = json.loads(file.read_bytes())
    except ValueError:
        return False
    return isinstance(kept, dict) and any(public.items() <= kept.items() for public in session.scalars(select(BadgeKey.public)))


def is_ready(instance: Path) -> bool:
    """Whether this host can sign."""
    return (instance / FILE).exists()


def signing_key(instance: Path) -> RSAKey | None:
    """Returns the signing key; None on a host that `flask prepare` has not set up. Raises KeyDamaged."""
    try:
        return _load_key(instance)
    except FileNotFoundError:
        return None


def _load_key(instance: Path) -> RSAKey:
    file = instance / FILE
    return _read_key(file, file.stat().st_mtime_ns)


@lru_cache(2)
def _read_key(file: Path, changed: int) -> RSAKey:
    """To read a private key and prove it sound takes a tenth of a second: once for each file, until it has changed."""
    try:
        return RSAKey.import_key(json.loads(file.read_bytes()))
    except (ValueError, TypeError, JoseError) as error:
        raise KeyDamaged from error


def public_keys(session: Session) -> dict[str, RSAKey]:
    """Returns every key that ever signed, by name."""
    return {key.id: RSAKey.import_key(key.public) for key in session.scalars(select(BadgeKey))}
