"""The second factor of an account: codes of an application, passkeys, recovery codes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, cast

import segno
from flask import session
from msgspec import Struct
from passlib.exc import TokenError
from passlib.totp import TOTP
from sqlalchemy import ForeignKey, String, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.identity.models import Person
from app.identity.passwords import Secret
from app.identity.rules import NAME_LENGTH
from app.platform.db import Base, UtcDateTime
from app.platform.site import offers

# --- Printed codes, and the changes that people are told of ---

CODES = 10
"""Printed at once. Each works once."""
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another on paper."""
CODE_LENGTH = 16
"""Characters of a printed code, by fours: beyond any guess, so that its digest needs no key."""
LOST_FOR_DAYS = 7
"""How long a second administrator has to confirm that somebody lost their factor."""


class FactorChange(StrEnum):
    """What a person is told of by email, and the list of acts keeps."""

    BROWSER = "new_browser"
    ADDED = "factor_added"
    REMOVED = "factor_removed"
    CODES = "codes_drawn"
    CODE_USED = "code_used"
    LINKED = "institution_linked"
    UNLINKED = "institution_unlinked"


def spaced_code(code: str) -> str:
    """Splits a code into groups of four, to be read and typed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def code_digest(typed: str) -> str:
    """Hashes a printed code, ignoring capitals, spaces and dashes."""
    return hashlib.sha256("".join(sign for sign in typed.lower() if sign.isalnum()).encode()).hexdigest()


# --- Between password and second factor: a cookie of a few minutes, which gives no access ---

FIELD, LASTS = "moitie", timedelta(minutes=10)


def begin(person: Person, now: datetime, keep: Collection[str] = ()) -> None:
    """Starts the second step of sign-in after a right password. Of the visitor's session, only `keep` is preserved."""
    kept = {name: session[name] for name in keep if name in session}
    session.clear()
    session.update(kept)
    session[FIELD] = [person.id, _mark(person), int((now + LASTS).timestamp())]


def is_half_signed_in() -> bool:
    return FIELD in session


def holder(database: Session, now: datetime) -> Person | None:
    """Returns who gave a right password; None if it changed since, the account was closed, or it was too long ago."""
    try:
        number, mark, expires = session[FIELD]
    except (KeyError, TypeError, ValueError):
        return None
    person = database.get(Person, number) if now < datetime.fromtimestamp(expires, UTC) else None
    return person if person and person.active and mark == _mark(person) else None


def _mark(person: Person) -> str:
    """Another one once sessions are closed, a password is set or a factor changes."""
    return hashlib.sha256(f"half {person.fs_uniquifier}".encode()).hexdigest()[:16]


# --- Rows: what each person holds ---


class Authenticator(Base):
    """The application that gives somebody a code every thirty seconds."""

    __tablename__ = "authenticator"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(String(400))
    """Under a key made of the site's own: a copy of the database alone gives no code."""
    counter: Mapped[int]
    """Of the latest code that was taken: no code works twice."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Passkey(Base):
    """A key in somebody's telephone, computer or USB token."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    """Its identifier, in base64url: the standard allows 1023 bytes."""
    public_key: Mapped[str] = mapped_column(String(2000))
    """In base64url too."""
    count: Mapped[int]
    """How often it says that it was used; 0 for ever where it is shared between devices."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A printed code that stands for the factor once."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FactorLoss(Base):
    """An administrator says that somebody lost their factor; another one must say so too."""

    __tablename__ = "factor_loss"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


# --- Queries ---


class HeldKey(Struct, frozen=True):
    id: int
    name: str
    credential: str
    created_at: datetime
    used_at: datetime | None


class PersonFactors(Struct, frozen=True):
    """Somebody's factors. Printed codes are none: they stand for one that is lost."""

    application: datetime | None
    """Since when."""
    keys: tuple[HeldKey, ...]
    codes: int
    """Printed and not used."""

    @property
    def any(self) -> bool:
        return self.application is not None or bool(self.keys)

    @property
    def credentials(self) -> tuple[str, ...]:
        return tuple(key.credential for key in self.keys)


class LossRequest(Struct, frozen=True):
    asker_id: int
    asker: str
    at: datetime


def has_factor(session: Session, person_id: int) -> bool:
    held = (exists().where(table.person_id == person_id) for table in ((Authenticator, Passkey) if offers("passkeys") else (Authenticator,)))
    return any(session.execute(select(*held)).one())


def factors_of(session: Session, person_id: int) -> PersonFactors:
    columns = (Passkey.id, Passkey.name, Passkey.credential, Passkey.created_at, Passkey.used_at)
    keys = session.execute(select(*columns).where(Passkey.person_id == person_id).order_by(Passkey.created_at, Passkey.id))
    codes = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person_id).scalar_subquery()
    since, left = session.execute(select(select(Authenticator.created_at).where(Authenticator.person_id == person_id).scalar_subquery(), codes)).one()
    return PersonFactors(since, tuple(HeldKey(*row) for row in keys) if offers("passkeys") else (), left)


def loss(session: Session, person_id: int, since: datetime) -> LossRequest | None:
    """Who said, since then, that this person lost their factor."""
    query = select(FactorLoss.asker_id, Person.name, FactorLoss.at).join(Person, Person.id == FactorLoss.asker_id)
    row = session.execute(query.where(FactorLoss.person_id == person_id, FactorLoss.at > since)).one_or_none()
    return LossRequest(*row) if row else None


# --- Codes of an application (TOTP, RFC 6238), by passlib ---

STEP = 30
"""Seconds that a code lasts. One step before and after is taken: clocks differ."""


def _kind(secret: Secret) -> type[TOTP]:
    """Encrypted by the newest of the site's keys; each is found again by its tag."""
    keys = [secret] if isinstance(secret, str) else secret
    known = {_tag(key): hashlib.sha256(f"croisee-totp\0{key}".encode()).hexdigest() for key in keys}
    return cast("type[TOTP]", TOTP.using(secrets=known, default_tag=_tag(keys[-1])))


def _tag(key: str) -> str:
    return hashlib.sha256(f"croisee-totp-tag\0{key}".encode()).hexdigest()[:12]


def renew_secret(secret: Secret, stored: str) -> str | None:
    """What an older key encrypted, by the newest; None where it is so, or where its key is not known any more."""
    if json.loads(stored).get("enckey", {}).get("t") == _tag(secret if isinstance(secret, str) else secret[-1]):
        return None
    totp = _read_stored(secret, stored)
    return str(totp.to_json(encrypt=True)) if totp else None


def draw(secret: Secret) -> str:
    """A new secret, in the form that is stored."""
    return str(_kind(secret).new().to_json(encrypt=True))


def _read_stored(secret: Secret, stored: str) -> Any | None:
    try:
        return _kind(secret).from_json(stored)
    except (ValueError, TypeError, KeyError):
        return None  # the site's key is another since, and the old one was not kept


def match(secret: Secret, stored: str, code: str, now: datetime, counter: int = -1) -> int | None:
    """The counter of the step for which this code is right; None where it is wrong, or older than `counter`."""
    totp = _read_stored(secret, stored)
    if totp is None:
        return None
    try:
        return int(totp.match(code, int(now.timestamp()), window=STEP, last_counter=counter).counter)
    except TokenError:
        return None


def readable(secret: Secret, stored: str) -> str:
    """The secret, by fours, for whoever cannot take a picture of the code."""
    totp = _read_stored(secret, stored)
    return totp.pretty_key(sep=" ") if totp else ""


def picture(secret: Secret, stored: str, site: str, account: str) -> str:
    """The code to take a picture of, as SVG."""
    totp = _read_stored(secret, stored)
    uri = totp.to_uri(label=account.replace(":", " "), issuer=site.replace(":", " ")) if totp else ""
    return str(segno.make(uri, error="m").svg_inline(border=4, scale=5, light="#fff", title="Code à photographier avec votre application"))
