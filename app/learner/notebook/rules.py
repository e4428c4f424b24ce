"""Identifies questions, decides what becomes of an answer sent, and writes the notebook as text. Pure."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from app.content.text.markdown import inline_tokens, plain
from app.content.text.normalise import line_feeds
from app.content.values.course import Lesson
from app.platform.french import exact, fold, french, french_date, spaced

LONGEST = 4_000
"""Characters of an answer."""
KEY_LENGTH = 16
"""Of what a question, or a text, is known by."""
JUST_NOW = timedelta(minutes=1)
_WORD = re.compile(r"\w+")
_WIDTH = 78
"""Of a line of the text to take away."""


def mark_of(text: str) -> str:
    """What a text is known by: two that differ do not share it."""
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]


def base_of(marks: Iterable[tuple[str, str]]) -> str:
    """What the answers of a form are known by together: key and mark of each, in its order."""
    return mark_of(" ".join(f"{key}:{mark}" for key, mark in marks))


# --- Questions -------------------------------------------------------------------------------------------------------


class TerritoryQuestion(Struct, frozen=True):
    """A question of « Sur mon territoire »."""

    key: str
    """By its words, accents, capitals and signs set aside: a question that is put otherwise is another one."""
    words: str
    """What a reader sees of it, as French sets it."""


@lru_cache(maxsize=1_000)
def parse_question(written: str) -> TerritoryQuestion:
    """The question that a lesson writes. Kept: each page of a lesson asks for its own. Measured: a tenth of a lesson."""
    words = " ".join(plain(inline_tokens(written)).split())
    return TerritoryQuestion(mark_of(" ".join(_WORD.findall(fold(words)))), french(words))


def questions_of(lesson: Lesson) -> dict[int, TerritoryQuestion]:
    """Number, from 1 → question. One that is asked twice in a lesson is answered once, where it comes first."""
    found: dict[str, tuple[int, TerritoryQuestion]] = {}
    for number, written in enumerate(lesson.territory_questions, 1):
        question = parse_question(written)
        found.setdefault(question.key, (number, question))
    return dict(found.values())


# --- Answers ---------------------------------------------------------------------------------------------------------


class SentAnswer(Struct, frozen=True):
    """One answer of a form."""

    key: str
    """Of its question."""
    seen: str
    """The mark of the stored answer that the form showed."""
    text: str
    """As `typed` gives it."""


class Fate(Enum):
    """What becomes of an answer that is sent."""

    UNCHANGED = "nothing to store"
    STORED = "takes the place of what is stored"
    TOO_LONG = "refused"
    ELSEWHERE = "refused: another text was stored since the form was shown"


WHY = {
    Fate.TOO_LONG: f"C’est trop long : {exact(LONGEST)} caractères au plus. Votre texte est entier dans le champ : raccourcissez-le, puis enregistrez.",
    Fate.ELSEWHERE: "Ce texte a changé dans une autre fenêtre depuis que vous avez ouvert celle-ci. Votre texte est dans le champ ; l’enregistrer le mettra à la place de l’autre.",
}
"""Why an answer is not stored, to whoever sent it."""


def normalise_answer(text: str) -> str:
    """An answer as it is stored: one kind of line end, nothing around it."""
    return line_feeds(text).strip()


class JudgedAnswer(Struct, frozen=True):
    """An answer that was sent, with what is stored, empty for nothing."""

    sent: SentAnswer
    stored: str
    fate: Fate

    @property
    def refused(self) -> bool:
        return self.fate in (Fate.TOO_LONG, Fate.ELSEWHERE)


def fate(stored: str, sent: SentAnswer) -> Fate:
    """`stored`: the present answer, empty for none. A form holds every answer of a lesson: those that were left as they were shown change nothing."""
    if sent.text == stored or mark_of(sent.text) == sent.seen:
        return Fate.UNCHANGED
    if len(sent.text) > LONGEST:
        return Fate.TOO_LONG
    return Fate.STORED if mark_of(stored) == sent.seen else Fate.ELSEWHERE


def joined(first: str, second: str) -> str:
    """Two answers to one question, of two accounts that become one: nothing of either is lost."""
    return first if second in first else f"{first}\n\n{second}"


# --- The notebook ----------------------------------------------------------------------------------------------------


class NoteLine(Struct, frozen=True):
    id: int
    question: str
    """As it is asked today, or as it was when the lesson no longer asks it (`number` 0)."""
    number: int
    answer: str
    saved_at: datetime


class LessonNotes(Struct, frozen=True):
    id: str
    """Empty for a lesson that left the course."""
    title: str
    notes: tuple[NoteLine, ...]
    left: int
    """How many of its questions have no answer."""
    next: int
    """The number of the first of those."""


class ModuleNotes(Struct, frozen=True):
    title: str
    history: str
    lessons: tuple[LessonNotes, ...]


class Notebook(Struct, frozen=True):
    modules: tuple[ModuleNotes, ...]

    @property
    def count(self) -> int:
        return sum(len(lesson.notes) for module in self.modules for lesson in module.lessons)


def as_text(notebook: Notebook, on: date) -> str:
    """The notebook for any program that opens a text: titles underlined, each question above its answer, which is as it was typed."""
    lines = [*titled("Mon carnet", "="), spaced(f"Mes réponses aux questions « Sur mon territoire », au {french_date(on)}."), ""]
    for module in notebook.modules:
        lines += ["", *titled(module.title.upper(), "=")]
        for lesson in module.lessons:
            lines += ["", *titled(lesson.title, "-")]
            for note in lesson.notes:
                lines += [*_question(note.question), *quoted(note.answer), ""]
    return "\n".join(lines)


def titled(title: str, under: str) -> Sequence[str]:
    return title, under * min(len(title), _WIDTH), ""


def quoted(text: str) -> Iterator[str]:
    """Indents a text as it was typed, so that Markdown changes nothing in it."""
    return (f"    {line}" if line else "" for line in text.split("\n"))


def _question(words: str) -> Iterator[str]:
    yield from textwrap.wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False) or [words]
    yield ""
