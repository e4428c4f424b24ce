"""The bytes of a file of questions → its text, whatever saved it. Pure."""

from __future__ import annotations

import codecs
import re

from app.content.text.normalise import line_feeds
from app.platform.zips import FileRefused

LARGEST = 10_000_000
"""Bytes: five thousand questions, or some hundred images."""
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000\ue001\ue100\ue101\ufffe\uffff\ud800-\udfff]")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WINDOWS = "Ce fichier n’était pas en UTF-8 : ses accents ont été lus comme Windows les écrit."


def decode_file(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, without the declaration of an XML file, and what had to be guessed. Raises FileRefused."""
    if len(data) > LARGEST:
        raise FileRefused(f"Ce fichier pèse plus de {LARGEST // 1_000_000} Mo : exportez moins de catégories à la fois.")
    if data[:2] in (b"PK", b"\x1f\x8b"):
        raise FileRefused(
            "C’est une archive ou une sauvegarde de cours (.mbz) : dans Moodle, ouvrez « Banque de questions », puis « Exporter », et choisissez « XML Moodle »."
        )
    text, remarks = _text(data)
    text = _DECLARATION.sub("", line_feeds(text), count=1)
    if found := len(_CONTROLS.findall(text)):
        text = _CONTROLS.sub("", text)
        if found * 20 > len(text):
            raise FileRefused("Ce fichier n’est pas un texte : exportez la banque de questions en « XML Moodle » ou en « GIFT ».")
        remarks = (*remarks, "Des signes invisibles ont été retirés.")
    if not text.strip():
        raise FileRefused("Ce fichier est vide.")
    return text, remarks


def _text(data: bytes) -> tuple[str, tuple[str, ...]]:
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    declared = _DECLARED.search(data[:400])
    for name in filter(None, (marked, "utf-8", declared[1].decode() if declared else "")):
        try:
            return data.decode(_check_encoding(name)), ()
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252", "replace"), (_WINDOWS,)


def _check_encoding(name: str) -> str:
    """Only encodings of texts: Python has others, which unpack."""
    if not codecs.lookup(name)._is_text_encoding:
        raise LookupError(name)
    return name
