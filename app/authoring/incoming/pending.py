"""Files that were sent and wait for a decision, an archive for its « Importer », a text that was read for its merge: each its sender's, seen by every host,
forgotten after some days."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy import func

from app.platform.db import alone
from app.platform.errors import NotYours
from app.platform.settings import current_settings
from app.platform.storage.store import Store

KEPT = timedelta(days=2)
_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(waiting: Store, author_id: int, data: bytes, now: datetime) -> str:
    """The digest by which its sender finds it again: the same file twice waits once."""
    forget(waiting, now)
    digest = hashlib.sha256(data).hexdigest()
    waiting.put(_name(digest, author_id), data)
    return digest


def read_pending(waiting: Store, digest: str, author_id: int) -> bytes:
    """Raises NotYours for what was not sent by this person, or too long ago."""
    if _DIGEST.fullmatch(digest):
        with suppress(FileNotFoundError):
            return waiting.read(_name(digest, author_id))
    raise NotYours


@contextmanager
def turn(waiting: Store, digest: str, author_id: int) -> Iterator[bytes | None]:
    """What waits, for one request at a time: None for one that waited while another took it. Raises NotYours as `read` does.

    On one host, all takes follow one another; on several, those of one file.
    """
    if not _DIGEST.fullmatch(digest) or waiting.size(_name(digest, author_id)) is None:
        raise NotYours
    with alone(func.hashtextextended(f"pending {digest}-{author_id}", 0), current_settings().instance_path / "imports.lock"):
        data = None
        with suppress(FileNotFoundError):
            data = waiting.read(_name(digest, author_id))
        yield data


def drop(waiting: Store, digest: str, author_id: int) -> None:
    waiting.delete(_name(digest, author_id))


def forget(waiting: Store, now: datetime) -> None:
    """Deletes the files that nobody imported in time. Two workers may run this at once."""
    before = (now - KEPT).timestamp()
    for entry in waiting.entries():
        if entry.kept_at < before:
            waiting.delete(entry.name)
    waiting.sweep(before)


def _name(digest: str, author_id: int) -> str:
    return f"{digest}-{author_id}.zip"
