"""The key that signs badges: its private half in the instance folder, out of the database and of its copies; its public half in the database."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.platform.db import insert_once
from app.platform.errors import DomainError
from app.platform.files import write_once
from app.platform.french import day_of
from app.record.attestations.models import BadgeKey

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
