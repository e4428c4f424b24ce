"""The timeline: one history after another, or several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.page import PageRenderer
from app.content.values.course import Course, TimelineEvent, made_of_course
from app.content.values.text import CROSSING
from app.learner.reference.rules import ReferenceEntry, SearchResult, Sentences, look_for, read_words, rows, words_of
from app.platform.french import date_words


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
    return TimelinePage(tuple(decades), len(kept), chosen, tuple((line.id, line.name) for line in course.lines), renderer.notes(), _sentences(len(kept)))


def lines(course: Course, histories: Sequence[str]) -> dict[str, int]:
    """The lines on which an event stands, with their places side by side: where lines cross, on each."""
    return {line.id: place for place, line in enumerate(course.lines) if CROSSING in histories or line.id in histories}


def _items(course: Course, events: Sequence[TimelineEvent], renderer: PageRenderer) -> tuple[TimelineItem, ...]:
    """The events of one year."""
    places = rows(list(lines(course, event.histories).values()) for event in events)
    return tuple(_item(course, event, row, renderer) for event, row in zip(events, places, strict=True))


def _item(course: Course, event: TimelineEvent, row: int, renderer: PageRenderer) -> TimelineItem:
    html, when = renderer.inline(event.text), date_words(event.when)
    names = tuple(course.histories.get(one, one) for one in event.histories)
    words = words_of(f"{when} {' '.join(names)}") + read_words(event.text)
    return TimelineItem(event.when, when, event.histories, names, html, row, ReferenceEntry(event.anchor, (words,)))


def _sentences(count: int) -> Sentences:
    one, many = f"# date sur {count}.", f"# dates sur {count}."
    return Sentences(one, many, one, many)
