"""The head of a text as fields over the same text: its title, minutes, objectives, quiz. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from app.authoring.drafts.placing import with_items, with_value
from app.content.documents.reader import LESSON_KEYS, MODULE_KEYS, DocumentReading
from app.content.quiz.settings import QUIZ_KEYS
from app.content.text.head import read_head
from app.content.values.course import Lesson, Module
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind

KEYS: Mapping[DocumentKind, tuple[str, ...]] = {DocumentKind.LESSON: LESSON_KEYS, DocumentKind.MODULE: MODULE_KEYS, DocumentKind.QUIZ: QUIZ_KEYS}
"""Kinds of texts whose head is shown as fields."""
SPARE = 2
"""Empty rows under the objectives that are written."""
MOST = 30
"""Objectives that a form may hold."""
_OBJECTIVE = re.compile(r"([OM]\d{1,2})\s*:\s*(.*?)(?:\s*(?:→|->|=>)\s*(M\d{1,2}))?")


class ObjectiveField(Struct, frozen=True):
    label: str
    """« O1 »; empty for a row that is not filled yet."""
    text: str
    serves: str
    """The objective of the module that it serves, « M1 »; empty in a module."""


class HeadFields(Struct, frozen=True):
    """What is empty where the kind of text has it is ""; None where it has no such field."""

    title: str
    minutes: str | None
    objectives: tuple[ObjectiveField, ...] | None
    served: tuple[tuple[str, str], ...]
    """(label, words) of the objectives of the module, which those of a lesson serve."""
    quiz: str | None
    quizzes: tuple[tuple[str, str], ...]
    """(id, title) of those that it may name."""
    threshold: str | None
    """Of a quiz: « 70 % »."""


def fields_of(kind: DocumentKind, path: str, text: str, around: Mapping[str, DocumentReading], document_id: str) -> HeadFields | None:
    """`around`: the readings of the course, by document id. None for a kind of text whose head is not shown as fields, or a text without a head."""
    if kind not in KEYS:
        return None
    head = read_head(path, text, KEYS[kind])[0]
    if not head.entries:
        return None
    lesson, quiz = kind is DocumentKind.LESSON, head.text("quiz")
    documents = [reading.document for reading in around.values()]
    module = next((each for each in documents if isinstance(each, Module) and document_id in each.lesson_ids), None) if lesson else None
    rows = (
        None
        if kind is DocumentKind.QUIZ
        else (*map(_row, (item.text for item in head.items("objectifs"))), *(ObjectiveField("", "", "") for _ in range(SPARE)))
    )
    return HeadFields(
        title=head.text("titre"),
        minutes=head.text("durée") if lesson else None,
        objectives=rows,
        served=tuple((each.id, each.text) for each in module.objectives) if module else (),
        quiz=None if kind is DocumentKind.QUIZ else quiz,
        quizzes=tuple(_quizzes(documents, quiz)),
        threshold=head.text("seuil") if kind is DocumentKind.QUIZ else None,
    )


def _row(written: str) -> ObjectiveField:
    found = _OBJECTIVE.fullmatch(written)
    return ObjectiveField(found[1], found[2], found[3] or "") if found else ObjectiveField("", written, "")


def _quizzes(documents: Iterable[object], named: str) -> Iterator[tuple[str, str]]:
    """The one that it names, and those that no other text names."""
    found = list(documents)
    taken = {each.quiz_id if isinstance(each, Lesson) else each.final_quiz_id for each in found if isinstance(each, Lesson | Module)} - {named}
    titles = {each.id: each.title for each in found if isinstance(each, Quiz) and each.id not in taken}
    yield from ({named: named} | titles if named else titles).items()


def with_fields(kind: DocumentKind, text: str, form: Mapping[str, str]) -> str:
    """The text whose head says what a form says; a field that the form does not hold is left as it is written."""
    for key, name in (("titre", "head-title"), ("durée", "head-minutes"), ("seuil", "head-threshold"), ("quiz", "head-quiz")):
        if name in form:
            text = with_value(text, key, _line(form[name]))
    rows = [
        ObjectiveField(_line(form.get(f"head-label-{number}", "")), _line(form[f"head-text-{number}"]), _line(form.get(f"head-serves-{number}", "")))
        for number in range(MOST)
        if f"head-text-{number}" in form
    ]
    return with_items(text, "objectifs", _objectives(rows, "M" if kind is DocumentKind.MODULE else "O")) if rows else text


def _objectives(rows: Sequence[ObjectiveField], letter: str) -> list[str]:
    """Those that say something, as the head writes them: each keeps its label, which questions name, and a new one takes the next."""
    last = max((int(row.label[1:]) for row in rows if re.fullmatch(r"[OM]\d{1,2}", row.label)), default=0)
    written = []
    for row in rows:
        if not row.text:
            continue
        last += not row.label
        label = row.label or f"{letter}{last}"
        written.append(f"{label} : {row.text}{f' → {row.serves}' if row.serves else ''}")
    return written


def _line(sent: str) -> str:
    return " ".join(sent.split())
