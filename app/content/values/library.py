"""The library of the course: documents that are kept or linked, each with what is known of it. Frozen values, and the types of files that it may hold."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from pathlib import PurePosixPath

from msgspec import Struct

from app.content.values.text import Fragment, Heading, Source, host_of

FOLDER = "bibliotheque"
"""Of `modules/`, where the files of modules/bibliotheque.md stand."""
AUDIO_TYPES = {".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".m4a": "audio/mp4"}
IMAGE_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}
OFFICE_TYPES = {
    ".odt": "application/vnd.oasis.opendocument.text",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILE_TYPES = {".pdf": "application/pdf", **OFFICE_TYPES, **IMAGE_TYPES, **AUDIO_TYPES}
"""Extension → what a file is served as."""


class DocumentType(StrEnum):
    """What a document is (`type`); the value is what readers see."""

    MINUTES = "compte rendu"
    SUMMARY = "synthèse"
    LAW = "texte officiel"
    REPORT = "rapport"
    GUIDE = "guide"
    PAGE = "page officielle"
    DATA = "données"
    ARTICLE = "article"
    RECORDING = "enregistrement"
    VIDEO = "vidéo"
    PICTURE = "image"
    OTHER = "autre"


class LibraryDocument(Struct, frozen=True):
    """One `##` of bibliotheque.md: a file kept here, an address elsewhere, or both."""

    id: str
    title: str
    type: DocumentType
    summary: Fragment
    line: int
    author: str = ""
    publisher: str = ""
    event: str = ""
    """ISO: year, month or day. That of what it tells of."""
    published: str = ""
    modified: str = ""
    themes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    licence: str = ""
    file: str = ""
    """Name under modules/bibliotheque/."""
    address: str = ""
    transcript: Fragment | None = None
    headings: tuple[Heading, ...] = ()
    """Of its text: what a link may lead to."""
    related: tuple[str, ...] = ()
    public: bool = False
    """Read without an account too, where the site is open to visitors."""

    @property
    def extension(self) -> str:
        return PurePosixPath(self.file).suffix.lower()

    @property
    def is_audio(self) -> bool:
        return self.extension in AUDIO_TYPES

    @property
    def is_video(self) -> bool:
        """Watched where its address leads, in a page of its own: nothing of that site is loaded here."""
        return self.type is DocumentType.VIDEO and bool(self.address)

    @property
    def plays(self) -> bool:
        """Is it a recording to hear or watch, whose words are therefore written?"""
        return self.is_audio or self.is_video

    @property
    def host(self) -> str:
        """« irev.fr », of its address."""
        return host_of(self.address)

    @property
    def format(self) -> str:
        """« PDF »; empty without a file."""
        return self.extension.removeprefix(".").upper()

    @property
    def date(self) -> str:
        """The one by which it is looked for: that of what it tells of, before that of its publication."""
        return self.event or self.published or self.modified


class Library(Struct, frozen=True, dict=True):
    documents: tuple[LibraryDocument, ...] = ()
    introduction: Fragment | None = None
    sources: tuple[Source, ...] = ()
    calls: tuple[str, ...] = ()

    @cached_property
    def shelf(self) -> dict[str, LibraryDocument]:
        """Returns the documents of the library by id."""
        return {document.id: document for document in self.documents}
