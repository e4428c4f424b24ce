"""The formats in which questions come in, one line each: the reader, the words of the page and the accepted files follow from it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from app.exchange.banks.reading.imported_question import FoundBank


class FormatReader(Struct, frozen=True):
    """`read` gives the images of the file to its second argument. Raises FileRefused."""

    recognises: Callable[[str], bool]
    read: Callable[[str, list[bytes]], FoundBank]


class IncomingFormat(Struct, frozen=True):
    """`copied`: how its questions are called where they are pasted; empty where nobody pastes them."""

    label: str
    extensions: tuple[str, ...]
    copied: str
    reader: Callable[[], FormatReader]
    """Imported where a file is read, in a process of its own: what it needs stays out of the workers."""


def _moodle_xml() -> FormatReader:
    from app.exchange.banks.reading import moodle_xml

    return FormatReader(moodle_xml.recognises, moodle_xml.read_moodle_xml)


def _gift() -> FormatReader:
    from app.exchange.banks.reading import gift

    return FormatReader(gift.recognises, gift.read_gift)


def _aiken() -> FormatReader:
    from app.exchange.banks.reading import aiken

    return FormatReader(aiken.recognises, aiken.read_aiken)


INCOMING = (
    IncomingFormat("XML Moodle", (".xml",), "", _moodle_xml),
    IncomingFormat("GIFT", (".txt", ".gift"), "du GIFT", _gift),
    IncomingFormat("Aiken", (".txt",), "de l’Aiken", _aiken),
)
"""The first is the one that the page advises; the first that recognises a text reads it."""
