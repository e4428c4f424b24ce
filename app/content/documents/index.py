"""All the readings of a course, by id: what a link may lead to, which questions there are, who names whom."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from typing import cast

from msgspec import Struct

from app.content.documents.reader import DocumentReading
from app.content.text.head_values import SINGLE_FILES
from app.content.values.course import Document, Glossary, Lesson, Module, Sources, Timeline, Titled
from app.content.values.cover import Cover
from app.content.values.library import Library, LibraryDocument
from app.content.values.network import Network
from app.content.values.paths import LearningPath, Paths
from app.content.values.quiz import Question, Quiz
from app.content.values.text import CROSSING, DocumentKind, Source

MOST_COMPARED = 20_000
"""Ids compared with one another to propose the nearest, at most: a quarter of a second."""


class DeclaredId(Struct, frozen=True):
    """An id of the repository, and where it is given."""

    id: str
    path: str
    line: int
    what: str


class CourseIndex:
    """The readings in the order given; where an id is given twice, the first one holds it."""

    def __init__(self, readings: Iterable[DocumentReading], unreadable: bool = False) -> None:
        self.readings = tuple(readings)
        self.modules: dict[str, Module] = {}
        self.lessons: dict[str, Lesson] = {}
        self.quizzes: dict[str, Quiz] = {}
        self.by_id: dict[str, DocumentReading] = {}
        self.questions: dict[str, Question] = {}
        self.broken: set[str] = set()
        """Ids of files that exist and could not be read: whoever names them is not at fault."""
        self.unreadable = unreadable
        """Some file hides even its id: an id that is unknown may be that one."""
        self.compared = 0
        for reading in self.readings:
            self._add(reading)
        singles = {reading.kind: reading.document for reading in self.readings if reading.document is not None}
        self.glossary = cast(Glossary | None, singles.get(DocumentKind.GLOSSARY))
        self.paths = cast(Paths | None, singles.get(DocumentKind.PATHS))
        self.cover = cast(Cover | None, singles.get(DocumentKind.COVER))
        home = next((reading.document for reading in self.readings if isinstance(reading.document, Sources)), None)
        self.has_sources = home is not None
        self.sources: dict[str, Source] = {source.label: source for source in home.entries} if home else {}
        """Those of sources.md, by label."""
        kept = next((reading.document for reading in self.readings if isinstance(reading.document, Library)), Library())
        self.shelf: dict[str, LibraryDocument] = kept.shelf
        """The documents of the library, by id."""

    def _add(self, reading: DocumentReading) -> None:
        document = reading.document
        if isinstance(document, Module):
            self.modules.setdefault(document.id, document)
        elif isinstance(document, Lesson):
            self.lessons.setdefault(document.id, document)
        elif isinstance(document, Quiz):
            self.quizzes.setdefault(document.id, document)
            for question in document.questions:
                self.questions.setdefault(question.id, question)
        if document is None:
            self.broken.add(reading.scan.id)
            self.unreadable = self.unreadable or not reading.scan.id
        self.by_id.setdefault(document_id(reading), reading)

    @property
    def histories(self) -> tuple[str, ...]:
        """What a module or a date may write; empty where no cours.md says so, and any word is a line."""
        return (*(line.id for line in self.cover.lines), CROSSING) if self.cover else ()

    def may_exist(self, identifier: str) -> bool:
        """Whether an id that nothing gives may be that of a file which could not be read. Its own error is enough."""
        return self.unreadable or identifier in self.broken

    def of(self, kind: DocumentKind) -> Iterator[DocumentReading]:
        return (reading for reading in self.readings if reading.kind is kind)

    def reading(self, target: str) -> DocumentReading | None:
        """What a link's target names: a document by its id, a single file by its name, the library by what it holds."""
        found = self.by_id.get(SINGLE_FILES[target].value if target in SINGLE_FILES else target)
        return found or (self.by_id.get(DocumentKind.LIBRARY.value) if target in self.shelf else None)

    def nearest(self, identifier: str, among: Collection[str]) -> str:
        """A sentence that proposes the nearest id, or nothing; nothing more once too many were compared."""
        self.compared += len(among)
        near = difflib.get_close_matches(identifier[:60], among, n=1, cutoff=0.7) if self.compared <= MOST_COMPARED else []
        return f"Vouliez-vous dire « {near[0]} » ?" if near else ""


def document_id(reading: DocumentReading) -> str:
    """The id under which a reading is stored; empty when it has none yet."""
    document = reading.document
    if isinstance(document, Titled):
        return document.id
    return reading.kind.value if document is not None else ""


def anchors(reading: DocumentReading, target: str = "") -> set[str]:
    """What may follow `#` in a link to this document, or to that one of the library."""
    found = {heading.anchor for heading in reading.scan.headings}
    document = reading.document
    if isinstance(document, Library):
        return {heading.anchor for each in document.documents if each.id == target for heading in each.headings}
    if isinstance(document, Quiz):
        found |= {question.id for question in document.questions} | {situation.id for situation in document.situations}
    elif isinstance(document, Glossary):
        found |= {entry.anchor for entry in document.entries}
    elif isinstance(document, Timeline):
        found |= {event.anchor for event in document.events}
    elif isinstance(document, Network):
        found |= {meeting.anchor for meeting in document.meetings}
    return found


def names(reading: DocumentReading) -> Iterator[DeclaredId]:
    """Every id that a reading gives, in the one space that they all share."""
    document = reading.document
    if isinstance(document, Titled):
        yield DeclaredId(document.id, reading.path, reading.scan.cited.get("id", 1), "document")
    if isinstance(document, Quiz):
        for question in document.questions:
            yield DeclaredId(question.id, reading.path, question.line, "question")
        for situation in document.situations:
            yield DeclaredId(situation.id, reading.path, situation.text.line, "situation")
    yield from (DeclaredId(each.id, reading.path, each.line, what) for what, each in _entries_with_ids(document))


def _entries_with_ids(document: Document | None) -> Iterator[tuple[str, LearningPath | LibraryDocument]]:
    """The lines of a file that have an id each."""
    if isinstance(document, Paths):
        yield from (("parcours", path) for path in document.paths)
    elif isinstance(document, Library):
        yield from (("document", each) for each in document.documents)
