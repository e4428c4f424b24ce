"""The values that facts and keys of quizzes had: a row for each change of one, in one document, written with the publication that makes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.content.store.queries import Revision, document_at
from app.content.values.course import Course
from app.content.values.facts import facts_of, key_name, same_value
from app.content.values.keys import changed_keys
from app.content.values.quiz import Answer, Question, Quiz
from app.content.values.text import ID_LENGTH
from app.platform.db import Base, BigId, UtcDateTime

TOLD_FOR = timedelta(days=365)
"""A change is told to those who learned what was true before, for a year."""
WHY_LENGTH = 300
MARK = "{fait:"
_MARKS = re.compile(r"[*`]|\[\^[^\]]*\]|!?\[([^\]]*)\]\([^)]*\)|\{fait:[^}]*\}")


class FactChange(Base):
    """A fact, or a key, that a publication gave another value in one document. Rows are appended."""

    __tablename__ = "fact_change"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fact_id: Mapped[str] = mapped_column(String(2 * ID_LENGTH + 1))
    """The name of a fact, or « quiz/question » for a key."""
    document_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    before: Mapped[str] = mapped_column(Text)
    """Empty where the document did not tell it yet."""
    after: Mapped[str] = mapped_column(Text)
    """Empty where the document tells it no more."""
    why: Mapped[str] = mapped_column(Text, default="")
    """One sentence of who published it, read by those who learned what was true before."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Change(Struct, frozen=True):
    """A row of `FactChange`; its `at` is that of the publication."""

    fact_id: str
    document_id: str
    before: str
    after: str
    at: datetime
    why: str = ""

    @property
    def is_moved(self) -> bool:
        """Is it a value that another takes the place of, rather than one that comes or goes?"""
        return bool(self.before and self.after)


def changes_between(document_id: str, before: object, after: object, old_text: str = "") -> Iterator[tuple[str, str, str]]:
    """(fact or key, before, after) of what changes value from one text of a document to another.

    A fact that `old_text` told without naming it is none: its name alone is new.
    """
    old, new = facts_of(before), facts_of(after)
    for name in old.keys() | new.keys():
        was, will_be = old[name].value if name in old else "", new[name].value if name in new else ""
        if was and will_be and not same_value(was, will_be):
            yield name, was, will_be
        elif not was and before is not None and not _is_told(will_be, old_text):
            yield name, "", will_be
        elif not will_be:
            yield name, was, ""
    if isinstance(after, Quiz):
        for change in changed_keys(before, after):
            yield key_name(document_id, change.after.id), key_words(change.before.answer), key_words(change.after.answer)


def _is_told(value: str, text: str) -> bool:
    """Does a text say it already, in the same words? Read without being parsed: a publication holds the writer's turn."""
    return f" {_words(value)} " in f" {_words(text)} "


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def note_changes(
    session: Session, document_id: str, before: Revision | None, after: object, author_id: int | None, now: datetime, why: str | None = None
) -> None:
    """Append what a publication changes; `after` is None for a document that leaves the course. Flushes nothing, and reads again no text that names nothing."""
    if before is None or not (MARK in before.text or facts_of(after) or isinstance(after, Quiz)):
        return
    known = None
    with suppress(KeyError):  # a stored text that is no longer understood tells nothing
        known = document_at(session, before.id)
    for fact_id, was, will_be in changes_between(document_id, known, after, before.text):
        row = FactChange(fact_id=fact_id, document_id=document_id, before=was, after=will_be, why=why or "", author_id=author_id, at=now)
        session.add(row)


def changes_of(session: Session, course: Course) -> tuple[Change, ...]:
    """The changes of all time, in order. Read once for each generation of the course: only a publication writes one."""
    kept = course.memory.get(changes_of)
    if kept is None:
        columns = (FactChange.fact_id, FactChange.document_id, FactChange.before, FactChange.after, FactChange.at, FactChange.why)
        found = tuple(Change(*row) for row in session.execute(select(*columns).order_by(FactChange.id)))
        kept = course.memory.setdefault(changes_of, lambda: found)
    known: tuple[Change, ...] = kept()
    return known


# --- Keys, in words --------------------------------------------------------------------------------------------------


def key_words(answer: Answer) -> str:
    """What is right."""
    return " ; ".join(map(_plain_words, answer.right_words()))


def key_asked(question: Question) -> str:
    """What is asked, by its first line."""
    return _plain_words(question.statement.text.strip().partition("\n")[0])


def _plain_words(text: str) -> str:
    """The words of a line of Markdown, without being parsed."""
    return _MARKS.sub(r"\1", text).strip()
