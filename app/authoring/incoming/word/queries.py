"""What a trainer reads once a Word document became a draft: what of it could not be kept, and what remains to be written elsewhere."""

from __future__ import annotations

import re

from msgspec import Struct
from sqlalchemy.orm import Session

from app.authoring.drafts import create
from app.authoring.drafts.queries import draft_of, working_text
from app.authoring.incoming.word.reading import report
from app.authoring.incoming.word.reading.report import ConversionRemark
from app.content.values.course import Document, Lesson, Module
from app.content.values.quiz import Quiz

_NUMBERED = re.compile(r"-\d{1,4}$")


class WordReportPage(Struct, frozen=True):
    document_id: str
    title: str
    remarks: tuple[ConversionRemark, ...]
    quiz_id: str
    """Of the quiz that was begun with the lesson; empty without one."""
    module_id: str
    """Of the module that has yet to name this lesson; empty for one that does, and for another text."""
    lesson_id: str
    """Of the lesson that has yet to name this quiz."""
    older_id: str
    """Of another unpublished draft of this trainer that has its title; empty without one."""


def word_report_page(session: Session, document_id: str, author_id: int) -> WordReportPage:
    text = working_text(session, document_id, author_id)
    document = text.reading.document
    named = document.quiz_id if isinstance(document, Lesson) else None
    return WordReportPage(
        document_id=document_id,
        title=text.title,
        remarks=report.remarks(text.text),
        quiz_id=named if named and draft_of(session, named, author_id) else "",
        module_id=_module_to_complete(session, document_id, text.path, author_id),
        lesson_id=_lesson_to_complete(session, document, author_id),
        older_id=_older(session, document_id, author_id),
    )


def _older(session: Session, document_id: str, author_id: int) -> str:
    """The import gave the second draft of a title the id of the first and a number."""
    first = _NUMBERED.sub("", document_id)
    found = draft_of(session, first, author_id) if first != document_id else None
    return first if found is not None and found.base_revision_id is None else ""


def _lesson_to_complete(session: Session, quiz: Document | None, author_id: int) -> str:
    if not isinstance(quiz, Quiz) or not quiz.lesson_id:
        return ""
    lesson = working_text(session, quiz.lesson_id, author_id).reading.document
    return "" if isinstance(lesson, Lesson) and lesson.quiz_id == quiz.id else quiz.lesson_id


def _module_to_complete(session: Session, lesson_id: str, path: str, author_id: int) -> str:
    """The module in whose folder the lesson stands, while it does not name it."""
    homes = create.homes(session, author_id, Module)
    found = next((name for name, (_, place) in homes.items() if place.rpartition("/")[0] == path.rpartition("/")[0]), "")
    module = working_text(session, found, author_id).reading.document if found else None
    return "" if isinstance(module, Module) and lesson_id in module.lesson_ids else found
