"""Images as they are kept: under `instance/media`, each called by the SHA-256 of its bytes, so that none is ever changed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from app.content.addresses import media_name
from app.content.course_files import ImageFile

UNFINISHED = ".part"
"""How the name of a file ends while it is written; one that a power cut left so is of no use."""
_NAME = re.compile(r"[0-9a-f]{64}\.(?:png|jpe?g|gif|webp)")


def keep(folder: Path, image: ImageFile) -> None:
    """Copy an image under its digest; one that is there already is the same."""
    target = folder / media_name(image.name, image.digest)
    if not target.exists():
        write_whole(target, image.source.read_bytes())


def store(folder: Path, name: str, data: bytes) -> str:
    """Keep the bytes of an image called `name`, and give their digest. One that is there already is only marked as used again."""
    digest = hashlib.sha256(data).hexdigest()
    target = folder / media_name(name, digest)
    if target.exists():
        os.utime(target)
    else:
        write_whole(target, data)
    return digest


def write_whole(target: Path, data: bytes) -> None:
    """Write a file so that whoever looks finds all of it or nothing, even after a power cut: aside, to the disk, then renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """The new name too must outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_media_name(name: str) -> bool:
    """Whether `name` can be that of a kept image: what serves them asks this first."""
    return _NAME.fullmatch(name) is not None
