"""Which files are made apart, how one stands, and who may still take it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum

LARGE = 5_000
"""People of a file; beyond, it is made apart: on a slow machine those of an employer take two seconds for so many."""
KEPT = timedelta(days=7)
"""As the register says of the table."""
CLAIM = timedelta(minutes=5)
"""A process that died in the middle lets go of its file after this long; one that is at work says so at every thousand people."""
TRIES = 5
"""Begun so often and never done: it is given up, and says so."""
AT_ONCE = 3
"""Files that one person may be waiting for."""
TOLD = 300
"""Characters kept of what was chosen, and of why there is no file."""

Seen = Mapping[str, bool | Sequence[str] | Sequence[int]]
"""Whom a reader may see: « everybody », or by « territories » and « training », the cohorts that they train."""


class Standing(Enum):
    """Where a file is."""

    WAITING = "en file"
    MAKING = "en préparation"
    READY = "prêt"
    REFUSED = "pas fait"


def standing(*, ready: bool, said: str, claimed_until: datetime | None, now: datetime) -> Standing:
    """`said`: why there will be none. What was begun by a process that is no longer heard of waits for another."""
    if ready:
        return Standing.READY
    if said:
        return Standing.REFUSED
    return Standing.MAKING if claimed_until and claimed_until > now else Standing.WAITING


def still_covers(now: Seen, then: Seen) -> bool:
    """Does somebody see today all those whom they saw then?"""
    if now["everybody"] or then["everybody"]:
        return bool(now["everybody"])
    return all(set(then[name]) <= set(now[name]) for name in ("territories", "training"))  # type: ignore[arg-type]


def same_wish(person_id: int, what: str, fields: Mapping[str, str]) -> str:
    """Of one person, one file and one choice: asked twice, it is made once."""
    return hashlib.sha256(json.dumps([person_id, what, dict(fields)], sort_keys=True).encode()).hexdigest()


def key(file_id: str, claim: int) -> str:
    """The name of what one try writes: no two write at the same place."""
    return f"{file_id}.{claim}"
