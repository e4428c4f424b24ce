"""Bytes of any kind → sources to read: a document, a page, a text, a bank of questions, a backup, a zip of texts. Raises FileRefused. Pure."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath

from msgspec import Struct

from app.authoring.incoming import images
from app.authoring.incoming.limits import extension_of
from app.authoring.incoming.word.markdown import PICTURE
from app.content.values.text import MAX_CHARACTERS
from app.exchange.banks.bank import Bank, BankItem, question_of
from app.exchange.banks.reading import gift, moodle_xml
from app.exchange.banks.reading.decoding import decode_file
from app.exchange.banks.reading.reader import bank_of
from app.exchange.intake import backup
from app.exchange.intake.lines import without_fence, without_head
from app.exchange.intake.page_file import read_odt, read_page
from app.exchange.intake.units import ImportSource, Unit, key_words
from app.exchange.intake.word_file import read_word
from app.platform import zips
from app.platform.french import short
from app.platform.zips import Bounds, FileRefused

BOUNDS = Bounds(entries=400, each=20_000_000, total=80_000_000, ratio=200)
_OURS = re.compile(r"[\ue100-\ue1ff\ue400-\uefff]")
_SHOWN = re.compile(rf"!\[([^\]]*)\]\({PICTURE}(\d+)(?: \"[^\"]*\")?\)")
_TEXTS = (".md", ".markdown", ".txt", ".text", ".qmd", ".rst", ".adoc", ".html", ".htm", ".docx", ".odt", ".xml", ".gift")
_SKIPPED = re.compile(r"(?:^|/)(?:\.|__MACOSX|node_modules)")


class FileContents(Struct, frozen=True):
    """What a file holds: its sources, and the pictures that they show, by the name they have there."""

    sources: tuple[ImportSource, ...]
    pictures: dict[str, bytes]


def sources_of(name: str, data: bytes, decoder: images.Decoder) -> FileContents:
    """`name`: of the file; « .html » for a page that was pasted, « .txt » for pasted words."""
    kind, title = _kind_of(name, data), _title(name)
    if kind == ".zip":
        return _of_zip(zips.unpack_zip(data, BOUNDS), decoder)
    if kind == ".docx":
        return _with_pictures(name, title, *read_word(name if PurePosixPath(name).suffix else f"{name}.docx", data), decoder)
    if kind == ".odt":
        return _with_pictures(name, title, *read_odt(data), decoder)
    if kind == ".mbz":
        return _of_bank(name, title, backup.bank_of_backup(data, decoder))
    return _of_text(name, kind, title, data, decoder)


def _kind_of(name: str, data: bytes) -> str:
    """What a file is, by its first bytes before its name."""
    kind = PurePosixPath(name.lower()).suffix
    if data[:2] == b"PK" and kind not in (".docx", ".docm", ".dotm", ".odt", ".mbz"):
        names = zips.unpack_zip(data, BOUNDS)
        found = ((".docx", any(part.startswith("word/") for part in names)), (".odt", "content.xml" in names), (".mbz", "moodle_backup.xml" in names))
        return next((each for each, holds in found if holds), ".zip")
    if kind in (".docx", ".docm", ".dotm", ".doc") or data[:4] == b"\xd0\xcf\x11\xe0":
        return ".docx"
    return ".mbz" if data[:2] == b"\x1f\x8b" else kind


def _of_text(name: str, kind: str, title: str, data: bytes, decoder: images.Decoder) -> FileContents:
    text, remarks = decode_file(data)
    if re.match(r"\s*(?:<!doctype html|<html|<meta|<body|<!--StartFragment)", text, re.IGNORECASE) or kind in (".html", ".htm"):
        return _with_pictures(name, title, *read_page(text), decoder)
    if (moodle_xml.recognises(text) and kind not in (".md", ".markdown")) or _is_gift(text):
        return _of_bank(name, title, bank_of(data, decoder))
    body, titled, head = without_head(without_fence(_OURS.sub("", text)))
    remarks = (*remarks, *([f"L’en-tête d’un autre outil est laissé : « {short(head, 200)} »."] if head else []))
    return FileContents((ImportSource(name=name, text=_check_text(_join_cut(body)), plain=True, title=titled or title, remarks=remarks),), {})


_QUOTED_CELL = re.compile(r'(?<=\t)"[^"\t\n]*(?:\n[^"\t\n]*){1,5}"(?=\t|\n|\Z)')
_LONE_LABEL = re.compile(r"(?m)^([ \t]*[a-h][.)])[ \t]*\n(?=[ \t]*\S)")
_ROOM_OF_ANSWER = re.compile(r"(?m)^(?:Question \d{1,3} Réponse|(Réponse :) ?Question \d{1,3})[ \t]*$")
"""What Moodle says to those who do not see where one answers."""


_TOLD_RIGHT = re.compile(r"\s*(?:bonne r[ée]ponse|r[ée]ponse correcte)\s*", re.IGNORECASE)


def _join_cut(text: str) -> str:
    """The text, where a cell of a sheet is one line, and the label of an option stands before its words."""
    joined = _QUOTED_CELL.sub(lambda found: " ".join(found.group().strip('"').split()), text)
    return _tick_told(_LONE_LABEL.sub(r"\1 ", _ROOM_OF_ANSWER.sub(r"\1", joined)))


def _tick_told(text: str) -> str:
    """The text of a form, where « Bonne réponse » stands alone under the right option, or over the right one said again: ticked, or said."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if not _TOLD_RIGHT.fullmatch(line) or not place:
            continue
        above, below = lines[place - 1].strip(), lines[place + 1].strip() if place + 1 < len(lines) else ""
        if below and below in map(str.strip, lines[max(0, place - 12) : place]):
            lines[place : place + 2] = [f"Réponse : {below}", ""]
        elif above:
            lines[place - 1 : place + 1] = [f"{above} ✓", ""]
    return "\n".join(lines)


def _is_gift(text: str) -> bool:
    """Braces that hold answers, and not those of another language."""
    blocks = re.findall(r"\{([^{}]{0,4000})\}", text)
    sure = sum(bool(re.match(r"\s*(?:[=~#]|T\b|F\b|TRUE|FALSE|$)", block)) for block in blocks)
    return (
        gift.recognises(text)
        and not re.search(r"(?m)^:::\s*\w|\A\s*---\s*$", text)
        and sure * 2 > len(blocks)
        and (bool(re.search(r"(?m)^::|^\$CATEGORY|\{[^{}]*[=~]", text)) or bool(re.search(r"\{\s*(?:T|F|TRUE|FALSE|#[\d.]+)\s*\}", text)))
    )


def _check_text(text: str) -> str:
    if len(text) > 2 * MAX_CHARACTERS:
        raise FileRefused("Ce document est trop long pour être repris d’un coup : coupez-le en deux.")
    if not text.strip():
        raise FileRefused("Ce document ne contient aucun texte.")
    return text


def _title(name: str) -> str:
    """A title from the name of a file, where its text gives none; nothing of what a machine named."""
    stem = re.sub(r"[_-]+", " ", PurePosixPath(name).stem).strip()
    stem = re.sub(r"\s+[0-9a-f]{20,}$", "", stem)
    return (
        stem[:1].upper() + stem[1:]
        if re.search(r"[^\W\d_]{3}", stem) and not re.match(r"(?:document|texte? coll|sans titre|untitled|nouveau|export|copie|colle)", stem, re.IGNORECASE)
        else ""
    )


def _with_pictures(name: str, title: str, text: str, said: list[str], pictures: list[bytes], decoder: images.Decoder) -> FileContents:
    """The text shows its pictures under the names that they will have; one that is refused is told where it stood."""
    _check_text(text)
    numbers = list(dict.fromkeys(int(found[2]) for found in _SHOWN.finditer(text)))
    files = [_name_picture(pictures[number] if number < len(pictures) else b"") for number in numbers]
    cleaned = dict(zip(numbers, images.several(files, decoder), strict=True))
    kept: dict[str, bytes] = {}

    def place(found: re.Match[str]) -> str:
        picture = cleaned[int(found[2])]
        if isinstance(picture, images.ImageRefused):
            said.append(f"Une image n’est pas reprise. {picture.sentence}")
            return f"\ue100{len(said) - 1}\ue101"
        kept[picture.name] = picture.data
        return f"![{found[1]}](images/{picture.name})"

    shown = _SHOWN.sub(place, text)
    return FileContents((ImportSource(name=name, text=shown, said=tuple(said), title=title),), kept)


def _name_picture(data: bytes) -> tuple[str, bytes]:
    return f"image-{hashlib.sha256(data).hexdigest()[:8]}{extension_of(data)}", data


def _of_bank(name: str, title: str, bank: Bank) -> FileContents:
    units = tuple(_unit(place, item) for place, item in enumerate(bank.items, 1))
    source = ImportSource(name=name, title=title, units=units, introductions=bank.introductions, remarks=bank.remarks)
    return FileContents((source,), dict(bank.pictures))


def _unit(place: int, item: BankItem) -> Unit:
    question = question_of(item.text) if item.text else None
    kind, options, key = key_words(question) if question is not None else ("open", (), ())
    statement = question.statement.text if question is not None and kind != "gap" else item.name
    return Unit(
        n=place,
        kind=kind,
        line=item.line,
        statement=statement,
        options=options,
        key=key,
        text=item.text,
        category=item.category,
        id=item.id,
        losses=item.lost,
        refused=item.refused,
    )


def _of_zip(parts: dict[str, bytes], decoder: images.Decoder) -> FileContents:
    """Each text of an archive, in the order of its names."""
    names = sorted(name for name in parts if name.lower().endswith(_TEXTS) and not _SKIPPED.search(name))
    if not names:
        raise FileRefused("Cette archive ne contient aucun texte que l’on sache lire (.md, .txt, .docx, .odt, .html, .xml).")
    found = [sources_of(name, parts[name], decoder) for name in names[:60]]
    pictures = {key: picture for each in found for key, picture in each.pictures.items()}
    return FileContents(tuple(source for each in found for source in each.sources), pictures)
