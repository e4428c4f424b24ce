"""Whether a text or a spreadsheet only shows what it holds: no macro, no program, nothing fetched from elsewhere, no other file. Pure."""

from __future__ import annotations

import re

from defusedxml.common import DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from app.platform import zips
from app.platform.zips import Bounds, FileRefused

BOUNDS = Bounds(entries=3000, each=60_000_000, total=150_000_000, ratio=200)
_OLD = b"\xd0\xcf\x11\xe0"
_MAIN = {"word": b"wordprocessingml.document.main+xml", "xl": b"spreadsheetml.sheet.main+xml"}
_MACROS = re.compile(r"(?:^|/)(?:vba\w*\.(?:bin|xml)|macrosheets/|dialogsheets/|basic/|scripts/|activex/)", re.IGNORECASE)
_INSIDE = re.compile(
    r"(?:^|/)(?:embeddings/|externallinks/|connections\.xml|querytables/|ctrlprops/|afchunk)|\.(?:bin|exe|dll|js|vbs|jar|zip|html?)$", re.IGNORECASE
)
_PRINTER = re.compile(r"printersettings\d*\.bin$", re.IGNORECASE)
_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|\\\\|//)", re.IGNORECASE)
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)
_FETCHING = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b|\b(?:WEBSERVICE|FILTERXML|RTD|CALL|REGISTER)\s*\(|\|'", re.IGNORECASE)
_ACTIVE_ODF = frozenset({"event-listener", "applet", "plugin", "floating-frame", "dde-source", "dde-connection-decl", "dde-link", "object-ole", "script"})

Attributes = dict[str, str]


def check_docx(data: bytes) -> None:
    _check_ooxml(data, "word", ".docx", "un document Word")


def check_xlsx(data: bytes) -> None:
    _check_ooxml(data, "xl", ".xlsx", "une feuille de calcul Excel")


def check_odt(data: bytes) -> None:
    parts = _unpacked(data, ".odt", "un document OpenDocument")
    if parts.get("mimetype", b"").strip() != b"application/vnd.oasis.opendocument.text" or "content.xml" not in parts:
        raise FileRefused("Ce fichier s’appelle « .odt », mais ce n’est pas un document OpenDocument.")
    for name, content in parts.items():
        _refuse_part(name, content)
        if _is_xml(name, content):
            _parse_part(name, content, _OdfPart())


def _check_ooxml(data: bytes, folder: str, extension: str, what: str) -> None:
    parts = _unpacked(data, extension, what)
    types = parts.get("[Content_Types].xml", b"").lower()
    if b"macroenabled" in types or b"vbaproject" in types:
        raise FileRefused("Ce fichier contient des macros, c’est-à-dire des programmes : il est refusé.")
    if _MAIN[folder] not in types or not any(part.startswith(f"{folder}/") for part in parts):
        raise FileRefused(f"Ce fichier s’appelle « {extension} », mais ce n’est pas {what}.")
    for name, content in parts.items():
        _refuse_part(name, content)
        if _is_xml(name, content):
            _parse_part(name, content, _OoxmlPart())


def _unpacked(data: bytes, extension: str, what: str) -> dict[str, bytes]:
    if data.startswith(_OLD):
        raise FileRefused("Ce fichier est protégé par un mot de passe, ou dans un ancien format : enregistrez-le sans protection, au format du moment.")
    if not data.startswith(b"PK\x03\x04"):
        raise FileRefused(f"Ce fichier s’appelle « {extension} », mais ce n’est pas {what}.")
    return zips.unpacked(data, BOUNDS)


def _refuse_part(name: str, content: bytes) -> None:
    if _MACROS.search(name):
        raise FileRefused("Ce fichier contient des macros, c’est-à-dire des programmes : il est refusé.")
    if (_INSIDE.search(name) and not _PRINTER.search(name)) or content.startswith((_OLD, b"MZ", b"\x7fELF", b"PK\x03\x04")):
        raise FileRefused(
            f"Ce fichier en contient un autre, « {name[-60:]} », ou va le chercher : il est refusé. Enregistrez-le en PDF, ou retirez l’objet inséré."
        )


def _is_xml(name: str, content: bytes) -> bool:
    return name.endswith((".xml", ".rels", ".rdf", ".vml")) or content.lstrip()[:1] == b"<"


class _OoxmlPart:
    """Relations that lead elsewhere, and fields that fetch."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.in_field = False

    def start(self, tag: str, attributes: Attributes) -> None:
        local = tag.rpartition("}")[2]
        self.in_field = local in ("instrText", "f", "formula1", "definedName")
        if local == "fldSimple":
            self.written.append(next((value for key, value in attributes.items() if key.endswith("instr")), ""))
        if local in ("ddeLink", "oleLink", "webPublishItem", "control"):
            raise FileRefused("Ce fichier va chercher des données ailleurs ou contient un programme : il est refusé.")
        if local == "Relationship" and attributes.get("TargetMode", "").lower() == "external":
            self._outside(attributes.get("Type", ""), attributes.get("Target", "").strip())

    def _outside(self, kind: str, target: str) -> None:
        if not kind.endswith("/hyperlink"):
            raise FileRefused("Ce fichier va chercher une partie de lui-même sur un autre ordinateur : il est refusé. Enregistrez-le en PDF.")
        if _REMOTE.match(target) and not _SAFE_LINK.match(target):
            raise FileRefused(f"Ce fichier contient un lien qui n’est pas une adresse du Web, « {target[:60]} » : il est refusé.")

    def end(self, tag: str) -> None:
        self.in_field = False
        if tag.endswith("}f"):
            self.written.append(" ")

    def data(self, text: str) -> None:
        if self.in_field:
            self.written.append(text)

    def close(self) -> None:
        if _FETCHING.search("".join(self.written)):
            raise FileRefused("Ce fichier contient une formule ou un champ qui va chercher des données ailleurs : il est refusé.")


class _OdfPart:
    """Scripts, objects, and what is fetched as the text opens."""

    def start(self, tag: str, attributes: Attributes) -> None:
        local = tag.rpartition("}")[2]
        if local in ("encryption-data", "algorithm"):
            raise FileRefused("Ce document est protégé par un mot de passe : enregistrez-le sans protection.")
        if local in _ACTIVE_ODF:
            raise FileRefused("Ce document contient un programme, ou va chercher des données ailleurs : il est refusé.")
        target = next((value for key, value in attributes.items() if key.endswith("}href")), "").strip()
        if local != "a" and _REMOTE.match(target):
            raise FileRefused("Ce document va chercher une partie de lui-même sur un autre ordinateur : il est refusé. Enregistrez-le en PDF.")
        if local == "a" and _REMOTE.match(target) and not _SAFE_LINK.match(target):
            raise FileRefused(f"Ce document contient un lien qui n’est pas une adresse du Web, « {target[:60]} » : il est refusé.")

    def end(self, tag: str) -> None:
        """Nothing."""

    def data(self, text: str) -> None:
        """Nothing: but where nobody takes the text, the parser looks at each line of it."""

    def close(self) -> None:
        """Nothing."""


def _parse_part(name: str, content: bytes, part: _OoxmlPart | _OdfPart) -> None:
    """From one end to the other, whatever its encoding."""
    parser = DefusedXMLParser(target=part, forbid_dtd=True)
    try:
        parser.feed(content)
        parser.close()
    except DTDForbidden:
        raise FileRefused("Ce fichier contient des définitions cachées (DOCTYPE), qu’aucun logiciel de bureau n’écrit : il est refusé.") from None
    except (ParseError, ValueError, LookupError):
        raise FileRefused(f"Ce fichier est abîmé (« {name[-60:]} ») : ouvrez-le et enregistrez-le de nouveau.") from None
