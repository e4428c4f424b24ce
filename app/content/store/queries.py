"""What is stored of the course: documents, their immutable Revisions, what is published; and the published course as one value."""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any, cast
from weakref import WeakKeyDictionary

from msgspec import Struct
from sqlalchemy import JSON, BigInteger, Engine, ForeignKey, String, Text, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.content.text.head import SINGLE_FILES
from app.content.values.course import Confusables, Course, Cover, DatedFacts, Glossary, Lesson, Module, Paths, PublishedVersion, Sources, Timeline
from app.content.values.course import Document as CourseDocument
from app.content.values.library import Library, Network, Survey, Tool
from app.content.values.quiz import Quiz
from app.content.values.text import ID_LENGTH, DocumentKind, Problem
from app.platform import collector, site
from app.platform.db import Base, BigId, UtcDateTime, in_chunks
from app.platform.files import write_whole
from app.platform.settings import Settings, current_settings

MINOR, MAJOR = "mineure", "à relire"
"""Kinds of change: the second one tells those who had read it."""
AWAITED = "en attente"
"""The kind of a file's text that somebody has as a draft: until it is published, the file is ahead, and nothing is written over it."""


class Document(Base):
    """One document of the course, whatever becomes of its title, of its path and of its text."""

    __tablename__ = "document"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(255))
    """Where its file stands, or will stand when it is exported."""


class Revision(Base):
    """One text of a document, for ever: rows are added, never changed."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), index=True)
    path: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    """Normalised."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the text."""
    media: Mapped[dict[str, str]] = mapped_column(JSON)
    """Name → SHA-256 of each image that it shows."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: it came from the files."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    change: Mapped[str] = mapped_column(String(10))


class Publication(Base):
    """Which revision of a document is published, one row a document."""

    __tablename__ = "publication"

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    """None: it is withdrawn; its revisions stay."""
    major_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the text last changed in a way to read again."""
    file_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    """The last revision that the file and this table had in common; None for a document that is in no file."""


class ContentState(Base):
    """One row: the generation of what is published. It is computed from it, so that two equal generations hold the same texts."""

    __tablename__ = "content_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(BigInteger)


@event.listens_for(Revision, "before_update")
def _immutable(_mapper: Any, _connection: Any, revision: Revision) -> None:
    raise RuntimeError(f"revision {revision.id} may not change: add another one")


# --- Texts as they were read, kept in a file beside the database until the engine that reads them changes ---
#
# Measured: each start of the site, and each command and job that reads the course, takes 0.9 to 1.2 s of processor less (`flask jobs list`: 0.7 s in the place of 2).

APP = Path(__file__).parents[2]
LIBRARIES = ("markdown-it-py", "mdurl", "mdit-py-plugins", "latex2mathml")
"""They read texts with us: constructs, addresses, notes, formulas."""
Key = tuple[str, str]
"""A text's path and the digest that tells it from others."""
PLAIN = frozenset({("builtins", "range"), ("datetime", "date"), ("decimal", "Decimal")})
FEW = 20
"""Texts that are read in less time than it takes to look for what was kept of them."""


def published_file(settings: Settings) -> Path:
    """The values of the published course."""
    return settings.instance_path / "cache" / "published.pickle"


@cache
def engine() -> str:
    """Changes with what reads a course: an answer of yesterday's engine is not today's. A process has one, which does not change while it runs."""
    return engine_of(APP)


def _version(library: str) -> str:
    """Returns nothing for one that is not here: formulas are an extra."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def engine_of(app: Path) -> str:
    """The code of this folder, and the libraries that are here."""
    digest = sha256(" ".join(map(_version, LIBRARIES)).encode())
    for source in sorted((*app.joinpath("content").rglob("*.py"), app / "platform" / "french.py", app / "platform" / "unicode.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


class _CourseUnpickler(pickle.Unpickler):
    """A file that somebody else put there says no more than a text could: no function is named, so none is called."""

    def find_class(self, module: str, name: str) -> type:
        if (module, name) in PLAIN or module == "app.platform.colours" or module.startswith("app.content."):
            found = super().find_class(module, name)
            if (module, name) in PLAIN or (isinstance(found, type) and (is_dataclass(found) or issubclass(found, (Struct, Enum)))):
                return cast("type", found)
        raise pickle.UnpicklingError(f"{module}.{name} is no value of the course")


def load(file: Path | None) -> dict[Key, Any]:
    """What was kept; nothing where another engine read it, or the file is damaged."""
    if file is None:
        return {}
    try:
        with collector.at_rest():
            written, known = _CourseUnpickler(io.BytesIO(file.read_bytes())).load()
    except Exception:
        return {}
    kept: dict[Key, Any] = known if written == engine() else {}
    return kept


def keep(file: Path | None, known: dict[Key, Any]) -> None:
    """Where it cannot be written, the next process is only slower."""
    if file is None:
        return
    try:
        write_whole(file, pickle.dumps((engine(), known), 5))
    except (OSError, ValueError, RecursionError, pickle.PicklingError):
        return


# --- The published course as one value, and any stored revision as a Document ---
#
# Parsed once by each process.

KEPT_DOCUMENTS = 4000
"""Parsed revisions that a process keeps; the oldest are parsed again when asked for."""


@dataclass(slots=True)
class _CourseMemory:
    """What one process knows of one database."""

    lock: RLock = field(default_factory=RLock)
    course: Course | None = None
    asked_at: float = 0.0
    """When it was compared with what is published (`monotonic`)."""
    documents: OrderedDict[int, tuple[str, CourseDocument | None]] = field(default_factory=OrderedDict)
    """Revision id → (fingerprint, value)."""


FRESH = 5.0
"""Seconds."""
_AT_HAND = "croisee_course"
"""In `Session.info`."""
_memories: WeakKeyDictionary[Engine, _CourseMemory] = WeakKeyDictionary()
_memories_lock = RLock()


def _memory(session: Session) -> _CourseMemory:
    engine = session.get_bind().engine
    if known := _memories.get(engine):
        return known
    with _memories_lock:
        return _memories.setdefault(engine, _CourseMemory())


_STATE = ContentState.__table__.c
_GENERATION = select(_STATE.generation, site.newest()).where(_STATE.id == 1)
"""Of the table, and with the site's version, as what every page asks."""


def generation(session: Session) -> int:
    """The generation of what is published; 0 before the first publication. Equal generations hold the same texts."""
    session.flush()  # a statement of tables does not see to it
    row = session.execute(_GENERATION).one_or_none()
    if row is None:
        return 0
    site.note(session, row[1])
    return int(row[0])


def course(session: Session) -> Course:
    """What is published now. One SELECT when this process has read it already."""
    current = generation(session)
    memory = _memory(session)
    with memory.lock:
        if memory.course is None or memory.course.generation != current:
            memory.course = _read_course(session, memory, current)
        session.info[_AT_HAND], memory.asked_at = memory.course, monotonic()
        return memory.course


def course_at_hand(session: Session) -> Course:
    """Returns the course already read by this session or, some seconds ago, by this process. Runs no extra statement."""
    memory, read = _memory(session), session.info.get(_AT_HAND)
    found: Course | None = read or (memory.course if monotonic() - memory.asked_at < FRESH else None)
    return found or course(session)


def doubt(session: Session) -> None:
    """Makes this process compare its course with the database again, after a publication."""
    _memory(session).asked_at = 0.0


def known_course(session: Session) -> Course | None:
    """What this process read last, without asking."""
    return _memory(session).course


class NewText(Struct, frozen=True):
    """A text that was checked: what `services.store` makes a Revision, and `course_with` puts in the course."""

    document_id: str
    kind: DocumentKind
    path: str
    text: str
    """Normalised."""
    fingerprint: str
    media: Mapping[str, str] = field(default_factory=dict)
    value: CourseDocument | None = None
    """What the text says, where it is at hand: it spares the readers a parsing."""
    change: str | None = None
    """MINOR or MAJOR, where it is decided for this text alone."""


def course_with(course: Course, texts: Iterable[NewText], now: datetime) -> Course:
    """The course as it would be if these texts were published now; one without a value is left out. Pure."""
    documents, versions = _documents(course), dict(course.versions)
    shown = {}
    for new in texts:
        if new.value is None or _is_published(course, new):
            continue
        before, major = versions.get(new.document_id), new.change != MINOR
        major_at = before.major_at if before is not None and not major else _iso(now)
        versions[new.document_id] = PublishedVersion(0, new.fingerprint, _iso(now), major, major_at)
        documents[new.document_id], shown[new.document_id] = new.value, new.media
    return assemble_course(course.generation, documents, versions, shown, course.media)


def course_without(course: Course, document_ids: Collection[str]) -> Course:
    """The course as it would be without some of its documents."""
    documents = {identifier: document for identifier, document in _documents(course).items() if identifier not in document_ids}
    versions = {identifier: version for identifier, version in course.versions.items() if identifier not in document_ids}
    return assemble_course(course.generation, documents, versions, {}, course.media)


def _documents(course: Course) -> dict[str, CourseDocument]:
    singles = {kind.value: getattr(course, kind.value) for kind in SINGLE_FILES.values()}
    return {**course.modules, **course.lessons, **course.quizzes, **course.tools, **course.surveys, **singles}


def _is_published(course: Course, new: NewText) -> bool:
    """Whether publishing it again would change nothing: the same text, which shows the same images."""
    version = course.versions.get(new.document_id)
    known = course.media.get(_home(course, new.document_id), {})
    return version is not None and version.fingerprint == new.fingerprint and all(known.get(name) == digest for name, digest in new.media.items())


def document_at(session: Session, revision_id: int) -> CourseDocument:
    """A stored revision as the value that it was published as. Raises KeyError where there is no such revision."""
    memory = _memory(session)
    with memory.lock:
        if revision_id not in memory.documents:
            _parse_missing(session, memory, [revision_id])
        _, document = memory.documents[revision_id]
    if document is None:
        raise KeyError(revision_id)
    return document


def remember(session: Session, revision_id: int, fingerprint: str, document: CourseDocument | None) -> None:
    """Spare the parsing of a revision whose value is at hand."""
    memory = _memory(session)
    with memory.lock:
        memory.documents[revision_id] = fingerprint, document
        _forget_oldest(memory)


def _forget_oldest(memory: _CourseMemory) -> None:
    while len(memory.documents) > KEPT_DOCUMENTS:
        memory.documents.popitem(last=False)


class _PublishedRevision(Struct, frozen=True):
    document_id: str
    revision_id: int
    fingerprint: str
    media: Mapping[str, str]
    change: str
    created_at: datetime
    major_at: datetime

    @property
    def version(self) -> PublishedVersion:
        return PublishedVersion(self.revision_id, self.fingerprint, _iso(self.created_at), self.change == MAJOR, _iso(self.major_at))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _published_rows(session: Session) -> list[_PublishedRevision]:
    rows = session.execute(
        select(Publication.document_id, Revision.id, Revision.fingerprint, Revision.media, Revision.change, Revision.created_at, Publication.major_at)
        .join(Revision, Revision.id == Publication.revision_id)
        .order_by(Publication.document_id)
    )
    return [_PublishedRevision(*row) for row in rows]


def published_texts(session: Session) -> Sequence[tuple[str, str, str]]:
    """(document, path, text) of each. One SELECT, of the whole course: nothing that a page of a learner asks."""
    texts = select(Publication.document_id, Revision.path, Revision.text).join(Revision, Revision.id == Publication.revision_id)
    return [(document_id, path, text) for document_id, path, text in session.execute(texts.order_by(Revision.path))]


def _read_course(session: Session, memory: _CourseMemory, current: int) -> Course:
    published = _published_rows(session)
    unknown = [each.revision_id for each in published if memory.documents.get(each.revision_id, ("",))[0] != each.fingerprint]
    _parse_missing(session, memory, unknown)
    documents = {each.document_id: memory.documents[each.revision_id][1] for each in published}
    _forget_oldest(memory)
    shown = {each.document_id: each.media for each in published}
    return assemble_course(current, documents, {each.document_id: each.version for each in published}, shown, {})


def parse(path: str, text: str) -> tuple[CourseDocument | None, Sequence[Problem]]:
    """Parses a text. The parser is imported only when it is needed: cached documents do without it."""
    from app.content.documents import reader

    return reader.parse(path, text)


def _parse_missing(session: Session, memory: _CourseMemory, revision_ids: list[int]) -> None:
    known = load(published_file(current_settings())) if len(revision_ids) > FEW else {}
    for wanted in in_chunks(revision_ids):
        rows = session.execute(select(Revision.id, Revision.path, Revision.fingerprint, Revision.text).where(Revision.id.in_(wanted)))
        for revision_id, path, fingerprint, text in rows:
            memory.documents[revision_id] = fingerprint, known.get((path, fingerprint)) or parse(path, text)[0]


def assemble_course(
    current: int,
    documents: Mapping[str, CourseDocument | None],
    versions: Mapping[str, PublishedVersion],
    shown: Mapping[str, Mapping[str, str]],
    known_media: Mapping[str, Mapping[str, str]],
) -> Course:
    """The course that these documents make. `shown`: document id → its images, added to those of its module in `known_media`. Documents stand in the order of their ids."""
    ordered = [documents[identifier] for identifier in sorted(documents)]
    singles: dict[type[CourseDocument], Any] = {type(document): document for document in ordered if document is not None}
    media = {module: dict(images) for module, images in known_media.items()}
    course = Course(
        generation=current,
        modules={document.id: document for document in ordered if isinstance(document, Module)},
        lessons={document.id: document for document in ordered if isinstance(document, Lesson)},
        quizzes={document.id: document for document in ordered if isinstance(document, Quiz)},
        paths=singles.get(Paths, Paths()),
        glossary=singles.get(Glossary, Glossary()),
        timeline=singles.get(Timeline, Timeline()),
        confusables=singles.get(Confusables, Confusables()),
        facts=singles.get(DatedFacts, DatedFacts()),
        network=singles.get(Network, Network()),
        sources=singles.get(Sources, Sources()),
        cover=singles.get(Cover, Cover()),
        tools={document.id: document for document in ordered if isinstance(document, Tool)},
        surveys={document.id: document for document in ordered if isinstance(document, Survey)},
        library=singles.get(Library, Library()),
        versions=versions,
        media=media,
    )
    for identifier, images in shown.items():
        if home := _home(course, identifier) if images else "":
            media.setdefault(home, {}).update(images)
    return course


def _home(course: Course, document_id: str) -> str:
    """The id of the module whose images a document shows: itself, or the one that holds it; the library has files of its own. Empty for none."""
    if document_id == DocumentKind.LIBRARY.value:
        return document_id
    module = course.modules.get(document_id) or course.module_of(document_id)
    return module.id if module else ""
