"""Where a note or a favourite stands, what the course says of that place, and notes as a text. Pure.

A kind of place is one line of `KINDS`: what it is called, and how its page names the place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct

from app.content.search.entries import plain_line
from app.content.values.course import Course, Document, Glossary, Lesson, Timeline
from app.content.values.library import LibraryDocument, Tool
from app.platform.french import date_words, french, french_date, short

ANCHOR_LENGTH = 120
MOST_RECEIVED = 2_000
"""Notes and favourites that one person's notebook holds from others."""
_TITLE_LENGTH = 120


_REF = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_ANCHOR = re.compile(rf"[^\s{{}}\x00-\x20\x7f-\x9f\ud800-\udfff]{{0,{ANCHOR_LENGTH}}}")


class PassageKey(Struct, frozen=True):
    kind: str
    """A key of `KINDS`."""
    ref: str
    """What a link of the course would name: `ep-origines`, `glossaire`."""
    anchor: str = ""
    """Empty for the whole page."""

    @property
    def well_formed(self) -> bool:
        """Could any course have it?"""
        return self.kind in KINDS and bool(_REF.fullmatch(self.ref) and _ANCHOR.fullmatch(self.anchor))


Readable = Document | LibraryDocument
"""What has a page, or an entry of one."""


class Spot(Struct, frozen=True):
    """What a place is called, in plain words as French sets them."""

    title: str
    heading: str = ""
    """Of the passage; empty for a whole page, or an entry, whose title says all."""

    @property
    def words(self) -> str:
        return f"{self.title} : {self.heading}" if self.heading else self.title


class Entries(Protocol):
    """(anchor, title) of the entries of a page; of one of them alone where `only` is its anchor."""

    def __call__(self, document: Readable, only: str = "") -> Iterator[tuple[str, str]]: ...


class KindOfPlace(Struct, frozen=True):
    title: str
    """Of those that are kept, as a list."""
    page: str
    """Of the page that holds them all; empty where each has its own."""
    document: Callable[[Course, str], Readable | None]
    """The one that a link would name so, if readers may open it."""
    spot: Callable[[Readable, str], Spot | None]
    stored: str = ""
    """Under which name revisions hold that one page; empty where each has its own."""
    choices: Entries | None = None
    """For a page that is too long to show a control at each."""


def _lesson(course: Course, ref: str) -> Lesson | None:
    return course.lessons.get(ref) if any(ref in module.lesson_ids for module in course.modules.values()) else None


def _in_lesson(document: Readable, anchor: str) -> Spot | None:
    if not isinstance(document, Lesson):
        return None
    if not anchor:
        return Spot(document.title)
    return next((Spot(document.title, heading.title) for heading in document.outline if heading.anchor == anchor), None)


def _of_tool(document: Readable, anchor: str) -> Spot | None:
    return Spot(document.title) if isinstance(document, Tool) and not anchor else None


def _of_the_library(document: Readable, anchor: str) -> Spot | None:
    return Spot(document.title) if isinstance(document, LibraryDocument) and not anchor else None


def _words(document: Readable, only: str = "") -> Iterator[tuple[str, str]]:
    for entry in document.entries if isinstance(document, Glossary) else ():
        if only in ("", entry.anchor):
            yield entry.anchor, french(f"{plain_line(entry.term)} : {plain_line(entry.expansion)}" if entry.expansion else plain_line(entry.term))


def _dates(document: Readable, only: str = "") -> Iterator[tuple[str, str]]:
    for event in document.events if isinstance(document, Timeline) else ():
        if only in ("", event.anchor):
            yield event.anchor, french(f"{date_words(event.when)} : {short(plain_line(event.text.text), _TITLE_LENGTH)}")


def _entry(choices: Entries) -> Callable[[Readable, str], Spot | None]:
    return lambda document, anchor: next((Spot(title) for _, title in choices(document, anchor)), None) if anchor else None


KINDS: Mapping[str, KindOfPlace] = MappingProxyType({
    "lecon": KindOfPlace("Leçons et passages", "", _lesson, _in_lesson),
    "outil": KindOfPlace("Outils", "", lambda course, ref: course.tools.get(ref), _of_tool),
    "document": KindOfPlace("Documents de la bibliothèque", "", lambda course, ref: course.library.shelf.get(ref), _of_the_library),
    "mot": KindOfPlace("Mots du glossaire", "Glossaire", lambda course, ref: course.glossary if ref == "glossaire" else None, _entry(_words), "glossary", _words),
    "date": KindOfPlace("Dates de la frise", "Frise", lambda course, ref: course.timeline if ref == "frise" else None, _entry(_dates), "timeline", _dates),
})  # fmt: skip
"""In the order in which the notebook lists them."""


def document_of(course: Course, place: PassageKey) -> Readable | None:
    kind = KINDS.get(place.kind)
    return kind.document(course, place.ref) if kind else None


def spot_in(document: Readable | None, place: PassageKey) -> Spot | None:
    """Returns the title of a passage in a document; None where the document does not show it."""
    return KINDS[place.kind].spot(document, place.anchor) if document is not None and place.well_formed else None


def spot_of(course: Course, place: PassageKey) -> Spot | None:
    return spot_in(document_of(course, place), place)


def origin_line(sender: str, on: date) -> str:
    """Where something comes from that a notebook received."""
    return french(f"Reçu de {sender} le {french_date(on)}" if sender else f"Reçu le {french_date(on)}, sans nom d’auteur")
