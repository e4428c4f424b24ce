"""The files of a course on the disk: documents and images, found and read once, in a stable order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from app.content.documents.reader import kind_of
from app.content.text.normalise import decode
from app.content.values.addresses import media_name
from app.content.values.course import Course
from app.content.values.library import FILE_TYPES, FOLDER, LibraryDocument
from app.content.values.library import IMAGE_TYPES as LIBRARY_IMAGE_TYPES
from app.content.values.text import DocumentKind, Problem
from app.platform.storage.folder import Store, StoreAway

MAX_IMAGE_BYTES = 5_000_000
MAX_FILE_BYTES = 4_000_000
"""Of a text: nothing above can be a document; its first bytes are enough to refuse it."""
IMAGE_TYPES = {".png": b"\x89PNG\r\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".gif": b"GIF8", ".webp": b"RIFF"}
"""Extension → the bytes that such a file begins with. No SVG: it may hold programs."""
FILE_STARTS: dict[str, tuple[bytes, ...]] = {
    **{extension: (start,) for extension, start in IMAGE_TYPES.items()},
    **dict.fromkeys((".odt", ".docx", ".xlsx"), (b"PK\x03\x04",)),
    **dict.fromkeys((".ogg", ".opus"), (b"OggS",)),
    ".pdf": (b"%PDF-",),
    ".mp3": (b"ID3", *(bytes((0xFF, second)) for second in (0xFA, 0xFB, 0xF2, 0xF3, 0xE2, 0xE3))),
    ".m4a": (b"ftyp",),
}
"""The same of a file of the library. It may be of any weight: it is never read whole."""


class CourseFile(Struct, frozen=True):
    """One document on the disk. `text` is None when its bytes are not readable, and `problems` say why."""

    path: str
    digest: str
    """SHA-256 of the bytes."""
    text: str | None
    problems: tuple[Problem, ...] = ()


class ImageFile(Struct, frozen=True):
    folder: str
    """Of `modules/`."""
    name: str
    digest: str
    source: Path


class CourseFiles(Struct, frozen=True):
    """All of them. `key` changes when any byte or name does."""

    root: Path
    documents: tuple[CourseFile, ...]
    images: tuple[ImageFile, ...] = field(default=())

    @property
    def key(self) -> str:
        lines = [f"{each.path}\0{each.digest}" for each in self.documents]
        lines += [f"{each.folder}/{each.name}\0{each.digest}" for each in self.images]
        return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()

    def image_names(self) -> dict[str, frozenset[str]]:
        """Names found, by folder of `modules/`."""
        found: dict[str, set[str]] = {}
        for image in self.images:
            found.setdefault(image.folder, set()).add(image.name)
        return {folder: frozenset(names) for folder, names in found.items()}


def find(root: Path) -> CourseFiles:
    """The documents and images under `root`/modules and `root`/quizzes."""
    return CourseFiles(root, tuple(_document(root, path) for path in document_paths(root)), find_images(root))


def document_paths(root: Path) -> list[Path]:
    """Where the documents of a course stand."""
    paths = sorted((*root.glob("modules/*.md"), *root.glob("modules/*/*.md"), *root.glob("quizzes/*.md")))
    return [path for path in paths if kind_of(_relative(root, path)) and path.is_file()]


def find_images(root: Path) -> tuple[ImageFile, ...]:
    """The images of modules, and the files of the library."""
    return (*_images(root), *_library_files(root))


def read_one(root: Path, path: Path) -> CourseFile:
    """One file, wherever it stands; its path is given relative to `root` where it is inside."""
    return _document(root, path)


def _relative(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _document(root: Path, path: Path) -> CourseFile:
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES)
    relative = _relative(root, path)
    text, problems = decode(relative, data)
    return CourseFile(relative, hashlib.sha256(data).hexdigest(), text, problems)


def _images(root: Path) -> Iterator[ImageFile]:
    """Files that are what their extension says, and of a reasonable weight; others do not count as found."""
    for source in sorted(root.glob("modules/*/images/*")):
        start = IMAGE_TYPES.get(source.suffix.lower())
        if start is None or not source.is_file() or source.stat().st_size > MAX_IMAGE_BYTES:
            continue
        data = source.read_bytes()
        if data.startswith(start):
            yield ImageFile(source.parent.parent.name, source.name, hashlib.sha256(data).hexdigest(), source)


def _library_files(root: Path) -> Iterator[ImageFile]:
    """Those that begin as their extension says; others do not count as found."""
    for source in sorted(root.glob(f"modules/{FOLDER}/*")):
        starts = FILE_STARTS.get(source.suffix)
        if starts is None or not source.is_file():
            continue
        with source.open("rb") as file:
            begins = file.read(16)[4 if source.suffix == ".m4a" else 0 :].startswith(starts)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest() if begins else ""
        if begins:
            yield ImageFile(FOLDER, source.name, digest, source)


# --- Media as they are kept ---
#
# Images and files of the library are each called by the SHA-256 of their bytes, so that none is ever changed.

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
    return is_media_name(name) and f".{name.rpartition('.')[2]}" in LIBRARY_IMAGE_TYPES


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
