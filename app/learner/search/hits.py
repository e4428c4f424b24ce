"""What the page shows of what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct
from sqlalchemy.orm import Session

from app.assessment.attempts.seen_queries import SeenAt
from app.content.search import queries as index
from app.content.search.asking import SearchRequest
from app.content.search.queries import ShownSection
from app.content.search.ranking import Ranked, SearchCandidate
from app.content.search.sections import SearchKind
from app.content.search.snippets import marked, marks, snippet
from app.content.values.addresses import of_link
from app.content.values.course import Course
from app.content.values.text import SourceKind
from app.learner.reference.sources import category_anchor
from app.learner.search.own import OwnResults
from app.learner.search.rules import NAMES
from app.platform.french import NARROW


class Hit(Struct, frozen=True):
    kind: SearchKind
    name: str
    """Of its kind, in French."""
    ref: str
    anchor: str
    title: str
    """Plain, with its heading."""
    shown: Markup
    """The same, with its words marked."""
    passage: Markup
    where: str
    """The module of a lesson."""
    line: str
    """The history of that module."""
    path: str
    """In the course; empty where one of the two below leads."""
    seen: SeenAt | None = None
    note_id: int = 0
    category: str = ""
    """Of a source: its list shows only some of them."""


def hits(session: Session, course: Course, asked: SearchRequest, ranked: Sequence[Ranked], own: OwnResults) -> tuple[Hit, ...]:
    stored = {**index.load_sections(session, [each.candidate.id for each in ranked if each.candidate.id not in own.shown]), **own.shown}
    return tuple(_hits(course, asked, [each.candidate for each in ranked], stored, own))


def _hits(course: Course, asked: SearchRequest, candidates: Sequence[SearchCandidate], stored: Mapping[int, ShownSection], own: OwnResults) -> Iterator[Hit]:
    for found in candidates:
        words = stored.get(found.id)
        if words is None:  # withdrawn or written again since it was found
            continue
        title = _title(found.kind, words)
        stems = marks(asked, f"{title} {words.text}")
        module = course.module_of(found.document_id) if found.kind in (SearchKind.LESSON, SearchKind.QUESTION, SearchKind.NOTE, SearchKind.FAQ) else None
        seen = own.seen.get(found.anchor) if found.kind is SearchKind.QUESTION else None
        noted = own.passages.get(found.id)
        path = noted.address if noted else own.faqs[found.id] if found.id in own.faqs else "" if seen else of_link(course, found.ref, found.anchor) or ""
        yield Hit(
            kind=found.kind,
            name=NAMES[found.kind],
            ref=found.ref,
            anchor=noted.place.anchor if noted else found.anchor,
            title=title,
            shown=marked(title, stems),
            passage=_passage(found.kind, words, stems),
            where=module.title if module else "",
            line=module.history if module else "",
            path="" if found.anchor.startswith("note-") and found.kind is SearchKind.NOTE else path,
            seen=seen,
            note_id=own.notes.get(found.id, 0),
            category=_category(course, found.anchor) if found.kind is SearchKind.SOURCE else "",
        )


def _title(kind: SearchKind, words: ShownSection) -> str:
    """The heading of a part of a page comes first; what a sigle stands for, second."""
    if not words.heading:
        return words.title
    return f"{words.title}{NARROW}: {words.heading}" if kind is SearchKind.GLOSSARY else f"{words.heading} – {words.title}"


def _passage(kind: SearchKind, words: ShownSection, stems: frozenset[str]) -> Markup:
    """None where the title says it all."""
    if kind in (SearchKind.TIMELINE, SearchKind.SOURCE) and words.text and words.title.endswith(words.text):
        return Markup("")
    return snippet(words.text, stems)


def _category(course: Course, label: str) -> str:
    kinds: dict[str, SourceKind | None] = {source.label: source.kind for source in course.sources.entries}
    return category_anchor(kinds.get(label))
