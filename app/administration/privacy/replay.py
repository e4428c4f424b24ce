"""Who was erased, noted beside the database too: a backup restored from before an erasure must not bring anybody back.

One file an erasure, in `instance/effacements`: the person's number and when the account was opened, which tells two sites apart; no name, no
address. Files of several machines go into one folder without meeting, so that it can be shared, or filled by copying.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.administration.models import Erasure
from app.db import db
from app.errors import DomainError
from app.files import write_whole
from app.identity.models import Person
from app.settings import Settings

FOLDER = "effacements"
OLDER = "effacements.jsonl"
"""Where all of them stood, one a line."""


@dataclass(frozen=True, slots=True)
class ErasedAccount:
    person_id: int
    opened: datetime
    ground: str


def note(settings: Settings, known: ErasedAccount) -> None:
    """A second time changes nothing."""
    said = {"personne": known.person_id, "compte ouvert": known.opened.isoformat(), "motif": known.ground}
    name = f"{known.person_id}-{known.opened:%Y%m%dT%H%M%S%f}.json"
    write_whole(settings.instance_path / FOLDER / name, json.dumps(said).encode())


def known(settings: Settings) -> frozenset[ErasedAccount]:
    """From the files, and from the database that is about to be replaced."""
    found = _noted(settings)
    with suppress(SQLAlchemyError), db.sessionmaker() as session:  # tables of an older version: the files know
        found |= _stored(session)
    return found


def not_noted(session: Session, settings: Settings) -> frozenset[ErasedAccount]:
    """Erasures of the database that are in no file here: another machine made them, and its folder is not this one."""
    return _stored(session) - _noted(settings)


def note_missing(session: Session, settings: Settings) -> int:
    """Note those here too. Returns how many."""
    missing = not_noted(session, settings)
    for one in missing:
        note(settings, one)
    return len(missing)


def _stored(session: Session) -> frozenset[ErasedAccount]:
    rows = session.execute(select(Person.id, Person.created_at, Erasure.ground).join(Erasure, Erasure.person_id == Person.id))
    return frozenset(ErasedAccount(*row) for row in rows)


def _noted(settings: Settings) -> frozenset[ErasedAccount]:
    """Raises DomainError for a line that cannot be read: whom it names might come back."""
    older = settings.instance_path / OLDER
    files = [*(settings.instance_path / FOLDER).glob("*.json"), *([older] if older.exists() else [])]
    return frozenset(one for file in files for one in _read(file))


def _read(file: Path) -> Iterator[ErasedAccount]:
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        if not line:
            continue
        try:
            said = json.loads(line)
            yield ErasedAccount(int(said["personne"]), datetime.fromisoformat(said["compte ouvert"]), str(said["motif"]))
        except (ValueError, KeyError, TypeError):
            raise DomainError(f"La ligne {number} de {file} est illisible : corrigez ou retirez cette ligne.") from None
