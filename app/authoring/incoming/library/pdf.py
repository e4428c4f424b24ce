"""Whether a PDF only shows pages. Pure.

It is read as an enemy would write it: every byte, and whatever unfolds from its streams, is looked through for the names of what acts, in any of the ways in
which a name may be spelt, so that no table of contents of the file decides what is looked at. What cannot be looked into is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from app.zips import FileRefused

MOST_UNFOLDED = 200_000_000
"""Bytes of all streams together: a page of text has a few thousand."""
MOST_STREAMS = 50_000
_EACH = 50_000_000
_STEEP, _STEEP_FROM = 1000, 1_000_000
_START = re.compile(rb"%PDF-[12]\.\d")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_DICTIONARY = 4096
"""Bytes before a stream in which its dictionary stands."""


def _name(word: str) -> bytes:
    """A name in every spelling: `/JavaScript`, `/J#61vaScript`."""
    letters = "".join(f"(?:{re.escape(letter)}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in word)
    return f"/{letters}(?![A-Za-z0-9#])".encode()


_SAID = {
    "JavaScript": "un programme JavaScript",
    "Launch": "une commande qui lance un programme",
    "EmbeddedFile": "un autre fichier",
    "EmbeddedFiles": "un autre fichier",
    "GoToE": "un autre fichier",
    "RichMedia": "un contenu interactif",
    "Rendition": "un contenu interactif",
    "ImportData": "un formulaire qui lit d’autres fichiers",
    "SubmitForm": "un formulaire qui envoie ce qu’on y tape",
}
_ACTS = tuple((re.compile(_name(word)), said) for word, said in _SAID.items())
_LOCKED = re.compile(_name("Encrypt"))
_OBJECTS = re.compile(_name("ObjStm"))
_FLATE = _name("FlateDecode")
_PLAIN_FILTER = re.compile(_name("Filter") + rb"\s*(?:" + _FLATE + rb"|\[\s*" + _FLATE + rb"\s*\])")
_FILTER, _PARAMETERS = re.compile(_name("Filter")), re.compile(_name("DecodeParms") + rb"|" + _name("Predictor"))


def check(data: bytes) -> None:
    """Raise FileRefused, with the reason."""
    if not _START.match(data):
        raise FileRefused("Ce fichier s’appelle « .pdf », mais ce n’est pas un document PDF.")
    if b"%%EOF" not in data[-2048:] or b"startxref" not in data[-4096:]:
        raise FileRefused("Ce document PDF est abîmé ou incomplet : enregistrez-le de nouveau.")
    if _LOCKED.search(data):
        raise FileRefused("Ce document PDF est protégé par un mot de passe ou chiffré : enregistrez-le sans protection.")
    _refuse(data)
    unfolded = 0
    for text in _streams(data):
        unfolded += len(text)
        if unfolded > MOST_UNFOLDED:
            raise FileRefused("Ce document PDF, une fois décompressé, serait démesuré : il est refusé.")
        _refuse(text)


def _refuse(text: bytes) -> None:
    for pattern, said in _ACTS:
        if pattern.search(text):
            raise FileRefused(f"Ce document PDF contient {said} : il est refusé. Imprimez-le dans un nouveau PDF.")


def _streams(data: bytes) -> Iterator[bytes]:
    """What each stream unfolds to; nothing where it is not packed as most are."""
    position = 0
    for _ in range(MOST_STREAMS):
        found = _STREAM.search(data, position)
        if found is None:
            return
        start = found.end()
        before = data[max(0, found.start() - _DICTIONARY) : found.start()]
        before = before[before.rfind(b"endobj") + 1 :]
        text, packed = _unfolded(data, start)
        if _OBJECTS.search(before) and (_PARAMETERS.search(before) or (_FILTER.search(before) and not (_PLAIN_FILTER.search(before) and text))):
            raise FileRefused("Ce document PDF est rangé d’une façon inhabituelle, qui ne se vérifie pas : imprimez-le dans un nouveau PDF.")
        yield text
        position = start + max(packed, 1)
    raise FileRefused("Ce document PDF a trop de parties : imprimez-le dans un nouveau PDF.")


def _unfolded(data: bytes, start: int) -> tuple[bytes, int]:
    """What a deflated stream says, and how many bytes of the file that took; nothing and 0 where it is no such stream."""
    if start >= len(data) or data[start] & 0x0F != 8:
        return b"", 0
    unpacker = zlib.decompressobj()
    end = data.find(b"endstream", start)
    window = data[start : end if end > 0 else len(data)]
    try:
        text = unpacker.decompress(window, _EACH)
    except zlib.error:
        return b"", 0
    packed = len(window) - len(unpacker.unconsumed_tail) - len(unpacker.unused_data)
    if unpacker.unconsumed_tail or (len(text) > _STEEP_FROM and len(text) > _STEEP * max(1, packed)):
        raise FileRefused("Ce document PDF, une fois décompressé, serait démesuré : il est refusé.")
    return text, packed
