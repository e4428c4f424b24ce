"""Images and files of the library as they are kept: each called by the SHA-256 of its bytes, so that none is ever changed."""

from __future__ import annotations

import hashlib
import re

from msgspec import Struct

from app.content.store.disk import ImageFile
from app.content.values.addresses import media_name
from app.content.values.course import Course
from app.content.values.library import FILE_TYPES, IMAGE_TYPES, LibraryDocument
from app.content.values.text import DocumentKind
from app.platform.storage.store import Store, StoreAway

_NAME = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{3,4})")


def keep(kept: Store, image: ImageFile) -> None:
    """Copy an image or a file under its digest; one that is there already is the same."""
    kept.put(media_name(image.name, image.digest), image.source)


def store(kept: Store, name: str, data: bytes) -> str:
    """Keep the bytes of an image called `name`, and give their digest. One that is there already is only marked as used again."""
    digest = hashlib.sha256(data).hexdigest()
    kept.put(media_name(name, digest), data)
    return digest


def is_media_name(name: str) -> bool:
    """Whether `name` can be that of something kept."""
    found = _NAME.fullmatch(name)
    return found is not None and found[1] in FILE_TYPES


def is_image_name(name: str) -> bool:
    """Whether it can be that of an image: what serves them asks this first."""
    return is_media_name(name) and f".{name.rpartition('.')[2]}" in IMAGE_TYPES


def weight(kept: Store, name: str) -> int | None:
    """Returns the size of a stored file; None where it is missing, 0 while the store is unreachable, so that the page is still shown."""
    try:
        return kept.size(name)
    except StoreAway:
        return 0


# --- The files of the library -----------------------------------------------------------------------------------------


class KeptFile(Struct, frozen=True):
    kept_as: str
    name: str
    mimetype: str
    bytes: int
    """0 while nobody can tell."""


def kept_file(course: Course, document: LibraryDocument | None, media_store: Store) -> KeptFile | None:
    """The file of a document; None where it has none, or where it is not here."""
    digest = course.media.get(DocumentKind.LIBRARY.value, {}).get(document.file) if document else None
    if document is None or digest is None:
        return None
    kept_as = media_name(document.file, digest)
    size = weight(media_store, kept_as)
    return KeptFile(kept_as, document.file, FILE_TYPES[document.extension], size) if size is not None else None
