"""`/glossaire` and `/frise`, and how one filters a page of entries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from flask import Blueprint, render_template, request
from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.page import PageRenderer
from app.content.store.queries import course
from app.content.text.markdown import inline_tokens, plain
from app.content.values.course import Course, GlossaryEntry, TimelineEvent, made_of_course
from app.content.values.text import CROSSING, Fragment
from app.platform import clock
from app.platform.db import db
from app.platform.french import NO_BREAK, agree, date_words, day_of, exact, fold, french
from app.platform.web.edge import searched_words
from app.platform.web.endpoints import OPEN, page

# --- Filtering (pure) ------------------------------------------------------------------------------------------------
# `static/js/lists/filter.js` follows the same rule as one types; this is the one that counts.

_WORD = re.compile(r"(?:[^\W_]|\+)+")


def words_of(text: str) -> tuple[str, ...]:
    """Letters and digits, folded: « l’École REP+ » is « l », « ecole », « rep+ »."""
    return tuple(_WORD.findall(fold(text)))


def read_words(fragment: Fragment) -> tuple[str, ...]:
    """Returns the words that a reader sees in a text, without its marks and note numbers."""
    return words_of(plain(inline_tokens(fragment.text)))


def matches(asked: Iterable[str], words: Sequence[str]) -> bool:
    """Does each word that is asked begin one of these?"""
    return all(any(word.startswith(one) for word in words) for one in asked)


class ReferenceEntry(Struct, frozen=True):
    """What can be found: in each layer, the words of its narrower name and more; in the last, all its words."""

    anchor: str
    layers: tuple[tuple[str, ...], ...]


class Sentences(Struct, frozen=True):
    """What is said of what was found; « # » stands for the number. `inside`: of what was found in the last layer."""

    one: str
    many: str
    inside_one: str
    inside_many: str
    none: str = "Rien ne correspond. Essayez un mot plus court, ou montrez tout."


class SearchResult(Struct, frozen=True):
    anchors: frozenset[str]
    said: str


def look_for(query: str, entries: Sequence[ReferenceEntry], sentences: Sentences) -> SearchResult | None:
    """What matches in the first layer where anything does: « pre » is PRE before it is whatever speaks of a préfet. None where nothing is asked."""
    asked = words_of(query)
    if not asked:
        return None
    layers = max((len(entry.layers) for entry in entries), default=0)
    for layer in range(layers):
        found = [entry.anchor for entry in entries if matches(asked, entry.layers[layer])]
        if found:
            break
    else:
        return SearchResult(frozenset(), sentences.none)
    one, many = (sentences.inside_one, sentences.inside_many) if layer == layers - 1 else (sentences.one, sentences.many)
    return SearchResult(frozenset(found), agree(len(found), one, many).replace("# ", f"{exact(len(found))}{NO_BREAK}"))


def rows(spans: Iterable[Sequence[int]]) -> list[int]:
    """Returns the row, from 1, of each event of a year. `spans`: the lines that meet there; an event stands below
    all that came before on the lines from its first to its last, so that on each line time goes down."""
    last: Counter[int] = Counter()
    found = []
    for span in spans:
        crossed = range(min(span, default=0), max(span, default=0) + 1)
        row = 1 + max(last[line] for line in crossed)
        for line in crossed:
            last[line] = row
        found.append(row)
    return found


# --- The glossary, by letter -----------------------------------------------------------------------------------------


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
    """Every entry in alphabetical order, accents set aside. `on` is the day against which sources are judged stale; `tools`: does the site have those that cite some?"""
    renderer = PageRenderer(course, course.glossary, on)
    entries = sorted(course.glossary.entries, key=lambda entry: (letter_of(entry.term), fold(entry.term)))
    letters = []
    for letter, group in groupby(entries, key=lambda entry: letter_of(entry.term)):
        letters.append(
            GlossaryLetter(letter, f"lettre-{letter.lower() if letter.isalpha() else 'autre'}", tuple(_glossary_item(entry, renderer) for entry in group))
        )
    return GlossaryPage(tuple(letters), len(entries), renderer.notes(), _definition_sentences(len(entries)))


def _glossary_item(entry: GlossaryEntry, renderer: PageRenderer) -> GlossaryItem:
    html = renderer.inline(entry.definition)
    term, name = words_of(entry.term), words_of(f"{entry.term} {entry.expansion}")
    return GlossaryItem(french(entry.term), french(entry.expansion), html, ReferenceEntry(entry.anchor, (term, name, name + read_words(entry.definition))))


def _definition_sentences(count: int) -> Sentences:
    return Sentences(
        one=f"# entrée sur {count}.",
        many=f"# entrées sur {count}.",
        inside_one="Aucun nom ne correspond. # définition en parle.",
        inside_many="Aucun nom ne correspond. # définitions en parlent.",
    )


# --- The timeline ----------------------------------------------------------------------------------------------------
# One history after another, or several side by side.


class TimelineItem(Struct, frozen=True):
    when: str
    """ISO: year, month or day."""
    date_words: str
    histories: tuple[str, ...]
    names: tuple[str, ...]
    html: Markup
    row: int
    """Among the events of its year, where the lines stand side by side."""
    entry: ReferenceEntry


class TimelineDecade(Struct, frozen=True):
    label: str
    anchor: str
    years: tuple[tuple[str, tuple[TimelineItem, ...]], ...]
    running: tuple[str, ...]
    """The lines that have begun: each goes on without a break from its first date."""

    @property
    def items(self) -> tuple[TimelineItem, ...]:
        return tuple(item for _, items in self.years for item in items)


class TimelinePage(Struct, frozen=True):
    decades: tuple[TimelineDecade, ...]
    count: int
    chosen: tuple[str, ...]
    """The histories that the reader asked for; empty = all."""
    histories: tuple[tuple[str, str], ...]
    notes: Markup
    sentences: Sentences

    def search(self, query: str) -> SearchResult | None:
        return look_for(query, [item.entry for decade in self.decades for item in decade.items], self.sentences)


@made_of_course(16)
def timeline_page(course: Course, chosen: tuple[str, ...], on: date) -> TimelinePage:
    """Events in order of date, by decade; `chosen` keeps those of these histories."""
    renderer = PageRenderer(course, course.timeline, on)
    events = sorted(course.timeline.events, key=lambda event: event.when)
    kept = [event for event in events if not chosen or {*chosen, CROSSING} & set(event.histories)]  # where lines cross, each passes
    decades: list[TimelineDecade] = []
    ordered = [line.id for line in course.lines]
    for decade, group in groupby(kept, key=lambda event: f"{event.when[:3]}0"):
        years = tuple((year, _items(course, tuple(events), renderer)) for year, events in groupby(group, key=lambda event: event.when[:4]))
        begun = {line for _, items in years for item in items for line in lines(course, item.histories)}
        running = tuple(line for line in ordered if line in begun or (decades and line in decades[-1].running))
        decades.append(TimelineDecade(f"Années {decade}", f"annees-{decade}", years, running))
    return TimelinePage(
        tuple(decades), len(kept), chosen, tuple((line.id, line.name) for line in course.lines), renderer.notes(), _timeline_sentences(len(kept))
    )


def lines(course: Course, histories: Sequence[str]) -> dict[str, int]:
    """The lines on which an event stands, with their places side by side: where lines cross, on each."""
    return {line.id: place for place, line in enumerate(course.lines) if CROSSING in histories or line.id in histories}


def _items(course: Course, events: Sequence[TimelineEvent], renderer: PageRenderer) -> tuple[TimelineItem, ...]:
    """The events of one year."""
    places = rows(list(lines(course, event.histories).values()) for event in events)
    return tuple(_timeline_item(course, event, row, renderer) for event, row in zip(events, places, strict=True))


def _timeline_item(course: Course, event: TimelineEvent, row: int, renderer: PageRenderer) -> TimelineItem:
    html, when = renderer.inline(event.text), date_words(event.when)
    names = tuple(course.histories.get(one, one) for one in event.histories)
    words = words_of(f"{when} {' '.join(names)}") + read_words(event.text)
    return TimelineItem(event.when, when, event.histories, names, html, row, ReferenceEntry(event.anchor, (words,)))


def _timeline_sentences(count: int) -> Sentences:
    one, many = f"# date sur {count}.", f"# dates sur {count}."
    return Sentences(one, many, one, many)


# --- Pages -----------------------------------------------------------------------------------------------------------

blueprint = Blueprint("reference", __name__)


@blueprint.get("/glossaire")
@page(who=OPEN)
def glossary() -> str:
    page, query = glossary_page(course(db.session), day_of(clock.now())), searched_words()
    return render_template("learner/reference/glossary.html", page=page, query=query, found=page.search(query))


@blueprint.get("/frise")
@page(who=OPEN)
def timeline() -> str:
    published, asked = course(db.session), request.args.getlist("histoire")
    chosen = tuple(sorted(name for name in published.histories if name in asked))
    page, query = timeline_page(published, chosen, day_of(clock.now())), searched_words()
    return render_template("learner/reference/timeline.html", page=page, query=query, found=page.search(query))
