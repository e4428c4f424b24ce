"""The published course as one value, and any stored revision as a Document: parsed once by each process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.content.documents.reader import parse
from app.content.store.models import MAJOR, ContentState, Publication, Revision
from app.content.values.course import Confusables, Course, Document, Glossary, Lesson, Module, Network, Paths, Timeline, Version
from app.content.values.quiz import Quiz
from app.db import in_chunks

KEPT_DOCUMENTS = 4000
"""Parsed revisions that a process keeps; the oldest are parsed again when asked for."""


@dataclass(slots=True)
class _Memory:
    """What one process knows of one database."""

    lock: RLock = field(default_factory=RLock)
    course: Course | None = None
    documents: OrderedDict[int, tuple[str, Document | None]] = field(default_factory=OrderedDict)
    """Revision id → (fingerprint, value)."""


_memories: WeakKeyDictionary[Engine, _Memory] = WeakKeyDictionary()
_memories_lock = RLock()


def _memory(session: Session) -> _Memory:
    engine = session.get_bind().engine
    with _memories_lock:
        return _memories.setdefault(engine, _Memory())


def generation(session: Session) -> int:
    """The generation of what is published; 0 before the first publication. Equal generations hold the same texts."""
    return session.scalar(select(ContentState.generation).where(ContentState.id == 1)) or 0


def course(session: Session) -> Course:
    """What is published now. One SELECT when this process has read it already."""
    current = generation(session)
    memory = _memory(session)
    with memory.lock:
        if memory.course is None or memory.course.generation != current:
            memory.course = _read_course(session, memory, current)
        return memory.course


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that is not published yet: what `course_with` puts in the course. `document` None: the document is taken out."""

    document_id: str
    document: Document | None
    fingerprint: str = ""
    media: Mapping[str, str] = field(default_factory=dict)
    change: str = MAJOR


def course_with(session: Session, candidates: Iterable[Candidate], now: datetime) -> Course:
    """The course as it would be if these candidates were published now. Nothing is written, nothing is kept of it."""
    memory, current = _memory(session), course(session)
    with memory.lock:
        published = {each.document_id: each for each in _published(session)}
        documents = {each.document_id: memory.documents.get(each.revision_id, ("", None))[1] for each in published.values()}
    for candidate in candidates:
        before = published.get(candidate.document_id)
        if before is not None and (before.fingerprint, before.media) == (candidate.fingerprint, dict(candidate.media)):
            continue  # publishing the same text again changes nothing
        published.pop(candidate.document_id, None)
        documents.pop(candidate.document_id, None)
        if candidate.document is not None:
            major_at = before.major_at if before is not None and candidate.change != MAJOR else now
            new = _Published(candidate.document_id, 0, candidate.fingerprint, candidate.media, candidate.change, now, major_at)
            published[candidate.document_id], documents[candidate.document_id] = new, candidate.document
    return _assemble(current.generation, [published[identifier] for identifier in sorted(published)], documents)


def document_at(session: Session, revision_id: int) -> Document:
    """A stored revision as the value that it was published as. Raises KeyError where there is no such revision."""
    memory = _memory(session)
    with memory.lock:
        if revision_id not in memory.documents:
            _parse_missing(session, memory, [revision_id])
        _, document = memory.documents[revision_id]
    if document is None:
        raise KeyError(revision_id)
    return document


def remember(session: Session, revision_id: int, fingerprint: str, document: Document | None) -> None:
    """Spare the parsing of a revision whose value is at hand."""
    memory = _memory(session)
    with memory.lock:
        memory.documents[revision_id] = fingerprint, document
        _forget_oldest(memory)


def _forget_oldest(memory: _Memory) -> None:
    while len(memory.documents) > KEPT_DOCUMENTS:
        memory.documents.popitem(last=False)


@dataclass(frozen=True, slots=True)
class _Published:
    document_id: str
    revision_id: int
    fingerprint: str
    media: Mapping[str, str]
    change: str
    created_at: datetime
    major_at: datetime

    @property
    def version(self) -> Version:
        return Version(self.revision_id, self.fingerprint, _iso(self.created_at), self.change == MAJOR, _iso(self.major_at))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _published(session: Session) -> list[_Published]:
    rows = session.execute(
        select(Publication.document_id, Revision.id, Revision.fingerprint, Revision.media, Revision.change, Revision.created_at, Publication.major_at)
        .join(Revision, Revision.id == Publication.revision_id)
        .order_by(Publication.document_id)
    )
    return [_Published(*row) for row in rows]


def _read_course(session: Session, memory: _Memory, current: int) -> Course:
    published = _published(session)
    unknown = [each.revision_id for each in published if memory.documents.get(each.revision_id, ("",))[0] != each.fingerprint]
    _parse_missing(session, memory, unknown)
    documents = {each.document_id: memory.documents[each.revision_id][1] for each in published}
    _forget_oldest(memory)
    return _assemble(current, published, documents)


def _parse_missing(session: Session, memory: _Memory, revision_ids: list[int]) -> None:
    for wanted in in_chunks(revision_ids):
        rows = session.execute(select(Revision.id, Revision.path, Revision.fingerprint, Revision.text).where(Revision.id.in_(wanted)))
        for revision_id, path, fingerprint, text in rows:
            memory.documents[revision_id] = fingerprint, parse(path, text)[0]


def _assemble(current: int, published: list[_Published], documents: Mapping[str, Document | None]) -> Course:
    media: dict[str, dict[str, str]] = {}
    singles: dict[type[Document], Any] = {type(document): document for document in documents.values() if document is not None}
    course = Course(
        generation=current,
        modules={document.id: document for document in documents.values() if isinstance(document, Module)},
        lessons={document.id: document for document in documents.values() if isinstance(document, Lesson)},
        quizzes={document.id: document for document in documents.values() if isinstance(document, Quiz)},
        paths=singles.get(Paths, Paths()),
        glossary=singles.get(Glossary, Glossary()),
        timeline=singles.get(Timeline, Timeline()),
        confusables=singles.get(Confusables, Confusables()),
        network=singles.get(Network, Network()),
        versions={each.document_id: each.version for each in published},
        media=media,
    )
    _gather_media(course, published, media)
    return course


def _gather_media(course: Course, published: Iterable[_Published], media: dict[str, dict[str, str]]) -> None:
    """Images by module: those of its own presentation, of its lessons and of its quizzes."""
    for each in published:
        module = course.modules.get(each.document_id) or course.module_of(each.document_id) if each.media else None
        if module is not None:
            media.setdefault(module.id, {}).update(each.media)
