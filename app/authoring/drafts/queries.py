"""Texts as they are read: each parsed once by a process, what is published and what is being typed.

The whole course is read once by each process and remembered by fingerprint; a first look reads at most `MOST_READ` characters, so that
no page waits for a course of a thousand lessons: until all is read, the readings are incomplete, and say so."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from itertools import chain
from threading import Lock

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.models import Draft, PlannedPublication
from app.content.checks import check_between
from app.content.documents.index import CourseIndex, names, write_ids
from app.content.documents.reader import DocumentReading, kind_of, read_document
from app.content.store.queries import MAJOR, NewText, Publication, Revision
from app.content.store.services import change_between, new_text
from app.content.text.normalise import fingerprint, normalise
from app.content.values.course import Course, Lesson, Module, Sources, Titled
from app.content.values.keys import KeyChange, changed_keys
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind, Problem
from app.platform.db import in_chunks
from app.platform.errors import NotYours

MOST_READ = 3_000_000
"""Characters: about a second and a half."""
_HEAD = re.compile(r"-{3,}\s*$|\s*id\s*:", re.IGNORECASE)
_WITHIN = 24
"""Characters of a quiz's id that begin those of its questions."""
KEPT = 4000
"""Readings of what is published that a process keeps."""
KEPT_TYPED = 50
"""And of what is being typed: each letter makes another text."""

SINGLE_TITLES = {
    "paths": "Parcours",
    "glossary": "Glossaire",
    "timeline": "Frise",
    "confusables": "Mots à ne pas confondre",
    "network": "Réseau",
    "sources": "Sources",
    "library": "Bibliothèque",
    "facts": "À vérifier cette année",
}
"""What the files that a course has once are called."""


class CourseReadings(Struct, frozen=True, dict=True):
    """The readings of a course, by document id; `complete` when all that is published is among them. Not slotted: its problems are kept with it."""

    readings: dict[str, DocumentReading]
    complete: bool

    @cached_property
    def problems(self) -> list[Problem]:
        return between(self.readings.values())

    def ids_but(self, but: str) -> set[str]:
        """Every id of the course but those of one document."""
        return {named.id for identifier, reading in self.readings.items() if identifier != but for named in names(reading)}


def between(readings: Iterable[DocumentReading]) -> list[Problem]:
    """What is wrong between texts."""
    return check_between(CourseIndex(readings))


class _RecentReadings:
    """The last readings of texts, by path and fingerprint."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.kept: OrderedDict[tuple[str, str], DocumentReading] = OrderedDict()
        self.lock = Lock()

    def get(self, path: str, mark: str) -> DocumentReading | None:
        with self.lock:
            return self.kept.get((path, mark))

    def keep(self, reading: DocumentReading) -> DocumentReading:
        with self.lock:
            self.kept[reading.path, reading.fingerprint] = reading
            while len(self.kept) > self.most:
                self.kept.popitem(last=False)
        return reading


_published, _typed = _RecentReadings(KEPT), _RecentReadings(KEPT_TYPED)


def _known_reading(path: str, mark: str) -> DocumentReading | None:
    return _published.get(path, mark) or _typed.get(path, mark)


def _published_reading(path: str, mark: str) -> DocumentReading | None:
    """One that was typed stays for as long as it is published, however much is typed since."""
    typed = None if _published.get(path, mark) else _typed.get(path, mark)
    return _published.keep(typed) if typed else _published.get(path, mark)


def reading_of(path: str, text: str) -> DocumentReading:
    """The reading of a text that somebody types, remembered for a while: an editor asks for the same one several times."""
    return _known_reading(path, fingerprint(normalise(text))) or _typed.keep(read_document(path, text))


def complete_ids(path: str, text: str, document_id: str) -> str:
    """The text with the ids that its headings lack: nobody writes one, a publication does, from the titles as they are then.

    Lines stay where they are. The ids of a quiz begin by its own: the same text gives the same ids, whatever stands around it.
    """
    missing = [found.line for found in reading_of(path, text).problems if found.code == "E06"]
    if not missing:
        return text
    lines = normalise(text).split("\n")
    headed = [line for line in missing if not _HEAD.match(lines[line - 1])]
    within = _beginning(document_id) if kind_of(path) is DocumentKind.QUIZ else ""
    return write_ids("\n".join(lines), path, headed, (), within)[0]


def _beginning(document_id: str) -> str:
    """Of the ids of a quiz's questions: its own id, or what begins it with a few letters that no other long one has."""
    if len(document_id) <= _WITHIN:
        return document_id
    return f"{document_id[: _WITHIN - 7].rstrip('-')}-{sha256(document_id.encode()).hexdigest()[:6]}"


def title_in(path: str, text: str, document_id: str) -> str:
    """What a document is called, by its text."""
    return title_of(reading_of(path, text).document, document_id)


def title_of(document: object, document_id: str) -> str:
    if isinstance(document, Titled):
        return document.title
    return SINGLE_TITLES.get(document_id, document_id)


def published_readings(session: Session) -> CourseReadings:
    """What is published, read; texts that this process does not know are read up to a bound.

    One that somebody published since was typed a moment ago: whoever waited for the lock of publications does not read it again under the lock.
    """
    rows = session.execute(
        select(Publication.document_id, Revision.id, Revision.path, Revision.fingerprint)
        .join(Revision, Revision.id == Publication.revision_id)
        .order_by(Publication.document_id)
    ).all()
    found = {identifier: _published_reading(path, mark) for identifier, _, path, mark in rows}
    missing = [(revision, identifier) for identifier, revision, _, _ in rows if found[identifier] is None]
    known = {identifier: reading for identifier, reading in found.items() if reading}
    known |= _read_missing(session, missing)
    return CourseReadings(known, len(known) == len(rows))


def _read_missing(session: Session, missing: Sequence[tuple[int, str]]) -> dict[str, DocumentReading]:
    left = MOST_READ
    found: dict[str, DocumentReading] = {}
    for some in in_chunks(missing, 200):
        names_of = dict(some)
        for number, path, text in session.execute(select(Revision.id, Revision.path, Revision.text).where(Revision.id.in_(names_of))):
            left -= len(text)
            if left < 0:
                return found
            found[names_of[number]] = _published.keep(read_document(path, text))
    return found


def everything_published(session: Session) -> CourseReadings:
    """Everything published, read: what decides a publication has looked at all of it.

    The first time may take seconds: whoever takes the lock of publications calls this before, so that nobody waits meanwhile.
    """
    found, before = published_readings(session), -1
    while not found.complete and len(found.readings) > before:
        found, before = published_readings(session), len(found.readings)
    return replace(found, complete=True)


def course_around(session: Session, document_id: str, author_id: int) -> CourseReadings:
    """What is published, and in place of the other documents what this trainer writes: a lesson and its quiz, both new, grow side by side.

    Whether each may be published, alone or together, is for the review to say.
    """
    published = published_readings(session)
    drafts = session.execute(select(Draft.document_id, Draft.path, Draft.text).where(Draft.author_id == author_id, Draft.document_id != document_id))
    return CourseReadings(
        published.readings | {identifier: reading_of(path, complete_ids(path, text, identifier)) for identifier, path, text in drafts}, published.complete
    )


def course_as_written(published: Course, around: CourseReadings) -> Course:
    """The published course with its author's draft of the sources, and with their modules, lessons and quizzes that nobody has published yet: a text names them."""
    written = {key: each.document for key, each in around.readings.items() if key not in published.versions or key == DocumentKind.SOURCES.value}
    if not written:
        return published
    sources = written.get(DocumentKind.SOURCES.value)
    return replace(
        published,
        sources=sources if isinstance(sources, Sources) else published.sources,
        modules={**published.modules} | {key: each for key, each in written.items() if isinstance(each, Module)},
        lessons={**published.lessons} | {key: each for key, each in written.items() if isinstance(each, Lesson)},
        quizzes={**published.quizzes} | {key: each for key, each in written.items() if isinstance(each, Quiz)},
    )


# --- The text that somebody works on ---------------------------------------------------------------------------------
# One value, which the editor shows, the checks read and a publication stores.


class WorkingText(Struct, frozen=True, dict=True):
    """A draft, what was promised for a date, or what is published while there is no draft. Not slotted: its reading is kept with it."""

    document_id: str
    author_id: int
    path: str
    text: str
    media: Mapping[str, str]
    """Name → SHA-256 of each image that it may show."""
    base_id: int | None
    """The published revision that it began from; None for a new document."""
    published: Revision | None
    """What is published now."""
    version: int = 0
    """Of the draft; 0 without one."""
    saved_at: datetime | None = None
    """Of the draft; None without one."""

    @classmethod
    def of(cls, row: Draft | PlannedPublication, published: Revision | None) -> WorkingText:
        version, saved_at = (row.version, row.updated_at) if isinstance(row, Draft) else (0, None)
        return cls(row.document_id, row.author_id, row.path, row.text, row.media, row.base_revision_id, published, version, saved_at)

    @cached_property
    def whole(self) -> str:
        """The text as it would be published: with the ids that nobody wrote, line for line."""
        return complete_ids(self.path, self.text, self.document_id)

    @cached_property
    def reading(self) -> DocumentReading:
        return reading_of(self.path, self.whole)

    @property
    def title(self) -> str:
        return title_of(self.reading.document, self.document_id)

    @property
    def normal_text(self) -> str:
        return normalise(self.whole)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.normal_text)

    @property
    def published_text(self) -> str:
        return self.published.text if self.published else ""

    @property
    def published_media(self) -> Mapping[str, str]:
        return self.published.media if self.published else {}

    @property
    def shown_media(self) -> dict[str, str]:
        """Returns the available images that the text shows: those that its revision will keep."""
        return {image.name: self.media[image.name] for image in self.reading.scan.images if image.name in self.media}

    @property
    def has_moved(self) -> bool:
        """Whether another text than the one it began from is published. Asked under the lock, it is still true at the end."""
        return self.published is not None and self.published.id != self.base_id and self.published.fingerprint != self.fingerprint

    @property
    def proposed_change(self) -> str:
        """MINOR or MAJOR, by how much of the published text changes; a key that moves is no small change, however few its letters."""
        return change_between(self.published.text, self.normal_text) if self.published and not self.changed_keys else MAJOR

    @cached_property
    def changed_keys(self) -> tuple[KeyChange, ...]:
        """Questions that are published with another key."""
        if self.published is None:
            return ()
        return changed_keys(reading_of(self.published.path, self.published.text).document, self.reading.document)

    def new_text(self, change: str | None) -> NewText:
        return new_text(self.reading, self.whole, self.shown_media, change)


def working_text(session: Session, document_id: str, author_id: int) -> WorkingText:
    """The author's draft, or what is published. Raises NotYours for a document that is neither published nor drafted by this author."""
    draft = draft_of(session, document_id, author_id)
    if draft is not None:
        return text_of(session, draft)
    published = published_revision(session, document_id)
    if published is None:
        raise NotYours
    return WorkingText(document_id, author_id, published.path, published.text, published.media, published.id, published)


def text_of(session: Session, row: Draft | PlannedPublication) -> WorkingText:
    return WorkingText.of(row, published_revision(session, row.document_id))


def draft_of(session: Session, document_id: str, author_id: int) -> Draft | None:
    return session.scalar(select(Draft).where(Draft.document_id == document_id, Draft.author_id == author_id))


def own_draft(session: Session, document_id: str, author_id: int) -> Draft:
    """Returns the author's draft of a document. Raises NotYours where there is none."""
    draft = draft_of(session, document_id, author_id)
    if draft is None:
        raise NotYours
    return draft


def published_revision(session: Session, document_id: str) -> Revision | None:
    query = select(Revision).join(Publication, Publication.revision_id == Revision.id).where(Publication.document_id == document_id)
    return session.scalar(query)


def texts_of(session: Session, author_id: int) -> list[tuple[str, str]]:
    """(document, text) of the drafts of one author, for the search of the whole site."""
    return [(row.document_id, row.text) for row in session.execute(select(Draft.document_id, Draft.text).where(Draft.author_id == author_id))]


# --- Drafts that belong together (pure) ------------------------------------------------------------------------------
# One is new and another names it, so that neither stands alone in the course; or they are a lesson and its quiz, which are written in one page.

_KINDS = tuple(DocumentKind)


def groups(drafts: Sequence[Draft]) -> list[list[Draft]]:
    """Each with those that it needs or that need it, as they are read; the groups in the order in which their first drafts are given."""
    new = {draft.document_id for draft in drafts if draft.base_revision_id is None}
    quizzes = {draft.document_id for draft in drafts if kind_of(draft.path) is DocumentKind.QUIZ}
    found: list[list[Draft]] = []
    ids = {draft.document_id: _ids(draft, new, quizzes) for draft in drafts}
    for draft in drafts:
        near = [group for group in found if any(ids[draft.document_id] & ids[other.document_id] for other in group)]
        joined = [*chain.from_iterable(near), draft]
        found = [*(group for group in found if group not in near), joined]
    places = {draft.document_id: place for place, draft in enumerate(drafts)}
    return [as_read(group) for group in sorted(found, key=lambda group: min(places[draft.document_id] for draft in group))]


def as_read(drafts: Iterable[Draft]) -> list[Draft]:
    """A module, its lessons, their quizzes, then what names them; of one kind, the oldest first."""
    return sorted(drafts, key=lambda draft: (_KINDS.index(kind_of(draft.path) or DocumentKind.LESSON), draft.id))


def with_it(draft: Draft, others: Iterable[Draft]) -> list[str]:
    """The ids of the other drafts that belong with one."""
    group = next(group for group in groups([draft, *others]) if draft in group)
    return [each.document_id for each in group if each is not draft]


def _ids(draft: Draft, new: set[str], quizzes: set[str]) -> set[str]:
    """The new documents that a draft is, or names in its head or by a link; the quiz that it is, or that a lesson has."""
    scan = reading_of(draft.path, draft.text).scan
    own = {draft.document_id, *(scan.cited if kind_of(draft.path) is DocumentKind.LESSON else ())}
    return {draft.document_id, *scan.cited, *(link.target for link in scan.links)} & new | own & quizzes
