"""Who was erased, noted beside the database too: a backup restored from before an erasure must not bring anybody back.

One file an erasure, kept beside the database: the person's number and when the account was opened, which tells two sites apart; no name, no
address. Files of several machines go into one store without meeting, so that it can be shared, or filled by copying.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.administration.models import Erasure
from app.identity.models import Person
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.settings import Settings
from app.platform.storage import places

OLDER = "effacements.jsonl"
"""Where all of them stood, one a line."""


class ErasedAccount(Struct, frozen=True):
    person_id: int
    opened: datetime
    ground: str


def note(settings: Settings, known: ErasedAccount) -> None:
    """A second time changes nothing."""
    said = {"personne": known.person_id, "compte ouvert": known.opened.isoformat(), "motif": known.ground}
    name = f"{known.person_id}-{known.opened:%Y%m%dT%H%M%S%f}.json"
    places.erasures(settings).put(name, json.dumps(said).encode())


def erased_accounts(settings: Settings) -> frozenset[ErasedAccount]:
    """Returns the erased accounts, from the files and from the database that is about to be replaced."""
    found = _erased_in_files(settings)
    with suppress(SQLAlchemyError), db.sessionmaker() as session:  # tables of an older version: the files know
        found |= _erased_in_database(session)
    return found


def not_noted(session: Session, settings: Settings) -> frozenset[ErasedAccount]:
    """Erasures of the database that are in no file here: another machine made them, and its folder is not this one."""
    return _erased_in_database(session) - _erased_in_files(settings)


def note_missing(session: Session, settings: Settings) -> int:
    """Note those here too. Returns how many."""
    missing = not_noted(session, settings)
    for one in missing:
        note(settings, one)
    return len(missing)


def _erased_in_database(session: Session) -> frozenset[ErasedAccount]:
    rows = session.execute(select(Person.id, Person.created_at, Erasure.ground).join(Erasure, Erasure.person_id == Person.id))
    return frozenset(ErasedAccount(*row) for row in rows)


def _erased_in_files(settings: Settings) -> frozenset[ErasedAccount]:
    """Raises DomainError for a line that cannot be read: whom it names might come back."""
    return frozenset(one for name, data in _files(settings) for one in _read_lines(name, data))


def _files(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Where each stands, and what it says."""
    older, kept, where = settings.instance_path / OLDER, places.erasures(settings), places.place(settings, places.ERASURES)
    if older.exists():
        yield str(older), older.read_bytes()
    for entry in kept.entries():
        if entry.name.endswith(".json"):
            yield f"{where}/{entry.name}", kept.read(entry.name)


def _read_lines(file: str, data: bytes) -> Iterator[ErasedAccount]:
    for number, line in enumerate(data.splitlines(), start=1):
        if not line:
            continue
        try:
            said = json.loads(line)
            yield ErasedAccount(int(said["personne"]), datetime.fromisoformat(said["compte ouvert"]), str(said["motif"]))
        except (ValueError, KeyError, TypeError):
            raise DomainError(f"La ligne {number} de {file} est illisible : corrigez ou retirez cette ligne.") from None
