"""Identifies questions, decides what becomes of an answer sent, writes the notebook as text and the territory sheet as paper. Pure."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from app.content.papers.paper import BLANK_LINE, Block, Items, Paper, PaperTitle, Paragraph, TextRun, writable
from app.content.search.entries import cite_id
from app.content.text.grids import Copy
from app.content.text.markdown import inline_tokens, plain
from app.content.text.normalise import line_feeds
from app.content.values.course import Lesson
from app.content.values.library import Cite
from app.platform.french import date_words, exact, fold, french, french_date, nth, with_french_spaces

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
    """By its words, accents, capitals and punctuation set aside: a question that is put otherwise is another one."""
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


def join_answers(first: str, second: str) -> str:
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
    lines = [*title_lines("Mon carnet", "="), with_french_spaces(f"Mes réponses aux questions « Sur mon territoire », au {french_date(on)}."), ""]
    for module in notebook.modules:
        lines += ["", *title_lines(module.title.upper(), "=")]
        for lesson in module.lessons:
            lines += ["", *title_lines(lesson.title, "-")]
            for note in lesson.notes:
                lines += [*_question(note.question), *indented_lines(note.answer), ""]
    return "\n".join(lines)


def title_lines(title: str, under: str) -> Sequence[str]:
    return title, under * min(len(title), _WIDTH), ""


def indented_lines(text: str) -> Iterator[str]:
    """Indents a text as it was typed, so that Markdown changes nothing in it."""
    return (f"    {line}" if line else "" for line in text.split("\n"))


def _question(words: str) -> Iterator[str]:
    yield from textwrap.wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False) or [words]
    yield ""


# --- The territory sheet ---------------------------------------------------------------------------------------------
# Where a person works, all that they answered, what is left to answer; and the same as a paper.

TITLE = "Fiche de mon territoire"
PURPOSE = "Mes réponses aux questions « Sur mon territoire »"
NO_CITE = "Votre compte n’est rattaché à aucune cité éducative."
NOT_LISTED = "Le fichier du réseau ne décrit pas cette cité : ce site n’en sait que le nom."
LEFT = "À remplir"
RULED = "\n".join([BLANK_LINE + BLANK_LINE[:10]] * 3)
"""Where one writes by hand: three lines."""


class CiteCard(Struct, frozen=True):
    """A cité where the person works, as `reseau.md` describes it."""

    name: str
    id: str = ""
    """Of its page."""
    facts: tuple[tuple[str, str], ...] = ()
    """« Département », « Nord »; none where the file no longer lists it."""


class LessonLeft(Struct, frozen=True):
    id: str
    title: str
    questions: tuple[tuple[int, str], ...]
    """Number in the lesson, words."""


class ModuleLeft(Struct, frozen=True):
    title: str
    history: str
    lessons: tuple[LessonLeft, ...]


class NotebookSheet(Struct, frozen=True):
    on: date
    cites: tuple[CiteCard, ...]
    answered: tuple[ModuleNotes, ...]
    count: int
    """Of answers."""
    left: tuple[ModuleLeft, ...]

    @property
    def left_count(self) -> int:
        return sum(len(lesson.questions) for module in self.left for lesson in module.lessons)


def card_of(name: str, cite: Cite | None) -> CiteCard:
    """`cite`: None where the file does not list it."""
    if cite is None:
        return CiteCard(name)
    communes = tuple(commune.name for commune in cite.communes)
    facts = (
        ("Département", cite.departement),
        ("Label", f"{nth(cite.wave)} vague, {date_words(cite.labelled_on)}" if cite.labelled_on else f"{nth(cite.wave)} vague"),
        ("Commune" if len(communes) == 1 else "Communes", ", ".join(communes)),
        ("Quartier" if len(cite.quartiers) == 1 else "Quartiers", ", ".join(cite.quartiers)),
    )
    return CiteCard(cite.name, cite_id(cite.name), tuple((label, words) for label, words in facts if words))


# --- As a paper ------------------------------------------------------------------------------------------------------


def paper_of(sheet: NotebookSheet, now: datetime) -> Paper:
    """Builds the territory sheet as a paper. It names nobody: it is made to be handed over."""
    return Paper(TITLE, french(PURPOSE), Copy.BLANK, tuple(_blocks(sheet)), (), now)


def _blocks(sheet: NotebookSheet) -> Iterator[Block]:
    yield _words(f"{PURPOSE}, au {french_date(sheet.on)}.")
    yield PaperTitle(2, french("Ma cité éducative" if len(sheet.cites) < 2 else "Mes cités éducatives"))
    yield from _cites(sheet)
    for module in sheet.answered:
        yield PaperTitle(2, french(module.title))
        for lesson in module.lessons:
            yield PaperTitle(3, french(lesson.title))
            for note in lesson.notes:
                yield PaperTitle(4, note.question)
                yield Paragraph((TextRun(writable(note.answer)),))
    if sheet.left:
        yield PaperTitle(2, french(LEFT))
    for left in sheet.left:
        for to_answer in left.lessons:
            yield PaperTitle(3, french(f"{left.title} : {to_answer.title}"))
            for _number, question in to_answer.questions:
                yield PaperTitle(4, question)
                yield Paragraph((TextRun(RULED, is_field=True),))


def _cites(sheet: NotebookSheet) -> Iterator[Block]:
    if not sheet.cites:
        yield _words(NO_CITE)
        yield Items(
            tuple(
                (TextRun(french(f"{label} : "), bold=True), TextRun("", is_field=True))
                for label in ("Cité éducative", "Département", "Label", "Communes", "Quartiers")
            )
        )
    for cite in sheet.cites:
        yield Paragraph((TextRun(french(cite.name), bold=True),))
        if cite.facts:
            yield Items(tuple((TextRun(french(f"{label} : "), bold=True), TextRun(french(words))) for label, words in cite.facts))
        else:
            yield _words(NOT_LISTED)


def _words(text: str) -> Paragraph:
    return Paragraph((TextRun(french(text)),))
