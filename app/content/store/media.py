"""Images as they are kept: under `instance/media`, each called by the SHA-256 of its bytes, so that none is ever changed."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from app.content.store.disk import ImageFile
from app.content.values.addresses import media_name
from app.files import write_whole

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


def is_media_name(name: str) -> bool:
    """Whether `name` can be that of a kept image: what serves them asks this first."""
    return _NAME.fullmatch(name) is not None
