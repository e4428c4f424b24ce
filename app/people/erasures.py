"""Who was erased, kept beside the database too: a backup restored from before an erasure must not bring anybody back.

`instance/effacements.jsonl`: the person's number and when the account was opened, which tells two sites apart. No name, no address.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import db
from app.identity.models import Person
from app.people import people_queries, privacy_erasure
from app.people.privacy_models import Erasure
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Known:
    person_id: int
    opened: datetime
    ground: str


def known(settings: Settings) -> frozenset[Known]:
    """From the file, and from the database that is about to be replaced."""
    found = set(_from_file(settings.instance_path / privacy_erasure.FILE))
    with suppress(SQLAlchemyError), db.sessionmaker() as session:  # tables of an older version: the file knows
        rows = session.execute(select(Person.id, Person.created_at, Erasure.ground).join(Erasure, Erasure.person_id == Person.id))
        found |= {Known(*row) for row in rows}
    return frozenset(found)


def _from_file(path: Path) -> list[Known]:
    if not path.exists():
        return []
    said = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [Known(int(one["personne"]), datetime.fromisoformat(one["compte ouvert"]), str(one["motif"])) for one in said]


def repeat(session: Session, settings: Settings, erased: frozenset[Known], now: datetime) -> int:
    """Erase again whoever came back. Returns how many."""
    count = 0
    for one in sorted(erased, key=lambda one: one.person_id):
        person = session.get(Person, one.person_id)
        if person is None or person.created_at != one.opened or people_queries.is_erased(session, one.person_id):
            continue
        privacy_erasure.erase(session, settings, person, actor_id=None, ground=one.ground, now=now)
        count += 1
    return count
