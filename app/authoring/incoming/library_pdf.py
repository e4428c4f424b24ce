"""Whether a PDF only shows pages. Pure.

It is read as an enemy would write it: every byte, and whatever unfolds from its streams, is looked through for the names of what acts, in any of the ways in
which a name may be spelt, so that no table of contents of the file decides what is looked at. What cannot be looked into is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from app.platform.french import short
from app.platform.zips import FileRefused

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
    "GoToR": "un lien vers un fichier de l’ordinateur de qui lit",
    "SubmitForm": "un formulaire qui envoie ce qu’on y tape",
}
_ACTS = tuple((re.compile(_name(word)), said) for word, said in _SAID.items())
_BETWEEN = rb"(?:\s|%[^\r\n]{0,200}[\r\n]){0,50}"
_LINK = re.compile(rb"(?:" + _name("URI") + rb"|" + _name("Base") + rb")" + _BETWEEN + rb"(?:\(((?:[^()\\]|\\.){0,300})|<([0-9A-Fa-f\s]{0,600}))", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=:)")
_GOES = frozenset({"http", "https", "mailto", "tel"})
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
    for link in _LINK.finditer(text):
        address = _spelt(link[1], link[2])
        scheme = _SCHEME.match(address)
        if (scheme and scheme[0] not in _GOES) or address.startswith("\\\\"):
            raise FileRefused(f"Ce document PDF contient un lien qui ne mène pas au Web (« {short(address, 60)} ») : il est refusé. Corrigez ce lien.")


def _spelt(literal: bytes | None, digits: bytes | None) -> str:
    """An address as readers of PDF understand it, in lower case and without spaces."""
    if literal is not None:
        spelt = _ESCAPED.sub(lambda found: bytes([int(found[1], 8) & 255]) if found[1][:1].isdigit() else found[1].strip(b"\r\n"), literal)
    else:
        even = b"".join((digits or b"").split())
        spelt = bytes.fromhex((even + b"0" * (len(even) % 2)).decode("ascii"))
    text = spelt[2:].decode("utf-16-be", "replace") if spelt.startswith(b"\xfe\xff") else spelt.decode("latin-1")
    return "".join(letter for letter in text.lower() if letter.isprintable() and not letter.isspace())


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
        text, packed = _inflate_stream(data, start)
        if _OBJECTS.search(before) and (_PARAMETERS.search(before) or (_FILTER.search(before) and not (_PLAIN_FILTER.search(before) and text))):
            raise FileRefused("Ce document PDF est rangé d’une façon inhabituelle, qui ne se vérifie pas : imprimez-le dans un nouveau PDF.")
        yield text
        position = start + max(packed, 1)
    raise FileRefused("Ce document PDF a trop de parties : imprimez-le dans un nouveau PDF.")


def _inflate_stream(data: bytes, start: int) -> tuple[bytes, int]:
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
