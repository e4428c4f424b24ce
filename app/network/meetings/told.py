"""What the course's own file tells of meetings held before the site was there, and the documents of the library that go with one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.page import PageRenderer
from app.content.values.course import Course
from app.content.values.library import LibraryDocument
from app.content.values.network import PastMeeting
from app.platform.errors import NotYours
from app.platform.french import date_words


class MeetingDocument(Struct, frozen=True):
    id: str
    title: str


def in_library(course: Course, ids: Iterable[str]) -> Iterator[MeetingDocument]:
    return (MeetingDocument(each, course.library.shelf[each].title) for each in ids if each in course.library.shelf)


class ToldPage(Struct, frozen=True):
    title: str
    facts: tuple[tuple[str, str], ...]
    html: Markup
    notes: Markup
    documents: tuple[MeetingDocument, ...]


def past_meeting_page(course: Course, anchor: str, on: date) -> ToldPage:
    """Date and themes are those of the first document of the library that it names. Raises NotYours."""
    told = next((each for each in course.network.meetings if each.anchor == anchor), None)
    if told is None:
        raise NotYours
    renderer = PageRenderer(course, course.network, on)
    html = renderer.html(told.body)
    return ToldPage(told.title, tuple(_facts(course, told)), html, renderer.notes(), tuple(in_library(course, told.documents)))


def _facts(course: Course, told: PastMeeting) -> Iterator[tuple[str, str]]:
    document: LibraryDocument | None = next((course.library.shelf[each] for each in told.documents if each in course.library.shelf), None)
    known = (
        ("Date", date_words(document.event) if document and document.event else ""),
        ("Intervenants", told.speakers),
        ("Thèmes", ", ".join(document.themes) if document else ""),
        ("Territoires", ", ".join(document.territories) if document else ""),
    )
    return ((name, words) for name, words in known if words)
