"""Publishing: a text becomes an immutable Revision, and the course's next generation. Nothing here commits."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from blinker import Signal
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.documents.index import document_id
from app.content.documents.reader import DocumentReading
from app.content.store import queries
from app.content.store.facts import note_changes
from app.content.store.queries import MAJOR, MINOR, ContentState, Document, NewText, Publication, Revision, course, document_at, remember
from app.content.text.normalise import normalise
from app.content.values.course import Document as CourseDocument
from app.content.values.course import Lesson
from app.content.values.keys import changed_keys
from app.content.values.quiz import Quiz
from app.content.values.text import Problem
from app.platform.db import in_chunks
from app.platform.errors import DomainError
from app.platform.log import event
from app.platform.settings import Settings

published = Signal("what is published has changed; the sender is the session, inside its transaction")

_REWORDED = 0.1
"""Share of a text from which a change is to be read again."""
_COMPARED = 4000
"""Lines or words compared one by one; comparing takes the square of their number, and so large a change is to be read again."""
_DEFINITION = re.compile(r"^\[\^[^\]\s]+\]:.*\n?", re.MULTILINE)


class Unpublishable(DomainError):
    """The text has errors; `problems` are all that was found in it."""

    sentence = "Ce texte a des erreurs : il n’est pas publié."

    def __init__(self, problems: Iterable[Problem], sentence: str | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__(sentence)


def new_text(reading: DocumentReading, text: str, media: Mapping[str, str], change: str | None = None) -> NewText:
    return NewText(document_id(reading), reading.kind, reading.path, normalise(text), reading.fingerprint, dict(media), reading.document, change)


def store(
    session: Session,
    texts: Iterable[NewText],
    *,
    author_id: int | None,
    now: datetime,
    change: str | None = None,
    from_file: bool = False,
    why: str = "",
) -> list[Revision]:
    """Store and publish texts that were checked already, all in one generation. `why`: what changed, in a sentence, for whom it told otherwise.

    A text equal to the one that is published gives back that revision: publishing twice is harmless.
    """
    wanted = list(texts)
    state = locked_state(session)
    stored = _load_published(session, [new.document_id for new in wanted])
    revisions = [_revision(session, new, stored.get(new.document_id), author_id, now, change) for new in wanted]
    session.flush()
    for new, revision in zip(wanted, revisions, strict=True):
        was = stored[new.document_id].revision if new.document_id in stored else None
        if revision is not was:
            note_changes(session, new.document_id, was, new.value, author_id, now, why)
        _point(session, new, revision, stored.get(new.document_id), now, from_file)
        if new.value is not None:
            remember(session, revision.id, revision.fingerprint, new.value)
    session.flush()
    if from_file:
        event("content_synchronised", documents=len(revisions))
    for revision in () if from_file else revisions:
        event("content_published", document=revision.document_id, revision=revision.id)
    _next_generation(session, state)
    return revisions


class _PublishedRow(Struct, frozen=True):
    document: Document
    publication: Publication
    revision: Revision | None


def _load_published(session: Session, identifiers: list[str]) -> dict[str, _PublishedRow]:
    found: dict[str, _PublishedRow] = {}
    for wanted in in_chunks(identifiers):
        rows = session.execute(
            select(Document, Publication, Revision)
            .join(Publication, Publication.document_id == Document.id)
            .outerjoin(Revision, Revision.id == Publication.revision_id)
            .where(Document.id.in_(wanted))
        )
        found |= {document.id: _PublishedRow(document, publication, revision) for document, publication, revision in rows}
    return found


def _revision(session: Session, new: NewText, stored: _PublishedRow | None, author_id: int | None, now: datetime, change: str | None) -> Revision:
    """The published revision when the text is the same, or a new one, which the caller flushes."""
    current = stored.revision if stored else None
    if current is not None and (current.fingerprint, current.media) == (new.fingerprint, dict(new.media)):
        return current
    if stored is None:
        session.add(Document(id=new.document_id, kind=new.kind.value, path=new.path))
    return add_revision(session, new, author_id, now, new.change or change or (_proposed_change(session, current, new) if current else MAJOR))


def _proposed_change(session: Session, current: Revision, new: NewText) -> str:
    """The text that is published is read again only where a key may have moved under a small change."""
    size = change_between(current.text, new.text)
    if size == MINOR and isinstance(new.value, Quiz | Lesson) and new.value.questions:
        with suppress(KeyError):  # a stored text that is no longer understood
            return MAJOR if changed_keys(document_at(session, current.id), new.value) else MINOR
    return size


def _point(session: Session, new: NewText, revision: Revision, stored: _PublishedRow | None, now: datetime, from_file: bool) -> None:
    """Make a revision the published one."""
    publication = stored.publication if stored else Publication(document_id=new.document_id, major_at=now)
    session.add(publication)
    if stored is not None:
        stored.document.path = new.path
        if revision is not stored.revision and (revision.change == MAJOR or stored.revision is None):
            publication.major_at = now
    publication.revision_id = revision.id
    if from_file:
        publication.file_revision_id = revision.id


def withdraw(session: Session, document_ids: Iterable[str], now: datetime, *, from_file: bool = False) -> None:
    """Take documents out of the course. Their revisions stay, and with them the attempts that were made on them."""
    state = locked_state(session)
    for identifier in document_ids:
        publication = session.get(Publication, identifier)
        if publication is not None:
            was = session.get(Revision, publication.revision_id) if publication.revision_id else None
            note_changes(session, identifier, was, None, None, now)
            publication.revision_id = None
            publication.file_revision_id = None if from_file else publication.file_revision_id
            event("content_withdrawn", document=identifier)
    session.flush()
    _next_generation(session, state)


def add_revision(session: Session, new: NewText, author_id: int | None, now: datetime, change: str) -> Revision:
    """A Revision that is not published; the caller flushes."""
    revision = Revision(
        document_id=new.document_id,
        path=new.path,
        text=new.text,
        fingerprint=new.fingerprint,
        media=dict(new.media),
        author_id=author_id,
        created_at=now,
        change=change,
    )
    session.add(revision)
    return revision


def change_between(before: str, after: str) -> str:
    """MINOR when less than a tenth of the lines' characters changed: a word corrected asks nobody to read again. Definitions of notes are not read through."""
    old, new = (_DEFINITION.sub("", text).split("\n") for text in (before, after))
    if max(len(old), len(new)) > _COMPARED:
        return MAJOR
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    kept = sum(len(line) for block in matcher.get_matching_blocks() for line in old[block.a : block.a + block.size])
    reworded = sum(_letters_changed(old[a:b], new[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")
    return MINOR if reworded <= _REWORDED * max(1, kept + reworded) else MAJOR


def _letters_changed(old: list[str], new: list[str]) -> int:
    """Characters of words that differ between two passages."""
    before, after = " ".join(old).split(), " ".join(new).split()
    if max(len(before), len(after)) > _COMPARED:
        return sum(map(len, before)) + sum(map(len, after))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return sum(max(len("".join(before[a:b])), len("".join(after[c:d]))) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")


def locked_state(session: Session) -> ContentState:
    """The state's row, held until the end of the transaction: two publications at once would each miss the other's texts.

    Whoever looks at what is published before publishing takes it first.
    """
    state = session.get(ContentState, 1, with_for_update=True)
    if state is None:
        session.add(state := ContentState(id=1, generation=0))
        session.flush()
    return state


def _next_generation(session: Session, state: ContentState) -> None:
    """The generation is a digest of what is published, so that a transaction which was rolled back leaves no false memory of it."""
    rows = session.execute(
        select(Publication.document_id, Revision.id, Revision.fingerprint, Revision.media)
        .join(Revision, Revision.id == Publication.revision_id)
        .order_by(Publication.document_id)
    )
    lines = [json.dumps(list(row), sort_keys=True) for row in rows]
    digest = hashlib.sha256("\n".join(lines).encode()).digest()
    generation = int.from_bytes(digest[:8], "big") >> 1
    if generation != state.generation:
        state.generation = generation
        session.flush()
        published.send(session)


def keep_published(session: Session, settings: Settings) -> None:
    """The values of the published course, for the processes that come: reading all its texts takes a second of the processor. Writes no row."""
    course(session)  # all at once
    file = queries.published_file(settings)
    values: dict[queries.Key, CourseDocument] = {}
    published_ones = select(Revision.id, Revision.path, Revision.fingerprint).join(Publication, Publication.revision_id == Revision.id)
    for revision_id, path, fingerprint in session.execute(published_ones):
        with suppress(KeyError):  # a text that today's engine refuses
            values[path, fingerprint] = document_at(session, revision_id)
    if values.keys() != queries.load(file).keys():
        queries.keep(file, values)
