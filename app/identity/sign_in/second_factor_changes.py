"""The ceremonies of passkeys (WebAuthn), and what sets up, shows and takes away a second factor."""

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
from blinker import Signal
from flask import request, session
from msgspec import Struct
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import AuthenticatorSelectionCriteria as Criteria
from webauthn.helpers.structs import PublicKeyCredentialDescriptor as Descriptor
from webauthn.helpers.structs import ResidentKeyRequirement, UserVerificationRequirement

from app.identity import services, sessions
from app.identity.models import Person
from app.identity.rules import needs_factor
from app.identity.sign_in import second_factor
from app.identity.sign_in.second_factor import Authenticator, FactorChange, FactorLoss, Passkey, RecoveryCode
from app.platform import log
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.settings import Settings
from app.platform.site import offers

# --- Ceremonies of WebAuthn: what a browser is asked, and whether its answer is right ---
#
# The challenge stays in the visitor's cookie, and works once.

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
    """The site's own address; where none is set, as on a machine of one's own, the request's. None where no browser would take a key, or the site has none."""
    if not offers("passkeys"):
        return None
    origin = urlsplit(settings.site_url or request.host_url)
    host = origin.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        secure = origin.scheme == "https" or host == "localhost"
        return RelyingParty(host, f"{origin.scheme}://{origin.netloc}") if host and secure else None
    return None


def _draw_options(now: datetime) -> bytes:
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
    return bytes.fromhex(challenge) if now < until and sessions.once(database, f"challenge {challenge}", now, until) else None


def handle(settings: Settings, person_id: int) -> bytes:
    """Returns the user handle of a passkey: a number that means nothing elsewhere."""
    return hmac.new(settings.secret_key.encode(), f"passkey {person_id}".encode(), hashlib.sha256).digest()


def _descriptors(credentials: Iterable[str]) -> list[Descriptor]:
    return [Descriptor(id=webauthn.base64url_to_bytes(each)) for each in credentials]


def to_create(
    settings: Settings, at: RelyingParty, site: str, person_id: int, name: str, address: str, held: Iterable[str], now: datetime, *, alone: bool = False
) -> str:
    """What the browser is asked to make a key, as JSON. `alone`: there will be no password, so that the key must know its site and ask its holder's PIN or finger."""
    options = webauthn.generate_registration_options(
        rp_id=at.host,
        rp_name=site,
        user_id=handle(settings, person_id),
        user_name=address,
        user_display_name=name,
        challenge=_draw_options(now),
        timeout=300_000,
        authenticator_selection=Criteria(
            resident_key=ResidentKeyRequirement.REQUIRED if alone else ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(held),
    )
    return webauthn.options_to_json(options)


def to_prove(at: RelyingParty, credentials: Iterable[str], now: datetime, *, alone: bool) -> str:
    """What the browser is asked to prove who one is. `alone`: without a password, so that the key must ask its holder's PIN or finger."""
    verification = UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED
    options = webauthn.generate_authentication_options(
        rp_id=at.host, challenge=_draw_options(now), timeout=300_000, allow_credentials=_descriptors(credentials), user_verification=verification
    )
    return webauthn.options_to_json(options)


def verify_new_passkey(database: Session, at: RelyingParty, answer: str, now: datetime, *, alone: bool) -> StoredPasskey | None:
    """The key that the browser made; None where anything of its answer is wrong."""
    challenge = _take(database, now)
    if challenge is None or len(answer) > LONGEST:
        return None
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=at.host, expected_origin=at.origin, require_user_verification=alone
        )
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


def verify_passkey(database: Session, at: RelyingParty, answer: str, key: StoredPasskey, now: datetime, *, alone: bool) -> int | None:
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


# --- Factors set up, shown, taken away ---
#
# Each locks its person, and tells them. They flush, never commit.

changed = Signal()
"""Sent with the session, `person`, `change` (`FactorChange`) and `now`, in the transaction of the change."""

MOST_KEYS = 20


class WrongCode(DomainError):
    sentence = "Ce code n’est pas le bon, ou n’est plus valable. Attendez le suivant, puis recommencez."


class NeedsFactor(DomainError):
    sentence = "Votre rôle demande un second facteur : ajoutez-en un autre avant de retirer celui-ci."


class KeyRefused(DomainError):
    sentence = "Cette clé d’accès n’a pas été reconnue. Recommencez ; si cela se répète, choisissez un autre moyen."


class AlreadyHeld(DomainError):
    sentence = "Cette clé d’accès est déjà enregistrée."


class TooManyKeys(DomainError):
    sentence = f"Vous avez déjà {MOST_KEYS} clés d’accès : retirez celles qui ne servent plus."


class AnotherAdministrator(DomainError):
    sentence = "Une autre personne qui administre doit le confirmer : ni celle qui l’a demandé, ni la personne concernée."


def renew(session: Session, settings: Settings) -> None:
    """What an older key of the site encrypted is encrypted by the newest: the older one may then be forgotten."""
    for row in session.scalars(select(Authenticator)):
        row.secret = second_factor.renew_secret(settings.keys, row.secret) or row.secret


def set_application(session: Session, settings: Settings, person: Person, stored: str, code: str, now: datetime) -> list[str]:
    """The application that gave this code is the person's; the printed codes, where they had no factor. Raises WrongCode."""
    counter = second_factor.match(settings.keys, stored, code, now)
    if counter is None:
        raise WrongCode
    services.lock(session, person)
    session.execute(delete(Authenticator).where(Authenticator.person_id == person.id))
    codes = _first_codes(session, person, now)
    session.add(Authenticator(person_id=person.id, secret=stored, counter=counter, created_at=now))
    _finish_adding(session, person, "application", now)
    return codes


def add_key(session: Session, person: Person, at: RelyingParty, answer: str, name: str, now: datetime, *, alone: bool = False) -> list[str]:
    """The key that the browser has just made; the printed codes, where it is the first factor. `alone`: as `to_create` asked for it. Raises KeyRefused, AlreadyHeld, TooManyKeys."""
    key = verify_new_passkey(session, at, answer, now, alone=alone)
    if key is None:
        raise KeyRefused
    services.lock(session, person)
    if session.scalar(select(Passkey.id).where(Passkey.credential == key.credential)) is not None:
        raise AlreadyHeld
    if len(second_factor.factors_of(session, person.id).keys) >= MOST_KEYS:
        raise TooManyKeys
    codes = _first_codes(session, person, now)
    session.add(Passkey(person_id=person.id, credential=key.credential, public_key=key.public_key, count=key.count, name=name, created_at=now))
    _finish_adding(session, person, "passkey", now)
    return codes


def _finish_adding(session: Session, person: Person, what: str, now: datetime) -> None:
    session.flush()
    session.execute(delete(FactorLoss).where(FactorLoss.person_id == person.id))
    services.close_sessions(session, person)  # those that were opened without it
    log.event("factor_added", person=person.id, what=what)
    changed.send(session, person=person, change=FactorChange.ADDED, now=now)


def _first_codes(session: Session, person: Person, now: datetime) -> list[str]:
    return [] if second_factor.has_factor(session, person.id) else _draw_codes(session, person, now)


def draw_codes(session: Session, person: Person, now: datetime) -> list[str]:
    """New printed codes: those before work no more."""
    services.lock(session, person)
    codes = _draw_codes(session, person, now)
    changed.send(session, person=person, change=FactorChange.CODES, now=now)
    return codes


def _draw_codes(session: Session, person: Person, now: datetime) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = ["".join(secrets.choice(second_factor.SIGNS) for _ in range(second_factor.CODE_LENGTH)) for _ in range(second_factor.CODES)]
    session.add_all(RecoveryCode(person_id=person.id, digest=second_factor.code_digest(code), created_at=now) for code in codes)
    session.flush()
    log.event("recovery_codes_drawn", person=person.id)
    return [second_factor.spaced_code(code) for code in codes]


def remove_application(session: Session, settings: Settings, person: Person, now: datetime) -> None:
    services.lock(session, person)
    session.execute(delete(Authenticator).where(Authenticator.person_id == person.id))
    _finish_removing(session, settings, person, now)


def remove_key(session: Session, settings: Settings, person: Person, key_id: int, now: datetime) -> None:
    services.lock(session, person)
    session.execute(delete(Passkey).where(Passkey.person_id == person.id, Passkey.id == key_id))
    _finish_removing(session, settings, person, now)


def _finish_removing(session: Session, settings: Settings, person: Person, now: datetime) -> None:
    """No session that the factor opened outlives it. Raises NeedsFactor."""
    if not second_factor.has_factor(session, person.id):
        if needs_factor(person.role_set, day_of(now), settings.factor_since):
            raise NeedsFactor
        session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    services.close_sessions(session, person)
    log.event("factor_removed", person=person.id)
    changed.send(session, person=person, change=FactorChange.REMOVED, now=now)


def take_code(session: Session, settings: Settings, person: Person, typed: str, now: datetime) -> bool:
    """Is this a code of the person's application, or one of their printed ones? Either works once, whoever sends it twice at once."""
    digits = "".join(typed.split())
    if len(digits) == 6 and digits.isascii() and digits.isdigit():
        return _take_application_code(session, settings, person.id, digits, now)
    own = (RecoveryCode.person_id == person.id, RecoveryCode.digest == second_factor.code_digest(typed))
    if session.scalar(delete(RecoveryCode).where(*own).returning(RecoveryCode.digest)) is None:
        return False
    log.event("recovery_code_used", person=person.id)
    changed.send(session, person=person, change=FactorChange.CODE_USED, now=now)
    return True


def _take_application_code(session: Session, settings: Settings, person_id: int, digits: str, now: datetime) -> bool:
    row = session.get(Authenticator, person_id)
    counter = second_factor.match(settings.keys, row.secret, digits, now, row.counter) if row else None
    if counter is None:
        return False
    mine = (Authenticator.person_id == person_id, Authenticator.counter < counter)
    return session.scalar(update(Authenticator).where(*mine).values(counter=counter).returning(Authenticator.person_id)) is not None


def take_key(session: Session, at: RelyingParty, answer: str, now: datetime, person_id: int | None = None) -> int:
    """Returns whose passkey answered: this person's or, if nobody was named, anybody's. Raises KeyRefused."""
    row = session.scalar(select(Passkey).where(Passkey.credential == credential_id(answer)))
    if row is None or person_id not in (None, row.person_id):
        raise KeyRefused
    count = verify_passkey(session, at, answer, StoredPasskey(row.credential, row.public_key, row.count), now, alone=person_id is None)
    if count is None:
        raise KeyRefused
    row.count, row.used_at = count, now
    session.flush()
    return row.person_id


def report_loss(session: Session, person: Person, actor_id: int, now: datetime) -> bool:
    """An administrator says that somebody lost their factor: the first is written, the second, another one, takes it away: True then.

    Raises AnotherAdministrator.
    """
    services.lock(session, person)
    first = second_factor.loss(session, person.id, now - timedelta(days=second_factor.LOST_FOR_DAYS))
    if actor_id == person.id or (first and first.asker_id == actor_id):
        raise AnotherAdministrator
    session.execute(delete(FactorLoss).where(FactorLoss.person_id == person.id))
    if first is None:
        session.add(FactorLoss(person_id=person.id, asker_id=actor_id, at=now))
        session.flush()
        return False
    drop_all(session, person, now)
    return True


def forget_loss(session: Session, person: Person) -> None:
    """Withdraws a report of a lost factor: it was found again."""
    session.execute(delete(FactorLoss).where(FactorLoss.person_id == person.id))


def drop_all(session: Session, person: Person, now: datetime) -> None:
    """The person signs in with their password alone, once: then they set up another one if their role asks for it."""
    for table in (Authenticator, Passkey, RecoveryCode):
        session.execute(delete(table).where(table.person_id == person.id))
    services.close_sessions(session, person)
    log.event("factors_dropped", person=person.id)
    changed.send(session, person=person, change=FactorChange.REMOVED, now=now)
