"""Images and files of the library as they are kept: under `instance/media`, each called by the SHA-256 of its bytes, so that none is ever changed."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from app.content.store.disk import ImageFile
from app.content.values.addresses import media_name
from app.content.values.course import Course
from app.content.values.library import FILE_TYPES, IMAGE_TYPES, LibraryDocument
from app.content.values.text import DocumentKind
from app.files import copy_whole, write_whole

_NAME = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{3,4})")


def keep(folder: Path, image: ImageFile) -> None:
    """Copy an image or a file under its digest; one that is there already is the same."""
    target = folder / media_name(image.name, image.digest)
    if not target.exists():
        copy_whole(target, image.source)


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
    """Whether `name` can be that of something kept."""
    found = _NAME.fullmatch(name)
    return found is not None and found[1] in FILE_TYPES


def is_image_name(name: str) -> bool:
    """Whether it can be that of an image: what serves them asks this first."""
    return is_media_name(name) and f".{name.rpartition('.')[2]}" in IMAGE_TYPES


# --- The files of the library -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeptFile:
    path: Path
    name: str
    mimetype: str
    digest: str
    bytes: int


def kept_file(course: Course, document: LibraryDocument | None, media_folder: Path) -> KeptFile | None:
    """The file of a document; None where it has none, or where it is not here."""
    digest = course.media.get(DocumentKind.LIBRARY.value, {}).get(document.file) if document else None
    if document is None or digest is None:
        return None
    path = media_folder / media_name(document.file, digest)
    return KeptFile(path, document.file, FILE_TYPES[document.extension], digest, path.stat().st_size) if path.is_file() else None
