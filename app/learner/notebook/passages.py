"""Notes on a passage and favourites: on a lesson, a heading, a tool, a word, a date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from app.content.store.queries import Revision, course, document_at
from app.content.values.addresses import of_link
from app.content.values.course import Course
from app.content.values.paths import default_path, modules_in_order
from app.identity.services import lock_person
from app.learner.notebook.notes import MOST_REVISIONS, KeptPassage
from app.learner.notebook.passage_rules import KINDS, PassageKey, Spot, document_of, origin_line, spot_in, spot_of
from app.learner.notebook.rules import Fate, JudgedAnswer, SentAnswer, fate, indented_lines, join_answers, mark_of, title_lines
from app.platform.errors import NotYours
from app.platform.french import day_of, french, french_date, with_french_spaces
from app.platform.log import event

# --- Reading ---------------------------------------------------------------------------------------------------------
# Every question is asked for one person: nobody else's note is read.


class PassageItem(Struct, frozen=True):
    """One note, or one favourite."""

    id: int
    place: PassageKey
    spot: Spot
    """As its page calls it today, or did when it was kept."""
    address: str
    """Empty where the page no longer shows the passage."""
    text: str
    saved_at: datetime
    origin: str
    """« Reçu de … le … »; empty for one's own."""
    favourite: bool


class Beside(Struct, frozen=True):
    """What a person holds on one page: shown at its passages."""

    kind: str
    ref: str
    notes: tuple[PassageItem, ...]
    favourites: Mapping[str, int]
    """Anchor → row, of one's own."""

    def at(self, anchor: str) -> tuple[PassageItem, ...]:
        return tuple(note for note in self.notes if note.place.anchor == anchor)

    def adrift(self, anchors: Collection[str]) -> tuple[PassageItem, ...]:
        """Returns the notes whose passage is gone from the page, which now has these anchors."""
        return tuple(note for note in self.notes if note.place.anchor and note.place.anchor not in anchors)

    def has(self, anchor: str) -> bool:
        return anchor in self.favourites or bool(self.at(anchor))

    def mine(self, anchor: str) -> bool:
        return any(not note.origin for note in self.at(anchor))


class PassageGroup(Struct, frozen=True):
    """The notes of one page, or the favourites of one kind."""

    title: str
    address: str
    items: tuple[PassageItem, ...]


class KeptPage(Struct, frozen=True):
    """The notebook, besides the answers."""

    notes: tuple[PassageGroup, ...]
    favourites: tuple[PassageGroup, ...]
    received: tuple[PassageGroup, ...]
    """By where they come from."""


class PassagePage(Struct, frozen=True):
    """One passage, with the field of its note."""

    place: PassageKey
    spot: Spot
    address: str
    text: str
    """What the field holds."""
    seen: str
    saved_at: datetime | None
    favourite: int
    """Row; 0 for none."""
    stored: str = ""
    """What another window stored meanwhile."""
    error: str = ""


_KEPT = KeptPassage.__table__.c
_BESIDE = select(*_KEPT).where(_KEPT.person_id == bindparam("person_id"), _KEPT.kind == bindparam("kind"), _KEPT.ref == bindparam("ref")).order_by(_KEPT.id)
"""Written once, and of the table, as each lesson asks it."""


def beside(session: Session, person_id: int, kind: str, ref: str) -> Beside:
    """One SELECT: the page that asks knows its own passages."""
    held = [_passage_item(row, None, "") for row in session.execute(_BESIDE, {"person_id": person_id, "kind": kind, "ref": ref})]
    own = {one.place.anchor: one.id for one in held if one.favourite and not one.origin}
    return Beside(kind, ref, tuple(one for one in held if not one.favourite), own)


def list_notes(session: Session, course: Course, person_id: int) -> Iterator[PassageItem]:
    """The notes, own and received, in no order."""
    rows = session.scalars(select(KeptPassage).where(KeptPassage.person_id == person_id, KeptPassage.favourite.is_(False)))
    return (item_of(course, row) for row in rows)


def item_of(course: Course, row: KeptPassage) -> PassageItem:
    place = place_of(row)
    spot = spot_of(course, place)
    return _passage_item(row, spot, of_link(course, place.ref, place.anchor) or "" if spot else "")


def _passage_item(row: KeptPassage | Row[Any], spot: Spot | None, address: str) -> PassageItem:
    origin = origin_line(row.sender, day_of(row.received_at)) if row.received_at else ""
    return PassageItem(row.id, place_of(row), spot or Spot(row.title, row.heading), address, row.text, row.saved_at, origin, row.favourite)


def place_of(row: KeptPassage | Row[Any]) -> PassageKey:
    return PassageKey(row.kind, row.ref, row.anchor)


def rows_at(session: Session, person_id: int, place: PassageKey) -> dict[bool, KeptPassage]:
    """The person's own: favourite or not → row. Raises NotYours for a place that no course could have."""
    if not place.well_formed:
        raise NotYours
    here = (KeptPassage.kind == place.kind, KeptPassage.ref == place.ref, KeptPassage.anchor == place.anchor)
    return {row.favourite: row for row in session.scalars(select(KeptPassage).where(KeptPassage.person_id == person_id, *here, KeptPassage.origin == ""))}


def passage_page(session: Session, course: Course, person_id: int, place: PassageKey) -> PassagePage:
    """Raises NotYours for a passage that no page showed, and on which nothing is noted."""
    rows = rows_at(session, person_id, place)
    note = rows.get(False)
    text = note.text if note else ""
    shown = spot_of(course, place) or (Spot(note.title, note.heading) if note else spot_then(session, course, place))
    favourite = rows[True].id if True in rows else 0
    return PassagePage(place, shown, address_of(course, place), text, mark_of(text), note.saved_at if note else None, favourite)


def with_error(page: PassagePage, text: str, seen: str, stored: str, error: str) -> PassagePage:
    """Returns the page with the text that was refused, why, and what another window saved."""
    return replace(page, text=text, seen=seen, stored=stored, error=error)


def address_of(course: Course, place: PassageKey) -> str:
    """Where one comes back to: the passage, or its page where that no longer shows it; empty without a page."""
    return of_link(course, place.ref, place.anchor if spot_of(course, place) else "") or ""


def spot_then(session: Session, course: Course, place: PassageKey) -> Spot:
    """Returns the title of a passage in the course or in a recent revision of its page. Raises NotYours."""
    if spot := spot_of(course, place):
        return spot
    named = KINDS[place.kind].stored or place.ref
    wanted = select(Revision.id).where(Revision.document_id == named).order_by(Revision.id.desc()).limit(MOST_REVISIONS)
    for revision_id in session.scalars(wanted).all():
        with suppress(KeyError):
            if spot := spot_in(document_at(session, revision_id), place):
                return spot
    raise NotYours


def choices_of(course: Course, kind: str, ref: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """(title of the page, its entries by name). Raises NotYours for a page that has none."""
    document, choices = document_of(course, PassageKey(kind, ref)), KINDS[kind].choices if kind in KINDS else None
    if document is None or choices is None:
        raise NotYours
    return KINDS[kind].page, tuple(choices(document))


# --- The notebook ----------------------------------------------------------------------------------------------------


def passages_page(session: Session, course: Course, person_id: int) -> KeptPage:
    """One SELECT besides the course's own."""
    held = list_items(session, course, person_id)
    own = [one for one in held if not one.origin]
    return KeptPage(note_groups(course, own), favourite_groups(own), _received_groups(one for one in held if one.origin))


def list_items(session: Session, course: Course, person_id: int) -> list[PassageItem]:
    """Returns all notes and favourites, in the order of the course, then of their creation."""
    rows = session.scalars(select(KeptPassage).where(KeptPassage.person_id == person_id).order_by(KeptPassage.id))
    order = _order(course)
    return sorted((item_of(course, row) for row in rows), key=lambda one: order.get((one.place.ref, one.place.anchor), (len(order), 0)))


def _order(course: Course) -> dict[tuple[str, str], tuple[int, int]]:
    lessons = [
        course.lessons[lesson_id] for module in modules_in_order(course, default_path(course)) for lesson_id in module.lesson_ids if lesson_id in course.lessons
    ]
    return {
        (lesson.id, anchor): (number, place)
        for number, lesson in enumerate(lessons)
        for place, anchor in enumerate(["", *(each.anchor for each in lesson.outline)])
    }


def note_groups(course: Course, held: Iterable[PassageItem]) -> tuple[PassageGroup, ...]:
    """Groups the notes by page."""
    found: dict[tuple[str, str], list[PassageItem]] = {}
    for one in held:
        if not one.favourite:
            found.setdefault((one.place.kind, one.place.ref), []).append(one)
    return tuple(PassageGroup(KINDS[kind].page or notes[0].spot.title, of_link(course, ref, "") or "", tuple(notes)) for (kind, ref), notes in found.items())


def favourite_groups(held: Collection[PassageItem]) -> tuple[PassageGroup, ...]:
    """Groups the favourites by kind."""
    groups = (PassageGroup(kind.title, "", tuple(one for one in held if one.favourite and one.place.kind == name)) for name, kind in KINDS.items())
    return tuple(group for group in groups if group.items)


def _received_groups(held: Iterable[PassageItem]) -> tuple[PassageGroup, ...]:
    found: dict[str, list[PassageItem]] = {}
    for one in held:
        found.setdefault(one.origin, []).append(one)
    return tuple(PassageGroup(french(origin), "", tuple(items)) for origin, items in found.items())


def kept_words(session: Session, person_id: int, values: Mapping[str, Any], fields: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
    """A note sent once the session was over, to be read again before it is sent."""
    page = passage_page(session, course(session), person_id, PassageKey(values["kind"], values["ref"], "".join(fields.get("ancre", ()))))
    return ("Passage", page.spot.words), ("Votre note", "".join(fields.get("text", ())))


# --- As a text (pure) ------------------------------------------------------------------------------------------------


def passages_text(page: KeptPage) -> str:
    """Writes notes and favourites as plain text, to follow the answers; empty where there are none."""
    parts = (("Mes notes", page.notes), ("Mes favoris", page.favourites), *((group.title, (group,)) for group in page.received))
    return "\n".join(line for title, groups in parts if groups for line in _part(title, groups))


def _part(title: str, groups: Iterable[PassageGroup]) -> Iterator[str]:
    yield from ("", *title_lines(with_french_spaces(title).upper(), "="))
    for group in groups:
        if group.title != title:
            yield from title_lines(french(group.title), "-")
        for one in group.items:
            yield from _lines(one)


def _lines(one: PassageItem) -> Iterator[str]:
    yield from (with_french_spaces(one.spot.words), "")
    if not one.favourite:
        yield from (*indented_lines(one.text), "", with_french_spaces(f"    ({french_date(one.saved_at)})"), "")


# --- Writing ---------------------------------------------------------------------------------------------------------
# Flushes, never commits.


def save_note(session: Session, course: Course, person_id: int, place: PassageKey, sent: SentAnswer, now: datetime) -> JudgedAnswer:
    """Store the note of a passage; an empty one takes it away. Raises NotYours for a passage that no page ever showed."""
    note = rows_at(session, person_id, place).get(False)
    spot = Spot(note.title, note.heading) if note else spot_then(session, course, place)  # may read older texts: before the writer's turn
    lock_person(session, person_id)
    note = rows_at(session, person_id, place).get(False)
    judged = JudgedAnswer(sent, note.text if note else "", fate(note.text if note else "", sent))
    if judged.fate is Fate.STORED:
        _write(session, person_id, place, spot_of(course, place) or spot, note, sent.text, now)
        session.flush()
        event("passage_noted", person=person_id, element=place.ref)
    return judged


def _write(session: Session, person_id: int, place: PassageKey, spot: Spot, note: KeptPassage | None, text: str, now: datetime) -> None:
    if note is None:
        session.add(own(person_id, place, spot, now, text=text))
    elif text:
        note.text, note.saved_at, note.title, note.heading = text, now, spot.title, spot.heading
    else:
        session.delete(note)


def own(person_id: int, place: PassageKey, spot: Spot, now: datetime, *, favourite: bool = False, text: str = "") -> KeptPassage:
    where = {"person_id": person_id, "kind": place.kind, "ref": place.ref, "anchor": place.anchor}
    return KeptPassage(**where, favourite=favourite, origin="", title=spot.title, heading=spot.heading, text=text, saved_at=now, sender="")


def keep(session: Session, course: Course, person_id: int, place: PassageKey, now: datetime) -> None:
    """Adds a passage to the favourites, once however often it is asked. Raises NotYours for what the course does not show."""
    spot = spot_of(course, place)
    if spot is None:
        raise NotYours
    lock_person(session, person_id)
    if True not in rows_at(session, person_id, place):
        session.add(own(person_id, place, spot, now, favourite=True))
        session.flush()


def take_away(session: Session, person_id: int, kept_id: int) -> PassageKey | None:
    """A favourite, or what was received: where it stood. None for what is not there, or no longer; one's own note is emptied where it is written."""
    row = session.scalar(select(KeptPassage).where(KeptPassage.id == kept_id, KeptPassage.person_id == person_id).with_for_update())
    if row is None or not (row.favourite or row.origin):
        return None
    session.delete(row)
    session.flush()
    return place_of(row)


def follow_merge(session: Session, *, kept: int, gone: int) -> None:
    """Two accounts of one person become one: two notes on one passage are one, with both texts; what both hold is there once."""
    mine = {_key(row): row for row in session.scalars(select(KeptPassage).where(KeptPassage.person_id == kept))}
    for row in session.scalars(select(KeptPassage).where(KeptPassage.person_id == gone).order_by(KeptPassage.id)).all():
        if same := mine.get(_key(row)):
            same.text, same.saved_at = join_answers(same.text, row.text), max(same.saved_at, row.saved_at)
            session.delete(row)
        else:
            row.person_id = kept
    session.flush()


def _key(row: KeptPassage) -> tuple[PassageKey, bool, str]:
    return place_of(row), row.favourite, row.origin
