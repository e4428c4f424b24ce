"""The territory sheet: where a person works, all that they answered, what is left to answer; and the same as a paper. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct

from app.content.papers.paper import BLANK_LINE, Block, Items, Paper, PaperTitle, Paragraph, TextRun, writable
from app.content.search.sections import cite_id
from app.content.text.fields import Copy
from app.content.values.network import Cite
from app.learner.notebook.rules import ModuleNotes
from app.platform.french import date_words, french, french_date, nth

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
