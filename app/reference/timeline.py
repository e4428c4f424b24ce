"""The timeline: one history after another, or several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup

from app.content.rendering.page import PageRenderer
from app.content.values.course import Course, TimelineEvent
from app.content.values.text import History
from app.french import date_words
from app.reference.rules import Entry, Found, Sentences, look_for, read_words, rows, words_of

HISTORY_NAMES = {
    History.CITY: "Politique de la ville",
    History.LOCAL: "Politiques éducatives locales",
    History.PRIORITY: "Éducation prioritaire",
    History.CROSSING: "Croisement",
}

LINES = (History.CITY, History.LOCAL, History.PRIORITY)
"""In the order in which they stand side by side."""


@dataclass(frozen=True, slots=True)
class TimelineItem:
    when: str
    """ISO: year, month or day."""
    date_words: str
    histories: tuple[History, ...]
    names: tuple[str, ...]
    html: Markup
    row: int
    """Among the events of its year, where the three lines stand side by side."""
    entry: Entry


@dataclass(frozen=True, slots=True)
class TimelineDecade:
    label: str
    anchor: str
    years: tuple[tuple[str, tuple[TimelineItem, ...]], ...]
    running: tuple[History, ...]
    """The lines that have begun: each goes on without a break from its first date."""

    @property
    def items(self) -> tuple[TimelineItem, ...]:
        return tuple(item for _, items in self.years for item in items)


@dataclass(frozen=True, slots=True)
class TimelinePage:
    decades: tuple[TimelineDecade, ...]
    count: int
    chosen: tuple[History, ...]
    """The histories that the reader asked for; empty = all."""
    histories: tuple[tuple[History, str], ...]
    notes: Markup
    sentences: Sentences

    def found(self, query: str) -> Found | None:
        return look_for(query, [item.entry for decade in self.decades for item in decade.items], self.sentences)


@lru_cache(maxsize=16)
def timeline_page(course: Course, chosen: tuple[History, ...], on: date) -> TimelinePage:
    """Events in order of date, by decade; `chosen` keeps those of these histories."""
    renderer = PageRenderer(course, course.timeline, on)
    events = sorted(course.timeline.events, key=lambda event: event.when)
    kept = [event for event in events if not chosen or {*chosen, History.CROSSING} & set(event.histories)]  # where lines cross, each passes
    decades: list[TimelineDecade] = []
    for decade, group in groupby(kept, key=lambda event: f"{event.when[:3]}0"):
        years = tuple((year, _items(tuple(events), renderer)) for year, events in groupby(group, key=lambda event: event.when[:4]))
        begun = {line for _, items in years for item in items for line in lines(item.histories)}
        running = tuple(line for line in LINES if line in begun or (decades and line in decades[-1].running))
        decades.append(TimelineDecade(f"Années {decade}", f"annees-{decade}", years, running))
    return TimelinePage(tuple(decades), len(kept), chosen, tuple((line, HISTORY_NAMES[line]) for line in LINES), renderer.notes(), _sentences(len(kept)))


def lines(histories: Sequence[History]) -> tuple[History, ...]:
    """The lines on which an event stands: where lines cross, on each."""
    return LINES if History.CROSSING in histories else tuple(line for line in LINES if line in histories)


def _items(events: Sequence[TimelineEvent], renderer: PageRenderer) -> tuple[TimelineItem, ...]:
    """The events of one year."""
    places = rows([LINES.index(line) for line in lines(event.histories)] for event in events)
    return tuple(_item(event, row, renderer) for event, row in zip(events, places, strict=True))


def _item(event: TimelineEvent, row: int, renderer: PageRenderer) -> TimelineItem:
    html, when = renderer.inline(event.text), date_words(event.when)
    names = tuple(HISTORY_NAMES[one] for one in event.histories)
    words = words_of(f"{when} {' '.join(names)}") + read_words(event.text)
    return TimelineItem(event.when, when, event.histories, names, html, row, Entry(event.anchor, (words,)))


def _sentences(count: int) -> Sentences:
    one, many = f"# date sur {count}.", f"# dates sur {count}."
    return Sentences(one, many, one, many)
