"""The bytes of a file of questions → its text, whatever saved it. Pure."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Sequence

from msgspec.structs import replace

from app.authoring.incoming.images import Decoder, ImageRefused, several
from app.authoring.incoming.limits import extension_of
from app.authoring.incoming.word.markdown import PICTURE
from app.content.text.normalise import line_feeds
from app.exchange.banks.bank import Bank, BankItem
from app.exchange.banks.reading import converting, gift
from app.exchange.banks.reading.formats import INCOMING
from app.platform.french import join_words
from app.platform.zips import FileRefused

LARGEST = 10_000_000
"""Bytes: five thousand questions, or some hundred images."""
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000\ue001\ue100\ue101\ufffe\uffff\ud800-\udfff]")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WINDOWS = "Ce fichier n’était pas en UTF-8 : ses accents ont été lus comme Windows les écrit."


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
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


# --- The bytes of a file of questions → a bank. Raises FileRefused for what holds none. Pure. ---

MOST_PICTURES = 200
_SHOWN = re.compile(rf"!\[([^\]]*)\]\({PICTURE}(\d+)(?: \"[^\"]*\")?\)")


def bank_of(data: bytes, decoder: Decoder) -> Bank:
    text, remarks = decoded(data)
    readers = [format.reader() for format in INCOMING]
    pictures: list[bytes] = []
    found = next((reader for reader in readers if reader.recognises(text)), gift).read(text, pictures)  # whose refusals say what is missing
    if not found.questions:
        raise FileRefused(f"Ce fichier ne contient aucune question : attendus, un export {join_words([f'« {each.label} »' for each in INCOMING], 'ou')}.")
    return _with_pictures([converting.item(each) for each in found.questions], found.introductions, pictures, decoder, (*remarks, *found.remarks))


def _with_pictures(items: Sequence[BankItem], introductions: dict[str, str], pictures: Sequence[bytes], decoder: Decoder, remarks: tuple[str, ...]) -> Bank:
    """Images that some question shows are written again, under the name of what they hold; one that cannot be is named."""
    texts = [item.text for item in items] + list(introductions.values())
    numbers = sorted({int(number) for text in texts for _, number in _SHOWN.findall(text)} & set(range(len(pictures))))
    wanted = {number: pictures[number] for number in numbers[:MOST_PICTURES]}
    names = {number: _name(data) for number, data in wanted.items()}
    answers = several(((names[number], data) for number, data in wanted.items()), decoder)
    clean = {number: answer for number, answer in zip(wanted, answers, strict=True) if not isinstance(answer, ImageRefused)}
    why = {number: answer.sentence for number, answer in zip(wanted, answers, strict=True) if isinstance(answer, ImageRefused)}
    kept = {number: names[number] for number in clean}
    return Bank(
        tuple(_with_images(item, kept, why) for item in items),
        {category: _place_images(text, kept) for category, text in introductions.items()},
        {names[number]: picture.data for number, picture in clean.items()},
        remarks,
    )


def _name(data: bytes) -> str:
    """The same for the same image: two questions that show it share it, and no other has it."""
    return f"moodle-{hashlib.sha256(data).hexdigest()[:10]}{extension_of(data) or '.png'}"


def _place_images(text: str, names: dict[int, str]) -> str:
    return _SHOWN.sub(lambda found: f"![{found[1]}](images/{names[int(found[2])]})" if int(found[2]) in names else f"*(Image : {found[1] or 'absente'})*", text)


def _with_images(item: BankItem, names: dict[int, str], why: dict[int, str]) -> BankItem:
    missing = [int(number) for _, number in _SHOWN.findall(item.text) if int(number) not in names]
    said = tuple(f"Une image n’est pas reprise : {why.get(number, 'le fichier ne la contient pas, ou en contient trop')}" for number in missing)
    return replace(item, text=_place_images(item.text, names), lost=(*item.lost, *dict.fromkeys(said)))
