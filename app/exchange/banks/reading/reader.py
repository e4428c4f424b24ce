"""The bytes of a file of questions → a bank. Raises FileRefused for what holds none. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from msgspec.structs import replace

from app.authoring.incoming.images import Decoder, ImageRefused, several
from app.authoring.incoming.limits import extension_of
from app.authoring.incoming.word.markdown import PICTURE
from app.exchange.banks.bank import Bank, BankItem
from app.exchange.banks.reading import converting, gift
from app.exchange.banks.reading.decoding import decode_file
from app.exchange.banks.reading.formats import INCOMING
from app.platform.french import join_words
from app.platform.zips import FileRefused

MOST_PICTURES = 200
_SHOWN = re.compile(rf"!\[([^\]]*)\]\({PICTURE}(\d+)(?: \"[^\"]*\")?\)")


def bank_of(data: bytes, decoder: Decoder) -> Bank:
    text, remarks = decode_file(data)
    readers = [format.reader() for format in INCOMING]
    pictures: list[bytes] = []
    read = next((reader.read for reader in readers if reader.recognises(text)), gift.read_gift)
    found = read(text, pictures)  # whose refusals say what is missing
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
