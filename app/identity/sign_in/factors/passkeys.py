"""Ceremonies of WebAuthn: what a browser is asked, and whether what it answers is right. The challenge stays in the visitor's cookie, and works once."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import webauthn
from flask import request, session
from msgspec import Struct
from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import AuthenticatorSelectionCriteria as Criteria
from webauthn.helpers.structs import PublicKeyCredentialDescriptor as Descriptor
from webauthn.helpers.structs import ResidentKeyRequirement, UserVerificationRequirement

from app.identity.sessions import spent
from app.platform.settings import Settings

HELD, LASTS = "cle", timedelta(minutes=10)
"""The cookie's field; how long the page may stay open before the key is touched."""
LONGEST = 20_000
"""Characters of an answer."""


class RelyingParty(Struct, frozen=True):
    """The site for which a passkey is valid."""

    host: str
    origin: str


class StoredPasskey(Struct, frozen=True):
    """What is stored of a key."""

    credential: str
    public_key: str
    count: int


def place(settings: Settings) -> RelyingParty | None:
    """The site's own address; where none is set, as on a machine of one's own, the request's. None where no browser would take a key."""
    origin = urlsplit(settings.site_url or request.host_url)
    host = origin.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        secure = origin.scheme == "https" or host == "localhost"
        return RelyingParty(host, f"{origin.scheme}://{origin.netloc}") if host and secure else None
    return None


def _draw(now: datetime) -> bytes:
    challenge = secrets.token_bytes(32)
    session[HELD] = [challenge.hex(), int((now + LASTS).timestamp())]
    return challenge


def _take(database: Session, now: datetime) -> bytes | None:
    """The challenge of this browser's last page, once."""
    try:
        challenge, expires = session.pop(HELD)
    except (KeyError, TypeError, ValueError):
        return None
    until = datetime.fromtimestamp(expires, UTC)
    return bytes.fromhex(challenge) if now < until and spent.once(database, f"challenge {challenge}", now, until) else None


def handle(settings: Settings, person_id: int) -> bytes:
    """Returns the user handle of a passkey: a number that means nothing elsewhere."""
    return hmac.new(settings.secret_key.encode(), f"passkey {person_id}".encode(), hashlib.sha256).digest()


def _descriptors(credentials: Iterable[str]) -> list[Descriptor]:
    return [Descriptor(id=webauthn.base64url_to_bytes(each)) for each in credentials]


def to_create(settings: Settings, at: RelyingParty, site: str, person_id: int, name: str, address: str, held: Iterable[str], now: datetime) -> str:
    """What the browser is asked to make a key, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=at.host,
        rp_name=site,
        user_id=handle(settings, person_id),
        user_name=address,
        user_display_name=name,
        challenge=_draw(now),
        timeout=300_000,
        authenticator_selection=Criteria(resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED),
        exclude_credentials=_descriptors(held),
    )
    return webauthn.options_to_json(options)


def to_prove(at: RelyingParty, credentials: Iterable[str], now: datetime, *, alone: bool) -> str:
    """What the browser is asked to prove who one is. `alone`: without a password, so that the key must ask its holder's PIN or finger."""
    verification = UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED
    options = webauthn.generate_authentication_options(
        rp_id=at.host, challenge=_draw(now), timeout=300_000, allow_credentials=_descriptors(credentials), user_verification=verification
    )
    return webauthn.options_to_json(options)


def created(database: Session, at: RelyingParty, answer: str, now: datetime) -> StoredPasskey | None:
    """The key that the browser made; None where anything of its answer is wrong."""
    challenge = _take(database, now)
    if challenge is None or len(answer) > LONGEST:
        return None
    try:
        made = webauthn.verify_registration_response(credential=answer, expected_challenge=challenge, expected_rp_id=at.host, expected_origin=at.origin)
    except Exception:
        return None
    return StoredPasskey(bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key), made.sign_count)


def credential_id(answer: str) -> str:
    """The identifier of the key that answers; empty where none can be read."""
    try:
        found: Any = json.loads(answer)["id"] if len(answer) <= LONGEST else ""
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""


def proved(database: Session, at: RelyingParty, answer: str, key: StoredPasskey, now: datetime, *, alone: bool) -> int | None:
    """The key's new count; None where anything of its answer is wrong."""
    challenge = _take(database, now)
    if challenge is None:
        return None
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=at.host,
            expected_origin=at.origin,
            credential_public_key=webauthn.base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.count,
            require_user_verification=alone,
        )
    except Exception:
        return None
    return verified.new_sign_count
