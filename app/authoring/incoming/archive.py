"""The course brought in as a zip: a verdict for each file, then all that was planned in one publication, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path, PurePosixPath

from msgspec import Struct, field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.comparing.word_diff import WordDifference, difference
from app.authoring.incoming import archive_files
from app.authoring.incoming.archive_files import ArchiveContents, ArchiveEntry, Origin
from app.authoring.incoming.images import Decoder
from app.content.documents.reader import kind_of
from app.content.store import disk, services
from app.content.store.disk import CourseFile, CourseFiles, ImageFile
from app.content.store.queries import ContentState, Document, NewText, Publication, Revision, course, generation
from app.content.store.survey import CourseSurvey, SurveyedDocument, survey_files
from app.content.store.sync import StoredDocument, known_documents
from app.content.text.head import SINGLE_FILES, read_head
from app.content.text.normalise import normalise
from app.content.values.addresses import image_folder
from app.content.values.text import Problem
from app.identity import audit
from app.platform.errors import DomainError
from app.platform.settings import current_settings
from app.platform.storage.folder import Store

TAKEN = "« {} » désigne déjà un autre texte sur ce site. Changez l’identifiant de l’un des deux, ou réunissez-les, puis recommencez."
MOST_COMPARED = 30
"""Texts of which a page shows what changes."""


class FileOutcome(StrEnum):
    NEW = "nouveau"
    CHANGED = "modifié"
    NEWER_HERE = "plus récent sur le site"
    IGNORED = "ignoré"
    UNCHANGED = "inchangé"
    CONFLICT = "conflit"
    ERROR = "en erreur"

    @property
    def stops(self) -> bool:
        """Whether one such file stops the whole import."""
        return self in (FileOutcome.CONFLICT, FileOutcome.ERROR)


class FileVerdict(Struct, frozen=True):
    """What becomes of one file. `said` explains it; `here` and `there` are the two texts of a change or a conflict."""

    path: str
    outcome: FileOutcome
    said: str = ""
    problems: tuple[Problem, ...] = ()
    here: str = ""
    there: str = ""


class ImportPlan(Struct, frozen=True):
    generation: int
    """Of the course that the verdicts compare with."""
    verdicts: tuple[FileVerdict, ...]
    texts: tuple[NewText, ...] = ()
    pictures: tuple[tuple[str, bytes], ...] = ()
    """Name and bytes of the images that these texts show."""
    origin: Origin = field(default_factory=Origin)
    absent: int = 0
    """Documents published here that the archive does not hold: they stay."""

    @property
    def acceptable(self) -> bool:
        return not any(verdict.outcome.stops for verdict in self.verdicts)


class ArchiveCheckPage(Struct, frozen=True):
    digest: str
    """Of the archive that may be imported; empty when it may not."""
    counts: tuple[tuple[str, int], ...]
    stopped: tuple[FileVerdict, ...]
    conflicts: tuple[tuple[FileVerdict, WordDifference], ...]
    changes: tuple[tuple[FileVerdict, WordDifference], ...]
    """What would change in the first texts; those that only moved are left out."""
    rest: tuple[FileVerdict, ...]
    to_do: int
    origin: Origin
    absent: int
    message: str = ""


class PublishedCourse(Struct, frozen=True):
    """What is published, read at one moment: enough to judge an archive without the database."""

    generation: int
    known: Mapping[str, StoredDocument]
    entries: tuple[ArchiveEntry, ...]
    kinds: Mapping[str, str]
    digests: frozenset[str] = frozenset()
    """Of the images that its texts show, or once showed."""
    site: str = ""
    """Its public address; empty where none is set."""

    def image_files(self) -> Iterator[ImageFile]:
        for entry in self.entries:
            for name, digest in entry.mark[1]:
                yield ImageFile(PurePosixPath(entry.folder).parts[1], name, digest, Path(name))


def published_course(session: Session) -> PublishedCourse:
    published = course(session)
    rows = session.execute(
        select(Publication.document_id, Document.path, Revision.text, Revision.fingerprint, Revision.media)
        .join(Document, Document.id == Publication.document_id)
        .join(Revision, Revision.id == Publication.revision_id)
        .order_by(Publication.document_id)
    )
    entries = tuple(
        ArchiveEntry(name, path, text, image_folder(published, name, path), (fingerprint, tuple(sorted(shown.items()))))
        for name, path, text, fingerprint, shown in rows
    )
    kinds = {document.id: document.kind for document in session.scalars(select(Document))}
    digests = frozenset(digest for shown in session.scalars(select(Revision.media)) for digest in shown.values())
    return PublishedCourse(generation(session), known_documents(session), entries, kinds, digests, current_settings().address_of("/"))


def course_archive(session: Session, media_store: Store) -> bytes:
    """The published course as a zip."""
    return archive_files.zip_documents(list(published_course(session).entries), media_store)


def import_plan(data: bytes, here: PublishedCourse, on: date, decoder: Decoder) -> ImportPlan:
    """Judge an archive against what is published. Raises FileRefused. Reads no database: it may take seconds."""
    return _Planning(archive_files.read_archive(data, decoder, here.digests), here, on).plan()


class _Planning:
    def __init__(self, sent: ArchiveContents, here: PublishedCourse, on: date) -> None:
        self.sent = sent
        self.here = here
        self.files = _whole_course(sent, here)
        self.survey: CourseSurvey = survey_files(self.files, on)
        self.found = {found.path: found for found in self.survey.documents}
        self.problems = {path: tuple(found) for path, found in groupby(self.survey.problems, attrgetter("path"))}
        self.texts: list[NewText] = []

    def plan(self) -> ImportPlan:
        verdicts = [self._document(file) for file in self.sent.documents]
        shown = {pair for text in self.texts for pair in text.media.items()}
        verdicts += [*self._images(), *(FileVerdict(path, FileOutcome.IGNORED, "Ce n’est pas un fichier du cours.") for path in self.sent.ignored)]
        wanted = [image for image in self.sent.image_files() if (image.name, image.digest) in shown]
        pictures = tuple((image.name, self.sent.pictures[image.source.as_posix()].data) for image in wanted)
        there = {self.found[file.path].id for file in self.sent.documents}
        absent = sum(entry.id not in there for entry in self.here.entries)
        return ImportPlan(self.here.generation, tuple(verdicts), tuple(self.texts), pictures, self.sent.origin, absent)

    # --- Documents ---

    def _document(self, file: CourseFile) -> FileVerdict:
        found = self.found[file.path]
        known = self.here.known.get(found.id) if found.id else None
        if known is not None and known.mark == found.mark and known.path == file.path:
            return FileVerdict(file.path, FileOutcome.UNCHANGED)
        problems = self.problems.get(file.path, ())
        if not found.id or any(each.is_error for each in problems):
            return FileVerdict(file.path, FileOutcome.ERROR, problems=problems)
        return self._check_place(file, found) or self._compare_sides(file, found, known, problems)

    def _check_place(self, file: CourseFile, found: SurveyedDocument) -> FileVerdict | None:
        """An id that means another kind of document here, or a path where another id stands."""
        if self.here.kinds.get(found.id, found.kind.value) != found.kind.value:
            return FileVerdict(file.path, FileOutcome.ERROR, f"L’identifiant « {found.id} » est déjà celui d’un document d’un autre genre.")
        holder = next((known for known in self.here.known.values() if known.path == file.path and known.mark is not None), None)
        if holder is not None and holder.id != found.id and all(each.id != holder.id for each in self.found.values() if each.path != file.path):
            said = f"Son identifiant est devenu « {found.id} » ; sur le site, ce fichier est « {holder.id} ». Remettez celui-ci, ou changez le nom du fichier."
            return FileVerdict(file.path, FileOutcome.ERROR, said)
        return None

    def _compare_sides(self, file: CourseFile, found: SurveyedDocument, known: StoredDocument | None, problems: tuple[Problem, ...]) -> FileVerdict:
        """Which side moved since the text that both had, as `content sync` asks; the archive's own memory comes first."""
        base = self.sent.memory.get(found.id, known.common if known else None)
        if known is not None and found.mark != known.mark:
            if known.mark is not None and self.sent.origin.site not in ("", self.here.site):  # what another site remembers is not this one's past
                return FileVerdict(
                    file.path, FileOutcome.CONFLICT, TAKEN.format(found.id), problems, self._published_text(found.id), normalise(file.text or "")
                )
            if found.mark == base:
                return FileVerdict(file.path, FileOutcome.NEWER_HERE, "Le fichier n’a pas changé : ce qui est sur le site est plus récent, et reste.")
            if known.mark != base:
                said = "Le texte a changé ici et dans l’archive. Rien n’est perdu : réunissez les deux, puis recommencez."
                return FileVerdict(file.path, FileOutcome.CONFLICT, said, problems, self._published_text(found.id), normalise(file.text or ""))
        self.texts.append(self.survey.new_text(found, file.text or ""))
        if known is None or known.mark is None:
            return FileVerdict(file.path, FileOutcome.NEW, problems=problems)
        return FileVerdict(file.path, FileOutcome.CHANGED, "", problems, self._published_text(found.id), normalise(file.text or ""))

    def _published_text(self, document_id: str) -> str:
        return next((entry.text for entry in self.here.entries if entry.id == document_id), "")

    # --- Images ---

    def _images(self) -> Iterator[FileVerdict]:
        for path, sentence in self.sent.refused.items():
            yield FileVerdict(path, FileOutcome.ERROR, sentence)
        here = {(image.folder, image.name): image.digest for image in self.here.image_files()}
        shown = {(name, digest) for found in self.survey.documents for name, digest in found.media}
        for image in self.sent.image_files():
            path, kept = image.source.as_posix(), here.get((image.folder, image.name))
            if (image.name, image.digest) not in shown:
                yield FileVerdict(path, FileOutcome.IGNORED, "Aucun texte ne montre cette image.")
            elif kept == image.digest:
                yield FileVerdict(path, FileOutcome.UNCHANGED)
            else:
                said = "Elle est écrite de nouveau : seule l’image est gardée." if path in self.sent.rewritten else ""
                yield FileVerdict(path, FileOutcome.CHANGED if kept else FileOutcome.NEW, said)


def _whole_course(sent: ArchiveContents, here: PublishedCourse) -> CourseFiles:
    """The course as it would be: the archive's files, and of what is published here the rest. Checks look across all of it."""
    paths = {file.path for file in sent.documents}
    ids = {_written_id(file.path, file.text) for file in sent.documents if file.text is not None}
    rest = [CourseFile(entry.path, entry.mark[0], entry.text) for entry in here.entries if entry.path not in paths and entry.id not in ids]
    pictures = {(image.folder, image.name): image for image in (*here.image_files(), *sent.image_files())}
    documents = sorted([*sent.documents, *rest], key=lambda file: PurePosixPath(file.path))
    return CourseFiles(Path(), tuple(documents), tuple(pictures[key] for key in sorted(pictures)))


def _written_id(path: str, text: str) -> str:
    """The id that a text gives itself: that of its head, or its kind where a course has one such file."""
    kind = kind_of(path)
    if kind is None:
        return ""
    return kind.value if kind in SINGLE_FILES.values() else read_head(path, normalise(text), ("id",))[0].text("id")


def check_page(plan: ImportPlan, digest: str, message: str = "") -> ArchiveCheckPage:
    conflicts = [verdict for verdict in plan.verdicts if verdict.outcome is FileOutcome.CONFLICT]
    return ArchiveCheckPage(
        digest=digest if plan.acceptable else "",
        counts=_counts(verdict.outcome for verdict in plan.verdicts),
        stopped=tuple(verdict for verdict in plan.verdicts if verdict.outcome is FileOutcome.ERROR),
        conflicts=_differences(conflicts),
        changes=_differences(verdict for verdict in plan.verdicts if verdict.outcome is FileOutcome.CHANGED and verdict.here != verdict.there),
        rest=tuple(sorted((verdict for verdict in plan.verdicts if not verdict.outcome.stops), key=lambda verdict: list(FileOutcome).index(verdict.outcome))),
        to_do=len(plan.texts),
        origin=plan.origin,
        absent=plan.absent,
        message=message,
    )


def _differences(verdicts: Iterable[FileVerdict]) -> tuple[tuple[FileVerdict, WordDifference], ...]:
    return tuple((verdict, difference(verdict.here, verdict.there)) for verdict in islice(verdicts, MOST_COMPARED))


def _counts(outcomes: Iterable[FileOutcome]) -> tuple[tuple[str, int], ...]:
    found = list(outcomes)
    return tuple((outcome.value, found.count(outcome)) for outcome in FileOutcome if outcome in found)


# --- Importing -------------------------------------------------------------------------------------------------------
# Images are kept first, under their digests: whatever stops the rest, the course is the old one or the new one. Flushes, never commits.


class CourseMoved(DomainError):
    status = 409
    sentence = "Le cours a changé pendant que vous lisiez ces verdicts. Rien n’est importé : les voici, à jour."


class Unacceptable(DomainError):
    sentence = "Un fichier de cette archive est refusé : rien n’est importé."


def import_archive(session: Session, plan: ImportPlan, media_store: Store, author_id: int, now: datetime) -> int:
    """Publish all that was planned, in one generation; how many documents. Raises CourseMoved when the course is no longer the one judged."""
    if not plan.acceptable:
        raise Unacceptable
    for name, data in plan.pictures:
        disk.store(media_store, name, data)
    state = session.get(ContentState, 1, with_for_update=True, populate_existing=True)
    if (state.generation if state else 0) != plan.generation:
        raise CourseMoved
    services.store(session, plan.texts, author_id=author_id, now=now)
    audit.record(session, author_id, "archive_imported", None, now, documents=len(plan.texts), images=len(plan.pictures))
    return len(plan.texts)
