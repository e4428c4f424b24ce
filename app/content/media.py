"""Images as they are kept: under `instance/media`, each called by the SHA-256 of its bytes, so that none is ever changed."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from app.content.addresses import media_name
from app.content.course_files import ImageFile

_NAME = re.compile(r"[0-9a-f]{64}\.(?:png|jpe?g|gif|webp)")


def keep(folder: Path, image: ImageFile) -> None:
    """Copy an image under its digest; one that is there already is the same."""
    target = folder / media_name(image.name, image.digest)
    if target.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(f".{os.getpid()}")
    shutil.copyfile(image.source, beside)
    beside.replace(target)


def is_media_name(name: str) -> bool:
    """Whether `name` can be that of a kept image: what serves them asks this first."""
    return _NAME.fullmatch(name) is not None
