"""The course as one zip: what is published is written, the same bytes for the same course; what is sent is read into files of a course.

`croisee.json` remembers what was published when the zip was made: the text that both sides had in common, if the zip comes back changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from app.authoring.incoming import images, library_checks
from app.authoring.incoming.limits import LARGEST_ARCHIVE, LARGEST_FILE
from app.content.documents.reader import kind_of
from app.content.store.disk import MAX_FILE_BYTES, CourseFile, ImageFile
from app.content.store.survey import ContentMark
from app.content.text.normalise import decode, marks_read, normalise
from app.content.values.addresses import media_name
from app.content.values.library import FOLDER
from app.content.values.text import MOST_TEXT, MOST_TEXT_MARKS
from app.platform.storage.folder import Store
from app.platform.zips import Bounds, FileRefused, pack_zip, unpack_zip

BOUNDS = Bounds(entries=3000, each=LARGEST_FILE, total=150_000_000, ratio=200)
MEMORY = "croisee.json"
LONGEST_WORDS, _MOST_NAMES = 200, 50
"""Characters of each text by which an archive says where it comes from, and how many of a kind are read."""
_JUNK = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".git", ".gitignore", "croisee.jws"})
"""Names that disks and tools leave in a folder, and the signature that an archive of before may carry."""


class Origin(Struct, frozen=True):
    """Where an archive says that it comes from. Nothing proves it."""

    site: str = ""
    organisation: str = ""
    title: str = ""
    licence: str = ""
    authors: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    """Titles of what its texts link to and that stayed at its site: their links lead there."""


class ArchiveEntry(Struct, frozen=True):
    """A document to be written: its images stand in `folder`."""

    id: str
    path: str
    text: str
    folder: str
    mark: ContentMark

    @property
    def images(self) -> dict[str, str]:
        """Path in the archive → name among the media."""
        return {f"{self.folder}/{PurePosixPath(name).name}": media_name(name, digest) for name, digest in self.mark[1]}


def zip_documents(entries: list[ArchiveEntry], media_store: Store) -> bytes:
    """The archive of these documents."""
    return pack_zip(contents(entries, media_store))


def contents(entries: list[ArchiveEntry], media_store: Store, origin: Origin | None = None) -> dict[str, bytes]:
    """Collects these documents with their images and files, except files too heavy for an archive to be imported again."""
    files = {entry.path: entry.text.encode() for entry in entries}
    for path, kept in {path: kept for entry in entries for path, kept in entry.images.items()}.items():
        size = media_store.size(kept)
        if size is not None and size <= LARGEST_FILE:
            files[path] = media_store.read(kept)
    remembered = {entry.id: [entry.mark[0], dict(entry.mark[1])] for entry in entries}
    told = {"documents": remembered} if origin is None else {"documents": remembered, "origin": asdict(origin)}
    files[MEMORY] = json.dumps(told, sort_keys=True, indent=1).encode()
    return files


@dataclass(slots=True)
class ArchiveContents:
    """What an archive holds, sorted. `refused`: images that are none, files that will not do, with the sentence; `rewritten`: those of which only the picture is kept."""

    documents: list[CourseFile] = field(default_factory=list)
    pictures: dict[str, images.CleanImage] = field(default_factory=dict)
    """By path."""
    refused: dict[str, str] = field(default_factory=dict)
    rewritten: set[str] = field(default_factory=set)
    ignored: list[str] = field(default_factory=list)
    memory: dict[str, ContentMark] = field(default_factory=dict)
    """What was published when the archive was made, by id; empty for one made otherwise."""
    origin: Origin = field(default_factory=Origin)

    def image_files(self) -> list[ImageFile]:
        return [
            ImageFile(path.split("/")[1], PurePosixPath(path).name, hashlib.sha256(picture.data).hexdigest(), Path(path))
            for path, picture in self.pictures.items()
        ]


def read_archive(data: bytes, decoder: images.Decoder, known: Container[str] = ()) -> ArchiveContents:
    """Read an archive. `known`: digests of the images that this site has. Raises FileRefused where it cannot be trusted as a whole."""
    if len(data) > LARGEST_ARCHIVE:
        raise FileRefused(f"Cette archive pèse plus de {LARGEST_ARCHIVE // 1_000_000} Mo.")
    files = _at_the_root(unpack_zip(data, BOUNDS))
    sent, paths = ArchiveContents(), sorted(files, key=PurePosixPath)
    for path in paths:
        _sort(sent, path, files[path])
    _refuse_too_much({file.path: file.text for file in sent.documents if file.text is not None})
    _look_at_images(sent, {path: files[path] for path in paths if _is_image(path)}, decoder, known)
    _look_at_files(sent, {path: files[path] for path in paths if _is_file(path)}, decoder, known)
    if not sent.documents and not sent.pictures and not sent.refused:
        raise FileRefused("Cette archive ne contient aucun fichier de cours : il y faut les dossiers modules/ et quizzes/.")
    return sent


def _at_the_root(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Without the junk of disks, and without the one folder that a whole course may have been put in."""
    kept = {path: data for path, data in files.items() if not _JUNK.intersection(path.split("/"))}
    tops = {path.partition("/")[0] for path in kept}
    if len(tops) == 1 and not tops & {"modules", "quizzes"} and all("/" in path for path in kept):
        return {path.partition("/")[2]: data for path, data in kept.items()}
    return kept


def _sort(sent: ArchiveContents, path: str, data: bytes) -> None:
    if kind_of(path) is not None:
        sent.documents.append(_document(path, data))
    elif path == MEMORY:
        sent.memory, sent.origin = _memory(data), _origin(data)
    elif not _is_image(path) and not _is_file(path):
        sent.ignored.append(path)


def _document(path: str, data: bytes) -> CourseFile:
    text, problems = decode(path, data[:MAX_FILE_BYTES])
    return CourseFile(path, hashlib.sha256(data).hexdigest(), text, problems)


def _refuse_too_much(texts: Mapping[str, str]) -> None:
    """One worker reads them all, when the archive is sent, shown and imported."""
    if sum(map(len, texts.values())) > MOST_TEXT or sum(marks_read(path, normalise(text)) for path, text in texts.items()) > MOST_TEXT_MARKS:
        raise FileRefused("Cette archive contient trop de texte pour une seule fois : envoyez-la en plusieurs, quelques modules dans chacune.")


def _is_image(path: str) -> bool:
    parts = path.split("/")
    return kind_of(path) is None and len(parts) == 4 and parts[0] == "modules" and parts[2] == "images" and not parts[3].startswith(".")


def _look_at_images(sent: ArchiveContents, files: Mapping[str, bytes], decoder: images.Decoder, known: Container[str]) -> None:
    """All of them at once. The archive's memory names those that are written again as they are here: else each text that shows one has changed."""
    renewed: dict[str, str] = {}
    found = images.several([(PurePosixPath(path).name, data) for path, data in files.items()], decoder, known=known)
    for (path, data), picture in zip(files.items(), found, strict=True):
        if isinstance(picture, images.ImageRefused):
            sent.refused[path] = picture.sentence
            continue
        sent.pictures[path] = picture
        if picture.data != data:
            sent.rewritten.add(path)
            renewed[hashlib.sha256(data).hexdigest()] = hashlib.sha256(picture.data).hexdigest()
    sent.memory = {name: (mark, tuple(sorted((image, renewed.get(digest, digest)) for image, digest in shown))) for name, (mark, shown) in sent.memory.items()}


def _is_file(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return kind_of(path) is None and folder == f"modules/{FOLDER}" and not name.startswith(".")


def _look_at_files(sent: ArchiveContents, files: Mapping[str, bytes], decoder: images.Decoder, known: Container[str]) -> None:
    """Of the library. What this site has keeps its bytes, and all keep their names."""
    for path, data in files.items():
        name = PurePosixPath(path).name
        try:
            kept = images.CleanImage(name, data, 0, 0) if hashlib.sha256(data).hexdigest() in known else library_checks.clean_file(name, data, decoder)
        except (FileRefused, images.ImageRefused) as refused:
            sent.refused[path] = refused.sentence
            continue
        sent.pictures[path] = images.CleanImage(name, kept.data, 0, 0)
        if kept.data != data:
            sent.rewritten.add(path)


def _memory(data: bytes) -> dict[str, ContentMark]:
    """What the file says; one that is damaged says nothing, and every difference is then looked at as a conflict."""
    try:
        documents = json.loads(data)["documents"]
        return {
            str(name): (str(mark), tuple(sorted((str(image), str(digest)) for image, digest in media.items()))) for name, (mark, media) in documents.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _origin(data: bytes) -> Origin:
    """What the file says of where it comes from, cut to what a page shows."""
    try:
        told: dict[str, Any] = dict(json.loads(data).get("origin", {}))
        authors, elsewhere = (tuple(str(each)[:LONGEST_WORDS] for each in list(told.get(name, ()))[:_MOST_NAMES]) for name in ("authors", "elsewhere"))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Origin()
    site, organisation, title, licence = (str(told.get(name, ""))[:LONGEST_WORDS] for name in ("site", "organisation", "title", "licence"))
    return Origin(site, organisation, title, licence, authors, elsewhere)
