"""Moves files from one store to another: each is read back and compared, so that a second run completes the first."""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from shutil import copyfileobj
from typing import IO

from app.platform.settings import Settings
from app.platform.storage import places
from app.platform.storage.store import Store, StoreAway

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class MoveReport:
    copied: int = 0
    there: int = 0
    """Already, and the same."""
    removed: int = 0
    wrong: list[str] = field(default_factory=list)
    """Not what their name says, or not the same on both sides: left where they are."""


def move(source: Store, target: Store, *, remove: bool) -> MoveReport:
    """Copy everything. With `remove`, what is known to be whole on the other side leaves this one."""
    report = MoveReport()
    for entry in list(source.entries()):
        digest = digest_of(source, entry.name)
        claimed = _DIGEST.match(entry.name)
        known = digest_of(target, entry.name)
        if (claimed and claimed[0] != digest) or known not in ("", digest):
            report.wrong.append(entry.name)
            continue
        if known:
            report.there += 1
        else:
            with source.open(entry.name) as opened:
                pour(target, entry.name, opened)
            if digest_of(target, entry.name) != digest:
                report.wrong.append(entry.name)
                continue
            report.copied += 1
        if remove:
            source.delete(entry.name)
            report.removed += 1
    return report


def pour(target: Store, name: str, opened: IO[bytes]) -> None:
    """Keep what is read piece by piece, through a file of its own: nothing large is held in memory."""
    with tempfile.NamedTemporaryFile() as held:
        copyfileobj(opened, held, 1 << 20)
        held.flush()
        target.put(name, Path(held.name))


def probe(settings: Settings) -> None:
    """Keep, read and take away a file of no use. Raises StoreAway where the keys do not allow one of these."""
    kept, name = places.imports(settings), f"essai-{token_hex(8)}"
    kept.put(name, b"Croisee")
    if kept.read(name) != b"Croisee":
        raise StoreAway("ce qui est relu n’est pas ce qui a été écrit")
    kept.delete(name)


def digest_of(store: Store, name: str) -> str:
    """Empty where it is not there."""
    try:
        with store.open(name) as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()  # type: ignore[arg-type]  # it asks for no more than reading
    except FileNotFoundError:
        return ""
