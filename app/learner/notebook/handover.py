"""What a coordinator hands over to their successor, and what one receives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.store.disk import KeptFile, kept_file
from app.content.values.course import Course
from app.content.values.library import LibraryDocument
from app.identity.services import lock_person
from app.learner.notebook.handover_rules import LIMITS, MOST_DOCUMENTS, HandoverEntry, Pack, parse_contents
from app.learner.notebook.notes import KeptPassage
from app.learner.notebook.passage_rules import MOST_RECEIVED, PassageKey, document_of, spot_of
from app.learner.notebook.passages import PassageGroup, PassageItem, favourite_groups, list_items, note_groups, place_of
from app.learner.notebook.rules import mark_of
from app.platform.errors import DomainError
from app.platform.french import day_of, exact, weight_words
from app.platform.log import event
from app.platform.storage.folder import Store

# --- Pages -----------------------------------------------------------------------------------------------------------


class HandoverPage(Struct, frozen=True):
    notes: tuple[PassageGroup, ...]
    favourites: tuple[PassageGroup, ...]
    files: Mapping[int, str]
    """Favourite → the weight in words of the file that goes with it."""
    error: str = ""


class HandoverWish(Struct, frozen=True):
    """What somebody ticked."""

    ids: Collection[int] = ()
    """Of notes and favourites."""
    pages: Collection[str] = ()
    """« lecon/ep-origines »: all the notes of it."""
    sheet: str = ""
    """A name of its files; empty for none."""
    signed: bool = False

    def takes(self, held: PassageItem) -> bool:
        return held.id in self.ids or (not held.favourite and f"{held.place.kind}/{held.place.ref}" in self.pages)


class ArrivingEntry(Struct, frozen=True):
    """One entry of a pack, as it would be received."""

    number: int
    entry: HandoverEntry
    gone: bool
    """The course here does not show the passage."""
    known: bool
    """It was received before."""

    @property
    def loose(self) -> bool:
        """A document whose file came with the pack, and which the library here does not hold."""
        return self.gone and bool(self.entry.file)


class ArrivalPage(Struct, frozen=True):
    pack: Pack
    contents: str
    """To be sent back as it is: nothing is stored before."""
    items: tuple[ArrivingEntry, ...]


def handover_page(session: Session, course: Course, media: Store, person_id: int, error: str = "") -> HandoverPage:
    held = _own(session, course, person_id)
    files = {one.id: weight_words(file.bytes) for one in held if one.favourite and (file := _file(course, media, one.place))}
    return HandoverPage(note_groups(course, held), favourite_groups(held), files, error)


def pack_of(session: Session, course: Course, media: Store, person_id: int, wish: HandoverWish, author: str, on: date) -> tuple[Pack, dict[str, str]]:
    """What one wrote and kept oneself, and under which names the files that go with it are kept; what was received stays where it is."""
    taken = [held for held in _own(session, course, person_id) if wish.takes(held)]
    files = {held.place: file for held in taken if held.favourite and (file := _file(course, media, held.place))}
    joined = dict(_fitting(files.values()))
    entries = tuple(_entry(course, held, files.get(held.place) if held.favourite else None, joined) for held in taken)
    return Pack(author if wish.signed else "", on, entries), joined


def _file(course: Course, media: Store, place: PassageKey) -> KeptFile | None:
    document = document_of(course, place)
    return kept_file(course, document, media) if isinstance(document, LibraryDocument) else None


def _fitting(files: Iterable[KeptFile]) -> Iterator[tuple[str, str]]:
    """Those for which there is room, in the order in which they are kept."""
    room, names = LIMITS.documents, set[str]()
    for file in files:
        if file.name not in names and file.bytes <= room and len(names) < MOST_DOCUMENTS:
            room -= file.bytes
            names.add(file.name)
            yield file.name, file.kept_as


def _entry(course: Course, held: PassageItem, file: KeptFile | None, joined: Mapping[str, str]) -> HandoverEntry:
    there = file is not None and file.name in joined
    name, heavy = (file.name, "") if file and there else ("", weight_words(file.bytes) if file else "")
    return HandoverEntry(held.place, held.spot, held.text, day_of(held.saved_at), _address(course, held), name, heavy)


def _address(course: Course, held: PassageItem) -> str:
    """Of its place; of what a document of the library leads to, where that is elsewhere."""
    document = document_of(course, held.place)
    return document.address if isinstance(document, LibraryDocument) and not document.file else held.address


def _own(session: Session, course: Course, person_id: int) -> list[PassageItem]:
    return [held for held in list_items(session, course, person_id) if not held.origin]


def arrival_page(session: Session, course: Course, person_id: int, contents: str) -> ArrivalPage:
    """Raises FileRefused."""
    pack = parse_contents(contents)
    known = {received_key(row) for row in received_passages(session, person_id)}
    items = (ArrivingEntry(number, entry, spot_of(course, entry.place) is None, key_of(entry) in known) for number, entry in enumerate(pack.entries))
    return ArrivalPage(pack, contents, tuple(items))


def received_passages(session: Session, person_id: int) -> Iterable[KeptPassage]:
    return session.scalars(select(KeptPassage).where(KeptPassage.person_id == person_id, KeptPassage.origin != "")).all()


def key_of(entry: HandoverEntry) -> tuple[object, ...]:
    """Returns the key by which an entry received before is recognised when it is sent again."""
    return entry.place, entry.favourite, mark_of(entry.text)


def received_key(row: KeptPassage) -> tuple[object, ...]:
    return place_of(row), row.favourite, row.origin


# --- Receiving -------------------------------------------------------------------------------------------------------
# Flushes, never commits.


class FullNotebook(DomainError):
    sentence = f"Votre carnet ne peut pas recevoir plus de {exact(MOST_RECEIVED)} notes et favoris : retirez-en, ou choisissez-en moins."


def receive(session: Session, person_id: int, author: str, entries: Iterable[HandoverEntry], now: datetime) -> int:
    """How many are new: what was received before is there once. Raises FullNotebook."""
    lock_person(session, person_id)
    known = {received_key(row) for row in received_passages(session, person_id)}
    new = [entry for entry in entries if key_of(entry) not in known]
    if len(known) + len(new) > MOST_RECEIVED:
        raise FullNotebook
    session.add_all(_row(person_id, author, entry, now) for entry in new)
    session.flush()
    event("handover_received", person=person_id, count=len(new))
    return len(new)


def _row(person_id: int, author: str, entry: HandoverEntry, now: datetime) -> KeptPassage:
    place, spot = entry.place, entry.spot
    where = {"person_id": person_id, "kind": place.kind, "ref": place.ref, "anchor": place.anchor, "favourite": entry.favourite}
    said = {"title": spot.title, "heading": spot.heading, "text": entry.text, "sender": author}
    return KeptPassage(**where, **said, origin=mark_of(entry.text), saved_at=datetime.combine(entry.on, time(12), UTC), received_at=now)
