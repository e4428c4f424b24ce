"""A file for the library: its name, its weight, its real type, and nothing in it that acts; recordings, texts and spreadsheets are looked through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from defusedxml.common import DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from app.authoring.incoming import images, library_pdf
from app.authoring.incoming.images import CleanImage, Decoder
from app.authoring.incoming.limits import LARGEST_FILE
from app.content.values.library import FILE_TYPES, IMAGE_TYPES
from app.platform import zips
from app.platform.zips import Bounds, FileRefused

# --- Recordings (pure) -----------------------------------------------------------------------------------------------
# A recording from its first byte to its last: it is walked frame by frame, page by page, box by box.

_RATES = {
    3: (44100, 48000, 32000),
    2: (22050, 24000, 16000),
    0: (11025, 12000, 8000),
}
"""Samples a second, by version of MPEG."""
_BITRATES = {
    True: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second of layer III, in MPEG-1 or after it."""
_LEAST_FRAMES = 3
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash", b"3gp4", b"3gp5", b"qt  "})
_MOST_BOXES = 10_000


def _refusal(extension: str) -> FileRefused:
    return FileRefused(f"Ce fichier s’appelle « {extension} », mais ce n’est pas un enregistrement entier de ce format : enregistrez-le de nouveau.")


# --- MP3 -------------------------------------------------------------------------------------------------------------


def check_mp3(data: bytes) -> None:
    """A tag or none, frames that follow one another, a tag or none."""
    position, end = _after_tag(data), _before_tags(data)
    frames = 0
    while position + 4 <= end:
        length = _frame(data, position)
        if not length:
            break
        position += length
        frames += 1
    rest = data[max(position, 0) : end]
    if frames < _LEAST_FRAMES or position > end + 2000 or rest.strip(b"\0"):
        raise _refusal(".mp3")


def _after_tag(data: bytes) -> int:
    """Where the sound begins: after an ID3v2 tag, whose length is written in seven bits a byte."""
    if not data.startswith(b"ID3") or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    start = size + (20 if data[5] & 0x10 else 10)
    while start < len(data) and data[start] == 0 and start < size + 5000:
        start += 1
    return start


def _before_tags(data: bytes) -> int:
    end = len(data) - 128 if data[-128:-125] == b"TAG" else len(data)
    footer = data[end - 32 : end]
    if footer.startswith(b"APETAGEX"):
        end -= int.from_bytes(footer[12:16], "little") + 32 * bool(footer[23] & 0x80)
    return max(0, end)


def _frame(data: bytes, position: int) -> int:
    """Bytes of the frame that begins there; 0 where none does."""
    first, second, third = data[position : position + 3]
    version, layer = second >> 3 & 3, second >> 1 & 3
    if first != 0xFF or second & 0xE0 != 0xE0 or version == 1 or layer != 1:
        return 0
    bitrate, rate = third >> 4, third >> 2 & 3
    if bitrate in (0, 15) or rate == 3:
        return 0
    kilobits = _BITRATES[version == 3][bitrate - 1]
    return (144 if version == 3 else 72) * 1000 * kilobits // _RATES[version][rate] + (third >> 1 & 1)


# --- Ogg -------------------------------------------------------------------------------------------------------------


def check_ogg(data: bytes) -> None:
    """Pages that follow one another to the end; the first one of each stream says that it is sound."""
    position = pages = 0
    while position < len(data):
        if data[position : position + 5] != b"OggS\0" or position + 27 > len(data):
            raise _refusal(".ogg")
        kind, count = data[position + 5], data[position + 26]
        lengths = data[position + 27 : position + 27 + count]
        start = position + 27 + count
        if kind & 2 and not data[start : start + 8].startswith((b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")):
            raise FileRefused("Ce fichier contient autre chose que du son : enregistrez le son seul.")
        if (not pages and not kind & 2) or len(lengths) != count:
            raise _refusal(".ogg")
        position = start + sum(lengths)
        pages += 1
    if position != len(data) or pages < 2:
        raise _refusal(".ogg")


# --- MPEG-4 ----------------------------------------------------------------------------------------------------------


def check_m4a(data: bytes) -> None:
    """Boxes that fill the file, one of which describes tracks of sound and none of pictures."""
    boxes = list(_boxes(data, 0, len(data)))
    if not boxes or boxes[0][0] != b"ftyp" or data[boxes[0][1] : boxes[0][1] + 4] not in _SOUND_BRANDS:
        raise _refusal(".m4a")
    handlers = [data[start + 8 : start + 12] for start in _handlers(data, boxes)]
    if b"vide" in handlers:
        raise FileRefused("Ce fichier est une vidéo : enregistrez le son seul, ou donnez un lien vers la vidéo et sa transcription.")
    if b"soun" not in handlers:
        raise _refusal(".m4a")


Box = tuple[bytes, int, int]
"""Its type, where what it holds begins and ends."""


def _boxes(data: bytes, position: int, end: int) -> Iterator[Box]:
    for _ in range(_MOST_BOXES):
        if position == end:
            return
        size, kind, header = int.from_bytes(data[position : position + 4], "big"), data[position + 4 : position + 8], 8
        if size == 1:
            size, header = int.from_bytes(data[position + 8 : position + 16], "big"), 16
        size = size or end - position
        if len(kind) < 4 or size < header or position + size > end:
            raise _refusal(".m4a")
        yield kind, position + header, position + size
        position += size
    raise _refusal(".m4a")


def _handlers(data: bytes, boxes: list[Box]) -> Iterator[int]:
    """Where the handler of each track begins."""
    found = [box for box in boxes if box[0] == b"moov"]
    for step in (b"trak", b"mdia", b"hdlr"):
        found = [inner for _, start, end in found for inner in _boxes(data, start, end) if inner[0] == step]
    return (start for _, start, _ in found)


# --- Texts and spreadsheets (pure) -----------------------------------------------------------------------------------
# They only show what they hold: no macro, no program, nothing fetched from elsewhere, no other file.

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
    parts = _unpack_parts(data, ".odt", "un document OpenDocument")
    if parts.get("mimetype", b"").strip() != b"application/vnd.oasis.opendocument.text" or "content.xml" not in parts:
        raise FileRefused("Ce fichier s’appelle « .odt », mais ce n’est pas un document OpenDocument.")
    for name, content in parts.items():
        _refuse_part(name, content)
        if _is_xml(name, content):
            _parse_part(name, content, _OdfPart())


def _check_ooxml(data: bytes, folder: str, extension: str, what: str) -> None:
    parts = _unpack_parts(data, extension, what)
    types = parts.get("[Content_Types].xml", b"").lower()
    if b"macroenabled" in types or b"vbaproject" in types:
        raise FileRefused("Ce fichier contient des macros, c’est-à-dire des programmes : il est refusé.")
    if _MAIN[folder] not in types or not any(part.startswith(f"{folder}/") for part in parts):
        raise FileRefused(f"Ce fichier s’appelle « {extension} », mais ce n’est pas {what}.")
    for name, content in parts.items():
        _refuse_part(name, content)
        if _is_xml(name, content):
            _parse_part(name, content, _OoxmlPart())


def _unpack_parts(data: bytes, extension: str, what: str) -> dict[str, bytes]:
    if data.startswith(_OLD):
        raise FileRefused("Ce fichier est protégé par un mot de passe, ou dans un ancien format : enregistrez-le sans protection, au format du moment.")
    if not data.startswith(b"PK\x03\x04"):
        raise FileRefused(f"Ce fichier s’appelle « {extension} », mais ce n’est pas {what}.")
    return zips.unpack_zip(data, BOUNDS)


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


# --- Any file --------------------------------------------------------------------------------------------------------
# What is kept is what was sent, but for an image, which is written again as those of lessons are. Each refusal is a sentence.

KINDS = ", ".join(sorted({extension.removeprefix(".").upper() for extension in FILE_TYPES}))
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_CHECKS: dict[str, Callable[[bytes], None]] = {
    ".pdf": library_pdf.check,
    ".odt": check_odt,
    ".docx": check_docx,
    ".xlsx": check_xlsx,
    ".mp3": check_mp3,
    ".ogg": check_ogg,
    ".opus": check_ogg,
    ".m4a": check_m4a,
}


def clean_file(name: str, data: bytes, decoder: Decoder) -> CleanImage:
    """The file, ready to be kept, under the name that the text may give it. Raises FileRefused or ImageRefused."""
    extension = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if extension in (".docm", ".dotm", ".xlsm", ".xltm", ".xlsb", ".odb"):
        raise FileRefused("Ce genre de fichier est fait pour contenir des macros, c’est-à-dire des programmes : il est refusé.")
    if extension not in FILE_TYPES:
        raise FileRefused(f"La bibliothèque garde des fichiers {KINDS} : enregistrez le vôtre dans l’un de ces formats.")
    if not data:
        raise FileRefused("Ce fichier est vide.")
    if len(data) > LARGEST_FILE:
        raise FileRefused(f"Ce fichier pèse plus de {LARGEST_FILE // 1_000_000} Mo : réduisez-le, ou déposez-le dans le dossier du cours.")
    if extension in IMAGE_TYPES:
        return images.clean_image(name, data, decoder)
    if data.startswith(_PROGRAMS):
        raise FileRefused(f"Ce fichier s’appelle « {extension} », mais c’est un programme : il est refusé.")
    _CHECKS[extension](data)
    return CleanImage(images.file_name(name), data, 0, 0)
