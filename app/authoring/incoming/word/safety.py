"""Whether a file is an honest Word document: judged before anything reads it. Pure.

Refused: macros, a document type (and so every trick with entities), what would be fetched from elsewhere, and whatever makes a zip
untrustworthy. An image or a link that points elsewhere harms nobody: the first is left out with a remark, the second is a link."""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress

from defusedxml.common import DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser, ParseError, fromstring

from app.authoring.incoming.limits import LARGEST_DOCUMENT
from app.platform import zips
from app.platform.zips import Bounds, FileRefused

BOUNDS = Bounds(entries=2000, each=20_000_000, total=80_000_000, ratio=200)
_LARGEST_XML = 10_000_000
_OLD = b"\xd0\xcf\x11\xe0"
_HARMLESS = ("hyperlink", "image")
_REMOTE = re.compile(r"(?:https?|ftps?|wss?|smb|file://[^/]):|file://[^/]|\\\\|//", re.IGNORECASE)


def check(name: str, data: bytes) -> None:
    """Raise FileRefused, with the reason, for what is not a document to be read."""
    _check_outside(name, data)
    parts = zips.unpack_zip(data, BOUNDS)
    if not any(part.startswith("word/") for part in parts):
        raise FileRefused("Ce fichier n’est pas un document Word.")
    _refuse_macros(parts)
    for part, content in parts.items():
        if part.endswith((".xml", ".rels")):
            _check_xml(part, content)
        elif content.lstrip()[:1] == b"<" and not part.startswith("word/media/"):
            # It may be read whatever its name, if another part points at it: then it must be as clean.
            with suppress(ParseError, ValueError, LookupError):
                _relations(content)


def _check_outside(name: str, data: bytes) -> None:
    """Its size, its name, its first bytes."""
    if len(data) > LARGEST_DOCUMENT:
        raise FileRefused("Ce document pèse plus de 15 Mo : réduisez ses images, ou coupez-le en deux.")
    if data.startswith(_OLD):
        raise FileRefused("Ce document est protégé par un mot de passe, ou dans l’ancien format .doc : enregistrez-le en .docx.")
    if name.lower().endswith((".docm", ".dotm")):
        raise FileRefused("Un document .docm contient des macros, c’est-à-dire des programmes : il est refusé. Enregistrez-le en .docx.")
    if name.lower().endswith(".odt"):
        raise FileRefused("Enregistrez-le au format .docx depuis LibreOffice : Fichier › Enregistrer sous…, puis « Document Word (.docx) ».")
    if not name.lower().endswith(".docx"):
        raise FileRefused("Il faut un document .docx : dans votre traitement de texte, « Enregistrer sous », puis « Document Word (.docx) ».")


def _refuse_macros(parts: dict[str, bytes]) -> None:
    said = "Ce document contient des macros, c’est-à-dire des programmes : il est refusé. Enregistrez-le en .docx ordinaire."
    if any(part.lower().endswith(("vbaproject.bin", "vbadata.xml")) for part in parts):
        raise FileRefused(said)
    if b"macroenabled" in parts.get("[Content_Types].xml", b"").lower():
        raise FileRefused(said)


def _check_xml(part: str, content: bytes) -> None:
    if len(content) > _LARGEST_XML:
        raise FileRefused("Ce document est trop long pour être repris d’un coup : coupez-le en deux.")
    try:
        relations = _relations(content)
    except (ParseError, ValueError, LookupError):
        raise FileRefused("Ce document est abîmé : ouvrez-le dans votre traitement de texte et enregistrez-le de nouveau.") from None
    for kind, target in relations if part.endswith(".rels") else ():
        if not kind.endswith(_HARMLESS) and _REMOTE.match(target.strip()):
            what = "son modèle" if kind.endswith("attachedTemplate") else "une partie de lui-même"
            raise FileRefused(f"Ce document va chercher {what} sur un autre ordinateur : il est refusé. Copiez son texte dans un document neuf.")


class _Outside:
    """The type and target of what a part says to be outside, gathered while it is read: a tree of the part would be twenty times its size."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode", "").lower() == "external":
            self.found.append((attributes.get("Type", ""), attributes.get("Target", "")))

    def data(self, text: str) -> None:
        """Nothing: but where nobody takes the text, the parser looks at each line of it."""


def _relations(content: bytes) -> list[tuple[str, str]]:
    """Read a part from one end to the other, whatever its encoding."""
    outside = _Outside()
    parser = DefusedXMLParser(target=outside, forbid_dtd=True)
    try:
        parser.feed(content)
        parser.close()
    except DTDForbidden:
        raise FileRefused("Ce document contient des définitions cachées (DOCTYPE), qu’aucun traitement de texte n’écrit : il est refusé.") from None
    return outside.found


def main_part(parts: zipfile.ZipFile) -> str:
    """The name of the part that holds the text: Word's web editor calls it otherwise."""
    try:
        relations = fromstring(parts.read("_rels/.rels"), forbid_dtd=True)
    except KeyError:
        return "word/document.xml"
    targets = (each.get("Target", "") for each in relations if each.get("Type", "").endswith("/officeDocument"))
    return next(targets, "word/document.xml").lstrip("/")
