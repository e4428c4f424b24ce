"""Writing in the notebook. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.services import lock_person
from app.learner.notebook.models import TerritoryNote
from app.learner.notebook.queries import notes_of, question_of
from app.learner.notebook.rules import Fate, JudgedAnswer, SentAnswer, TerritoryQuestion, fate, joined
from app.platform.log import event


def save(session: Session, course: Course, person_id: int, lesson_id: str, sent: Sequence[SentAnswer], now: datetime) -> tuple[JudgedAnswer, ...]:
    """Store the answers of a form, all of them, or none where one is refused. An empty one takes away what was stored.

    Returns those that change something, or would. Raises NotYours for a question that was never asked.
    """
    known = notes_of(session, person_id, lesson_id)
    asked = {one.key: question_of(session, course, lesson_id, one.key, known.get(one.key)) for one in sent}  # may read older texts: before the writer's turn
    lock_person(session, person_id)
    notes = notes_of(session, person_id, lesson_id)
    judged = [JudgedAnswer(one, stored, fate(stored, one)) for one in sent for stored in [_answer(notes.get(one.key))]]
    changes = tuple(one for one in judged if one.fate is not Fate.UNCHANGED)
    if changes and not any(one.refused for one in changes):
        for one in changes:
            _write(session, person_id, lesson_id, asked[one.sent.key], notes.get(one.sent.key), one.sent, now)
        session.flush()
        event("notes_saved", person=person_id, element=lesson_id, count=len(changes))
    return changes


def _answer(note: TerritoryNote | None) -> str:
    return note.answer if note else ""


def _write(
    session: Session, person_id: int, lesson_id: str, asked: tuple[str, TerritoryQuestion], note: TerritoryNote | None, sent: SentAnswer, now: datetime
) -> None:
    if note is None:
        title, question = asked
        place = {"person_id": person_id, "lesson_id": lesson_id, "question_key": question.key}
        session.add(TerritoryNote(**place, lesson_title=title, question=question.words, answer=sent.text, saved_at=now))
    elif sent.text:
        note.answer, note.saved_at = sent.text, now
    else:
        session.delete(note)


def follow_merge(session: Session, *, kept: int, gone: int) -> None:
    """Two accounts of one person become one: what was answered twice is one answer, with both texts."""
    mine = {(note.lesson_id, note.question_key): note for note in session.scalars(select(TerritoryNote).where(TerritoryNote.person_id == kept))}
    for note in session.scalars(select(TerritoryNote).where(TerritoryNote.person_id == gone).order_by(TerritoryNote.id)).all():
        if same := mine.get((note.lesson_id, note.question_key)):
            same.answer, same.saved_at = joined(same.answer, note.answer), max(same.saved_at, note.saved_at)
            session.delete(note)
        else:
            note.person_id = kept
    session.flush()
