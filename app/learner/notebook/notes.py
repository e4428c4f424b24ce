"""What a person answers to « Sur mon territoire »: its tables, its pages, its writing, its territory sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ForeignKey, Row, String, Text, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.content.store.queries import Revision, course, document_at
from app.content.values.course import Course, Lesson, Module
from app.content.values.paths import default_path, modules_in_order
from app.identity.models import Membership, Territory
from app.identity.rules import Level, territory_id
from app.identity.services import lock_person
from app.identity.territories import belongs_on
from app.learner.notebook.rules import (
    JUST_NOW,
    KEY_LENGTH,
    WHY,
    CiteCard,
    Fate,
    JudgedAnswer,
    LessonLeft,
    LessonNotes,
    ModuleLeft,
    ModuleNotes,
    Notebook,
    NotebookSheet,
    NoteLine,
    SentAnswer,
    TerritoryQuestion,
    base_of,
    card_of,
    fate,
    join_answers,
    mark_of,
    questions_of,
)
from app.platform.db import Base, UtcDateTime
from app.platform.errors import NotYours
from app.platform.log import event

# --- Tables ----------------------------------------------------------------------------------------------------------


class TerritoryNote(Base):
    """What a person answered to a question of « Sur mon territoire ». Nobody else reads it. It outlives the question, whose words it keeps."""

    __tablename__ = "note"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id", "question_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lesson_id: Mapped[str] = mapped_column(String(60))
    question_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """By what the question is known (`rules.TerritoryQuestion`)."""
    lesson_title: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    """Both as they were when the answer was first written."""
    answer: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeptPassage(Base):
    """A note on a passage, or a favourite: a person's own, or handed to them. Nobody else reads it. It outlives the passage, whose words it keeps."""

    __tablename__ = "kept"
    __table_args__ = (UniqueConstraint("person_id", "kind", "ref", "anchor", "favourite", "origin"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(60))
    anchor: Mapped[str] = mapped_column(String(120))
    """The three of a `passage_rules.PassageKey`."""
    favourite: Mapped[bool]
    """Else it is a note."""
    origin: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """Empty for one's own. What was received is known by whom it comes from and what it says: handed over twice, it is there once."""
    title: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text)
    """Both as they were when it was kept."""
    text: Mapped[str] = mapped_column(Text)
    """Of a note; empty for a favourite."""
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """By its person, or for what was received by whoever wrote it."""
    sender: Mapped[str] = mapped_column(Text)
    """Who handed it over, where they said so; else empty, as it is for one's own."""
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


# --- Reading ---------------------------------------------------------------------------------------------------------
# Every question is asked for one person: nobody else's answer is read.

NOTEBOOK = "carnet"
"""In the field `then`: where one comes from, and goes back to."""
GONE = "Leçons qui ont quitté le cours"
MOST_REVISIONS = 20
"""How far back one looks for a question that a lesson asked when its form was shown."""


class NoteField(Struct, frozen=True):
    """A question with the field of its answer."""

    key: str
    question: str
    text: str
    """What the field holds."""
    seen: str
    """The mark of what is stored."""
    stored: str = ""
    saved_at: datetime | None = None
    just_now: bool = False
    error: str = ""
    """Why what the field holds is not stored, in French."""


class LessonAnswers(Struct, frozen=True):
    """What the page of a lesson shows under its questions."""

    person_id: int
    lesson_id: str
    fields: Mapping[int, NoteField]
    """By the number of the question."""
    count: int
    """Of questions, those that are asked twice included."""
    otherwise: int
    """How many answers are to questions that the lesson no longer puts so."""

    @property
    def base(self) -> str:
        """Says whether anything was stored since the page was shown."""
        return base_of((field.key, field.seen) for field in self.fields.values())

    def blank_at(self, number: int) -> bool:
        """Is this answer empty, so that the page is the same for every reader?"""
        field = self.fields.get(number)
        return field is not None and not (field.text or field.stored or field.error)


class NotebookPage(Struct, frozen=True):
    notebook: Notebook
    begin: Lesson | None
    """A lesson to begin with, for whoever has written nothing."""


class AnswersPage(Struct, frozen=True):
    """Answers to change, or that were refused: their fields alone."""

    lesson_id: str
    title: str
    fields: tuple[NoteField, ...]
    then: str = NOTEBOOK
    """Where one goes from here: to the notebook, or, empty, to the lesson."""


def notes_of(session: Session, person_id: int, lesson_id: str) -> dict[str, TerritoryNote]:
    """Key of the question → the person's note."""
    notes = session.scalars(select(TerritoryNote).where(TerritoryNote.person_id == person_id, TerritoryNote.lesson_id == lesson_id))
    return {note.question_key: note for note in notes}


_NOTE = TerritoryNote.__table__.c
_ANSWERS = select(_NOTE.question_key, _NOTE.answer, _NOTE.saved_at).where(_NOTE.person_id == bindparam("person_id"), _NOTE.lesson_id == bindparam("lesson_id"))
"""Written once, and of the table, as each lesson asks it."""


def lesson_answers(session: Session, person_id: int, lesson: Lesson, now: datetime) -> LessonAnswers | None:
    """One SELECT; none, and None, where the lesson asks nothing."""
    if not lesson.territory_questions:
        return None
    questions = questions_of(lesson)
    notes = {row.question_key: row for row in session.execute(_ANSWERS, {"person_id": person_id, "lesson_id": lesson.id})}
    fields = {number: field_of(question, notes.get(question.key), now) for number, question in questions.items()}
    otherwise = notes.keys() - {question.key for question in questions.values()}
    return LessonAnswers(person_id, lesson.id, fields, len(lesson.territory_questions), len(otherwise))


def field_of(question: TerritoryQuestion, note: TerritoryNote | Row[*tuple[Any, ...]] | None, now: datetime) -> NoteField:
    if note is None:
        return NoteField(question.key, question.words, "", mark_of(""))
    fresh = now - note.saved_at < JUST_NOW
    return NoteField(question.key, question.words, note.answer, mark_of(note.answer), note.answer, note.saved_at, fresh)


def answer_page(session: Session, course: Course, person_id: int, note_id: int, now: datetime) -> AnswersPage:
    """Returns the page of one answer. Raises NotYours."""
    note = session.scalar(select(TerritoryNote).where(TerritoryNote.id == note_id, TerritoryNote.person_id == person_id))
    if note is None:
        raise NotYours
    title, question = question_of(session, course, note.lesson_id, note.question_key, note)
    return AnswersPage(note.lesson_id, title, (field_of(question, note, now),))


# --- The notebook ----------------------------------------------------------------------------------------------------


def notebook_page(session: Session, course: Course, person_id: int) -> NotebookPage:
    """One SELECT besides the course's own."""
    found: dict[str, list[TerritoryNote]] = {}
    for note in session.scalars(select(TerritoryNote).where(TerritoryNote.person_id == person_id).order_by(TerritoryNote.id)):
        found.setdefault(note.lesson_id, []).append(note)
    ordered = modules_in_order(course, default_path(course))
    modules = [_module_notes(course, module, found) for module in ordered]
    here = {lesson.id for module in modules for lesson in module.lessons}
    gone = tuple(LessonNotes("", notes[-1].lesson_title, _lines(notes, {}), 0, 0) for lesson_id, notes in found.items() if lesson_id not in here)
    kept = tuple(module for module in (*modules, ModuleNotes(GONE, "croisement", gone)) if module.lessons)
    return NotebookPage(Notebook(kept), _first(course, ordered))


def _first(course: Course, modules: Iterable[Module]) -> Lesson | None:
    lessons = (course.lessons.get(lesson_id) for module in modules for lesson_id in module.lesson_ids)
    return next((lesson for lesson in lessons if lesson and lesson.territory_questions), None)


def _module_notes(course: Course, module: Module, found: Mapping[str, Sequence[TerritoryNote]]) -> ModuleNotes:
    lessons = (course.lessons[lesson_id] for lesson_id in module.lesson_ids if lesson_id in course.lessons and lesson_id in found)
    return ModuleNotes(module.title, module.history, tuple(_lesson_notes(lesson, found[lesson.id]) for lesson in lessons))


def _lesson_notes(lesson: Lesson, notes: Sequence[TerritoryNote]) -> LessonNotes:
    questions = questions_of(lesson)
    answered = {note.question_key for note in notes}
    left = [number for number, question in questions.items() if question.key not in answered]
    numbers = {question.key: (number, question.words) for number, question in questions.items()}
    return LessonNotes(lesson.id, lesson.title, _lines(notes, numbers), len(left), left[0] if left else 0)


def _lines(notes: Iterable[TerritoryNote], numbers: Mapping[str, tuple[int, str]]) -> tuple[NoteLine, ...]:
    """In the order of the lesson; at the end those that it no longer asks."""
    lines = []
    for note in notes:
        number, question = numbers.get(note.question_key, (0, note.question))
        lines.append(NoteLine(note.id, question, number, note.answer, note.saved_at))
    return tuple(sorted(lines, key=lambda line: (not line.number, line.number, line.id)))


# --- What was sent ---------------------------------------------------------------------------------------------------


def refused_page(session: Session, course: Course, person_id: int, lesson_id: str, judged: Iterable[JudgedAnswer], then: str) -> AnswersPage:
    """What was typed, why it is not stored, and what is stored beside it where that changed elsewhere: whoever saves again has seen it."""
    notes, fields, title = notes_of(session, person_id, lesson_id), [], ""
    for one in judged:
        title, question = question_of(session, course, lesson_id, one.sent.key, notes.get(one.sent.key))
        other = one.stored if one.fate is Fate.ELSEWHERE else ""
        seen = mark_of(one.stored) if one.fate is Fate.ELSEWHERE else one.sent.seen
        fields.append(NoteField(question.key, question.words, one.sent.text, seen, other, error=WHY.get(one.fate, "")))
    return AnswersPage(lesson_id, title, tuple(fields), then)


def question_of(session: Session, course: Course, lesson_id: str, key: str, note: TerritoryNote | None) -> tuple[str, TerritoryQuestion]:
    """(title of the lesson, question), as it is asked today, or was when `note` answered it.

    Raises NotYours for one that no note answers and that the lesson asks in none of its last texts.
    """
    lesson = course.lessons.get(lesson_id)
    if lesson and (found := _within(lesson, key)):
        return found
    return (note.lesson_title, TerritoryQuestion(key, note.question)) if note else _asked_before(session, lesson_id, key)


def _within(lesson: Lesson, key: str) -> tuple[str, TerritoryQuestion] | None:
    return next(((lesson.title, question) for question in questions_of(lesson).values() if question.key == key), None)


def _asked_before(session: Session, lesson_id: str, key: str) -> tuple[str, TerritoryQuestion]:
    """The lesson changed, or left the course, between the page and its form."""
    wanted = select(Revision.id).where(Revision.document_id == lesson_id).order_by(Revision.id.desc()).limit(MOST_REVISIONS)
    for revision_id in session.scalars(wanted).all():
        with suppress(KeyError):
            document = document_at(session, revision_id)
            if isinstance(document, Lesson) and (found := _within(document, key)):
                return found
    raise NotYours


def kept_words(session: Session, _person_id: int, values: Mapping[str, Any], fields: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
    """Answers sent once the session was over."""
    lesson = course(session).lessons.get(values["lesson_id"])
    return ("Leçon", lesson.title if lesson else ""), ("Vos réponses", "\n\n".join(filter(None, fields.get("answer", ()))))


# --- Writing ---------------------------------------------------------------------------------------------------------
# Flushes, never commits.


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
            same.answer, same.saved_at = join_answers(same.answer, note.answer), max(same.saved_at, note.saved_at)
            session.delete(note)
        else:
            note.person_id = kept
    session.flush()


# --- The territory sheet ---------------------------------------------------------------------------------------------
# From the notebook, where the person works, and the course's file of the network. It is the person's alone.


def sheet_of(session: Session, course: Course, person_id: int, on: date) -> NotebookSheet:
    """Two SELECTs besides the course's own, however much was written."""
    notebook = notebook_page(session, course, person_id).notebook
    return NotebookSheet(on, _cites(session, course, person_id, on), notebook.modules, notebook.count, tuple(_modules_left(course, notebook)))


def _cites(session: Session, course: Course, person_id: int, on: date) -> tuple[CiteCard, ...]:
    listed = {territory_id(Level.CITE, cite.name): cite for cite in course.network.cites}
    query = (
        select(Territory.id, Territory.name)
        .join(Membership, Membership.territory_id == Territory.id)
        .where(Membership.person_id == person_id, belongs_on(on), Territory.level == Level.CITE)
        .distinct()
        .order_by(Territory.name)
    )
    return tuple(card_of(name, listed.get(number)) for number, name in session.execute(query))


def _modules_left(course: Course, notebook: Notebook) -> Iterator[ModuleLeft]:
    """The questions of the course that have no answer, in its order."""
    answered = {(lesson.id, note.number) for module in notebook.modules for lesson in module.lessons for note in lesson.notes}
    for module in modules_in_order(course, default_path(course)):
        lessons = tuple(left for lesson in _lessons(course, module) if (left := _lesson_left(lesson, answered)).questions)
        if lessons:
            yield ModuleLeft(module.title, module.history, lessons)


def _lessons(course: Course, module: Module) -> Iterator[Lesson]:
    return (course.lessons[lesson_id] for lesson_id in module.lesson_ids if lesson_id in course.lessons)


def _lesson_left(lesson: Lesson, answered: set[tuple[str, int]]) -> LessonLeft:
    questions = ((number, question.words) for number, question in questions_of(lesson).items() if (lesson.id, number) not in answered)
    return LessonLeft(lesson.id, lesson.title, tuple(questions))
