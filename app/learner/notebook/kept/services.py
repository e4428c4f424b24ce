"""Writing notes, keeping, taking away. Flushes, never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.services import lock_person
from app.learner.notebook.kept.queries import place_of, rows_at, spot_then
from app.learner.notebook.kept.rules import PassageKey, Spot, spot_of
from app.learner.notebook.models import KeptPassage
from app.learner.notebook.rules import Fate, JudgedAnswer, SentAnswer, fate, joined
from app.platform.errors import NotYours
from app.platform.log import event


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
            same.text, same.saved_at = joined(same.text, row.text), max(same.saved_at, row.saved_at)
            session.delete(row)
        else:
            row.person_id = kept
    session.flush()


def _key(row: KeptPassage) -> tuple[PassageKey, bool, str]:
    return place_of(row), row.favourite, row.origin
