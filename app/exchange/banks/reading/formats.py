"""The formats in which questions come in: one line each, by which the reader, the words of the page and the files that it takes go. Pure."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from app.exchange.banks.reading.texts import FoundBank


class Reader(Struct, frozen=True):
    """`read` gives the images of the file to its second argument. Raises FileRefused."""

    recognises: Callable[[str], bool]
    read: Callable[[str, list[bytes]], FoundBank]


class IncomingFormat(Struct, frozen=True):
    """`copied`: how its questions are called where they are pasted; empty where nobody pastes them."""

    label: str
    extensions: tuple[str, ...]
    copied: str
    reader: Callable[[], Reader]
    """Imported where a file is read, in a process of its own: what it needs stays out of the workers."""


def _moodle_xml() -> Reader:
    from app.exchange.banks.reading import moodle_xml

    return Reader(moodle_xml.recognises, moodle_xml.read_moodle_xml)


def _gift() -> Reader:
    from app.exchange.banks.reading import gift

    return Reader(gift.recognises, gift.read_gift)


def _aiken() -> Reader:
    from app.exchange.banks.reading import aiken

    return Reader(aiken.recognises, aiken.read_aiken)


INCOMING = (
    IncomingFormat("XML Moodle", (".xml",), "", _moodle_xml),
    IncomingFormat("GIFT", (".txt", ".gift"), "du GIFT", _gift),
    IncomingFormat("Aiken", (".txt",), "de l’Aiken", _aiken),
)
"""The first is the one that the page advises; the first that recognises a text reads it."""
