"""Files that were sent and wait for a decision, an archive for its « Importer », a text that was read for its merge: files of the instance, each its sender's,
forgotten after some days."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from app.errors import NotYours
from app.files import write_whole

KEPT = timedelta(days=2)
_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(instance: Path, author_id: int, data: bytes, now: datetime) -> str:
    """The digest by which its sender finds it again: the same file twice waits once."""
    forget(instance, now)
    digest = hashlib.sha256(data).hexdigest()
    write_whole(_path(instance, digest, author_id), data)
    return digest


def read(instance: Path, digest: str, author_id: int) -> bytes:
    """Raises NotYours for what was not sent by this person, or too long ago."""
    if _DIGEST.fullmatch(digest):
        with suppress(FileNotFoundError):
            return _path(instance, digest, author_id).read_bytes()
    raise NotYours


@contextmanager
def turn(instance: Path, digest: str, author_id: int) -> Iterator[bytes | None]:
    """What waits, for one request at a time: None for one that waited while another took it. Raises NotYours as `read` does."""
    if not _DIGEST.fullmatch(digest):
        raise NotYours
    try:
        file = _path(instance, digest, author_id).open("rb")
    except FileNotFoundError:
        raise NotYours from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go of by the system, whatever happens to this process
        yield file.read() if os.fstat(file.fileno()).st_nlink else None


def drop(instance: Path, digest: str, author_id: int) -> None:
    _path(instance, digest, author_id).unlink(missing_ok=True)


def forget(instance: Path, now: datetime) -> None:
    """Those that nobody imported, and what was left of one by whatever stopped the site. Two workers may be at it together."""
    for path in (instance / "imports").glob("*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < (now - KEPT).timestamp():
                path.unlink()


def _path(instance: Path, digest: str, author_id: int) -> Path:
    return instance / "imports" / f"{digest}-{author_id}.zip"
