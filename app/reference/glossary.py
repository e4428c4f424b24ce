"""The glossary and the crossed timeline, as pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup

from app.content.rendering.page import PageRenderer
from app.content.values.course import Course, GlossaryEntry
from app.french import french, unaccented


@dataclass(frozen=True, slots=True)
class GlossaryItem:
    term: str
    expansion: str
    html: Markup
    anchor: str


@dataclass(frozen=True, slots=True)
class GlossaryLetter:
    letter: str
    items: tuple[GlossaryItem, ...]


@dataclass(frozen=True, slots=True)
class GlossaryPage:
    letters: tuple[GlossaryLetter, ...]
    count: int
    notes: Markup


def letter_of(term: str) -> str:
    """The letter under which a term is filed: « État » under E, « 800 collèges » under #."""
    first = unaccented(term.strip())[:1].upper()
    return first if "A" <= first <= "Z" else "#"


def _sort_key(entry: GlossaryEntry) -> tuple[str, str]:
    return letter_of(entry.term), unaccented(entry.term.lower())


@lru_cache(maxsize=2)
def glossary_page(course: Course, on: date) -> GlossaryPage:
    """Every entry in alphabetical order, accents set aside. `on` is the day against which sources are judged stale."""
    renderer = PageRenderer(course, course.glossary, on)
    entries = sorted(course.glossary.entries, key=_sort_key)
    letters = []
    for letter, group in groupby(entries, key=lambda entry: letter_of(entry.term)):
        letters.append(
            GlossaryLetter(
                letter, tuple(GlossaryItem(french(entry.term), french(entry.expansion), renderer.inline(entry.definition), entry.anchor) for entry in group)
            )
        )
    return GlossaryPage(tuple(letters), len(entries), renderer.notes())
