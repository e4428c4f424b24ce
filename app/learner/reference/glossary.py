"""The glossary, by letter."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.page import PageRenderer
from app.content.values.course import Course, GlossaryEntry, made_of_course
from app.learner.reference.rules import ReferenceEntry, SearchResult, Sentences, look_for, read_words, words_of
from app.platform.french import fold, french


class GlossaryItem(Struct, frozen=True):
    term: str
    expansion: str
    html: Markup
    entry: ReferenceEntry


class GlossaryLetter(Struct, frozen=True):
    letter: str
    anchor: str
    items: tuple[GlossaryItem, ...]


class GlossaryPage(Struct, frozen=True):
    letters: tuple[GlossaryLetter, ...]
    count: int
    notes: Markup
    sentences: Sentences

    def search(self, query: str) -> SearchResult | None:
        return look_for(query, [item.entry for group in self.letters for item in group.items], self.sentences)


def letter_of(term: str) -> str:
    """The letter under which a term is filed: « État » under E, « 800 collèges » under #."""
    first = fold(term.strip())[:1].upper()
    return first if "A" <= first <= "Z" else "#"


@made_of_course(2)
def glossary_page(course: Course, on: date) -> GlossaryPage:
    """Every entry in alphabetical order, accents set aside. `on` is the day against which sources are judged stale."""
    renderer = PageRenderer(course, course.glossary, on)
    entries = sorted(course.glossary.entries, key=lambda entry: (letter_of(entry.term), fold(entry.term)))
    letters = []
    for letter, group in groupby(entries, key=lambda entry: letter_of(entry.term)):
        letters.append(GlossaryLetter(letter, f"lettre-{letter.lower() if letter.isalpha() else 'autre'}", tuple(_item(entry, renderer) for entry in group)))
    return GlossaryPage(tuple(letters), len(entries), renderer.notes(), _sentences(len(entries)))


def _item(entry: GlossaryEntry, renderer: PageRenderer) -> GlossaryItem:
    html = renderer.inline(entry.definition)
    term, name = words_of(entry.term), words_of(f"{entry.term} {entry.expansion}")
    return GlossaryItem(french(entry.term), french(entry.expansion), html, ReferenceEntry(entry.anchor, (term, name, name + read_words(entry.definition))))


def _sentences(count: int) -> Sentences:
    return Sentences(
        one=f"# entrée sur {count}.",
        many=f"# entrées sur {count}.",
        inside_one="Aucun nom ne correspond. # définition en parle.",
        inside_many="Aucun nom ne correspond. # définitions en parlent.",
    )
