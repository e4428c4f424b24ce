"""The timeline: one history after another, or several side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup

from app.content.rendering.page import PageRenderer
from app.content.values.course import Course
from app.content.values.text import History
from app.french import french_date, month_and_year

HISTORY_NAMES = {
    History.CITY: "Politique de la ville",
    History.LOCAL: "Politiques éducatives locales",
    History.PRIORITY: "Éducation prioritaire",
    History.CROSSING: "Croisement",
}


@dataclass(frozen=True, slots=True)
class TimelineItem:
    when: str
    """ISO: year, month or day."""
    date_words: str
    year: str
    histories: tuple[History, ...]
    names: tuple[str, ...]
    html: Markup
    anchor: str


@dataclass(frozen=True, slots=True)
class TimelineDecade:
    label: str
    items: tuple[TimelineItem, ...]


@dataclass(frozen=True, slots=True)
class TimelinePage:
    decades: tuple[TimelineDecade, ...]
    count: int
    chosen: tuple[History, ...]
    """The histories that the reader asked for; empty = all."""
    histories: tuple[tuple[History, str], ...]
    notes: Markup


def date_words(when: str) -> str:
    """« 1er juillet 1981 », « juillet 1981 » or « 1981 »."""
    year, *rest = map(int, when.split("-"))
    if not rest:
        return when
    return month_and_year(date(year, rest[0], 1)) if len(rest) == 1 else french_date(date(year, rest[0], rest[1]))


@lru_cache(maxsize=16)
def timeline_page(course: Course, chosen: tuple[History, ...], on: date) -> TimelinePage:
    """Events in order of date, by decade; `chosen` keeps those of these histories."""
    renderer = PageRenderer(course, course.timeline, on)
    events = sorted(course.timeline.events, key=lambda event: event.when)
    kept = [event for event in events if not chosen or {*chosen, History.CROSSING} & set(event.histories)]  # where lines cross, each passes
    decades = []
    for decade, group in groupby(kept, key=lambda event: event.when[:3]):
        items = tuple(
            TimelineItem(
                event.when,
                date_words(event.when),
                event.when[:4],
                event.histories,
                tuple(HISTORY_NAMES[one] for one in event.histories),
                renderer.inline(event.text),
                event.anchor,
            )
            for event in group
        )
        decades.append(TimelineDecade(f"Années {decade}0", items))
    return TimelinePage(tuple(decades), len(kept), chosen, tuple(HISTORY_NAMES.items())[:3], renderer.notes())
