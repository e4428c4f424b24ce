"""What a pack holds, how it is written, and how one that somebody sent is read without trust. Pure.

`manifest.json` says the format, its version and the digest of every other file. `contenu.json` is what is received; the others are for people: a site that
receives a pack keeps none of its files. What its own library holds is there already, and what it does not hold, nobody here has checked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from app.content.values.library import FILE_TYPES
from app.learner.notebook.passage_rules import ANCHOR_LENGTH, KINDS, PassageKey, Spot
from app.learner.notebook.rules import LONGEST, indented_lines, normalise_answer
from app.platform.errors import DomainError
from app.platform.french import exact, french, french_date, weight_words
from app.platform.zips import Bounds, FileRefused, pack_zip, unpack_zip

FORMAT, VERSION = "croisee-passation", 2
READABLE = (1, VERSION)
"""The first had no files."""
MANIFEST, CONTENTS, NOTES, FAVOURITES, SHEET = "manifest.json", "contenu.json", "notes.md", "favoris.md", "fiche-territoire."
NAME = "passation-croisee.zip"
DOCUMENTS = "documents/"
"""The folder of the files of the library."""
FIRST_YEAR, LAST_YEAR = 2000, 2200


class HandoverLimits(Struct, frozen=True):
    file: int
    """Bytes of a pack."""
    contents: int
    """Bytes of its `contenu.json`, which the page that shows it sends back."""
    entries: int
    documents: int
    """Bytes of the files of the library, all together."""
    title: int
    """Characters."""
    inside: Bounds


LIMITS = HandoverLimits(
    file=11_900_000, contents=600_000, entries=500, documents=10_000_000, title=300, inside=Bounds(entries=60, each=10_000_000, total=16_000_000, ratio=200)
)
"""What a pack stays within, whoever makes it."""
MOST_DOCUMENTS = LIMITS.inside.entries - 12
_FILE = re.compile(r"[^\s/\\:\x00-\x20\x7f-\x9f\ud800-\udfff]{1,120}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
OTHER = "Ce fichier n’est pas un dossier de passation : choisissez le fichier zip que « Passer le relais » a donné, tel quel."
NEWER = "Ce dossier de passation vient d’une autre version du logiciel, que ce site ne sait pas lire."
CHANGED = "Ce dossier de passation a été modifié ou abîmé depuis qu’il a été fait : demandez à votre prédécesseur de le refaire."


class TooMuch(DomainError):
    sentence = f"C’est trop pour un seul dossier : {exact(LIMITS.entries)} notes et favoris au plus, et {LIMITS.contents // 1000} Ko de texte. Faites-en deux."


class HandoverEntry(Struct, frozen=True):
    """A note, or, without a text, a favourite."""

    place: PassageKey
    spot: Spot
    text: str
    on: date
    address: str = ""
    """Where whoever hands it over opens it: a path here, or a link elsewhere. For `favoris.md` alone."""
    file: str = ""
    """Name of its file in the pack; empty without one."""
    left_out: str = ""
    """Weight in words of a file for which there was no room. For `favoris.md` alone."""

    @property
    def favourite(self) -> bool:
        return not self.text


class Pack(Struct, frozen=True):
    author: str
    """Empty where it is not said."""
    made_on: date
    entries: tuple[HandoverEntry, ...]


# --- Out -------------------------------------------------------------------------------------------------------------


def contents_of(pack: Pack) -> str:
    """Writes the contents of a pack as JSON, which `parsed` reads. Raises TooMuch."""
    said = {"auteur": pack.author, "date": pack.made_on.isoformat(), "entrees": [_entry_as_json(entry) for entry in pack.entries]}
    text = json.dumps(said, ensure_ascii=False)
    if len(pack.entries) > LIMITS.entries or len(text.encode()) > LIMITS.contents:
        raise TooMuch
    return text


def _entry_as_json(entry: HandoverEntry) -> dict[str, str]:
    place, spot = entry.place, entry.spot
    named = {"genre": place.kind, "ref": place.ref, "ancre": place.anchor, "titre": spot.title[: LIMITS.title], "passage": spot.heading[: LIMITS.title]}
    file = {"fichier": entry.file} if entry.file else {}
    return {name: _CONTROL.sub("\ufffd", words) for name, words in (named | {"texte": entry.text, "date": entry.on.isoformat()} | file).items()}


def write_pack(pack: Pack, sheet: Mapping[str, bytes], site: str = "", documents: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The zip. `sheet`: the territory sheet by its name, or nothing; `site`: what begins the addresses of its pages, where that is known; `documents`: the
    files that entries name. Raises TooMuch."""
    files = {CONTENTS: contents_of(pack).encode(), NOTES: _notes(pack).encode(), FAVOURITES: _favourites(pack, site).encode(), **sheet}
    files |= {f"{DOCUMENTS}{name}": data for name, data in documents.items()}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    manifest = json.dumps({"format": FORMAT, "version": VERSION, "fichiers": digests}, indent=1, sort_keys=True)
    data = pack_zip({**files, MANIFEST: manifest.encode()}, as_they_are=(DOCUMENTS,))
    if len(data) > LIMITS.file:
        raise TooMuch
    return data


def _notes(pack: Pack) -> str:
    by = f", par {pack.author}" if pack.author else ""
    lines = [french(f"# Notes{by}, au {french_date(pack.made_on)}"), ""]
    for title, notes in groupby((entry for entry in pack.entries if not entry.favourite), key=lambda entry: entry.spot.title):
        lines += [f"## {title}", ""]
        for note in notes:
            lines += [*([f"### {note.spot.heading}", ""] if note.spot.heading else []), *indented_lines(note.text), "", french(f"({french_date(note.on)})"), ""]
    return "\n".join(lines)


def _favourites(pack: Pack, site: str) -> str:
    lines = ["# Favoris", ""]
    for name, kind in KINDS.items():
        mine = [entry for entry in pack.entries if entry.favourite and entry.place.kind == name]
        lines += [f"## {kind.title}", "", *(line for entry in mine for line in _favourite(entry, site)), ""] if mine else []
    return "\n".join(lines)


def _favourite(entry: HandoverEntry, site: str) -> Iterator[str]:
    yield f"- {french(entry.spot.words)}"
    if entry.address:
        yield f"  {site if entry.address.startswith('/') else ''}{entry.address}"
    if entry.file:
        yield french(f"  Fichier joint : {DOCUMENTS}{entry.file}")
    if entry.left_out:
        yield french(f"  Fichier non joint, faute de place ({entry.left_out}) : téléchargez-le à cette adresse.")


# --- In --------------------------------------------------------------------------------------------------------------


def read_pack(data: bytes) -> str:
    """The `contenu.json` of a pack that somebody sent. Raises FileRefused, with what is wrong in a sentence."""
    if len(data) > LIMITS.file:
        raise FileRefused(f"Ce fichier pèse plus de {weight_words(LIMITS.file)} : ce n’est pas un dossier de passation.")
    files = unpack_zip(data, LIMITS.inside)
    manifest = _object(files.pop(MANIFEST, b""))
    if manifest.get("format") != FORMAT:
        raise FileRefused(OTHER)
    if manifest.get("version") not in READABLE:
        raise FileRefused(NEWER)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    if manifest.get("fichiers") != digests or CONTENTS not in files or not all(map(_is_ours, files)):
        raise FileRefused(CHANGED)
    contents = files[CONTENTS].decode(errors="replace")
    named = {f"{DOCUMENTS}{entry.file}" for entry in parse_contents(contents).entries if entry.file}
    if named != {name for name in files if name.startswith(DOCUMENTS)}:
        raise FileRefused(CHANGED)
    return contents


def _is_ours(name: str) -> bool:
    return name in (CONTENTS, NOTES, FAVOURITES) or name.startswith((SHEET, DOCUMENTS))


def parse_contents(contents: str) -> Pack:
    """Raises FileRefused for any other shape."""
    if len(contents.encode(errors="replace")) > LIMITS.contents:
        raise FileRefused(TooMuch.sentence)
    said = _object(contents.encode(errors="replace"))
    listed = said.get("entrees")
    if not isinstance(listed, list) or len(listed) > LIMITS.entries:
        raise FileRefused(OTHER if not isinstance(listed, list) else TooMuch.sentence)
    entries = tuple(_entry(one) for one in listed)
    if len({(entry.place, entry.favourite) for entry in entries}) < len(entries):
        raise FileRefused(CHANGED)
    return Pack(_words(said, "auteur", LIMITS.title), _day(said), entries)


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise FileRefused(OTHER) from None
    if not isinstance(found, dict):
        raise FileRefused(OTHER)
    return found


def _entry(said: object) -> HandoverEntry:
    if not isinstance(said, dict):
        raise FileRefused(OTHER)
    place = PassageKey(*(_words(said, name, ANCHOR_LENGTH) for name in ("genre", "ref", "ancre")))
    if place.kind not in KINDS:
        raise FileRefused(NEWER)
    if not place.well_formed:
        raise FileRefused(CHANGED)
    spot = Spot(_words(said, "titre", LIMITS.title), _words(said, "passage", LIMITS.title))
    return HandoverEntry(place, spot, normalise_answer(_words(said, "texte", LONGEST)), _day(said), file=_file(said))


def _file(said: Mapping[str, object]) -> str:
    """Its name, which is only shown."""
    if "fichier" not in said:
        return ""
    name = _words(said, "fichier", LIMITS.title)
    if not _FILE.fullmatch(name) or PurePosixPath(name).suffix.lower() not in FILE_TYPES:
        raise FileRefused(CHANGED)
    return name


def _words(said: Mapping[str, object], name: str, most: int) -> str:
    text = said.get(name)
    if not isinstance(text, str) or len(text) > most or _CONTROL.search(text):
        raise FileRefused(CHANGED)
    return text


def _day(said: Mapping[str, object]) -> date:
    try:
        day = date.fromisoformat(_words(said, "date", 10))
    except ValueError:
        raise FileRefused(CHANGED) from None
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise FileRefused(CHANGED)
    return day


def select_entries(pack: Pack, numbers: Sequence[int]) -> tuple[HandoverEntry, ...]:
    """Returns the entries of the pack that were ticked, numbered from 0."""
    ticked = set(numbers)
    return tuple(entry for number, entry in enumerate(pack.entries) if number in ticked)
