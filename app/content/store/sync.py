"""Files and browser meet here. Each document is looked at by itself, against the last revision that both had in common:

- the file moved, the table did not: the file is published;
- the table moved, the file did not: nothing to do, `export` will write it;
- both moved, to different texts: refused, both shown, nothing lost.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath

from blinker import Signal
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.content.documents.reader import kind_of
from app.content.store import disk, services
from app.content.store.disk import CourseFiles
from app.content.store.queries import MINOR, Document, NewText, Publication, Revision, course, remember
from app.content.store.survey import ContentMark, CourseSurvey, SurveyedDocument
from app.content.values.addresses import image_folder, media_name
from app.platform.errors import DomainError
from app.platform.files import copy_whole
from app.platform.french import exact
from app.platform.storage.folder import Store

synchronised = Signal("files were brought in; the sender is the session, inside its transaction, with the numbers of texts published and withdrawn")


FEW = 5
"""Documents that a sync takes out of the course without being told to: more look like a folder that is not whole."""


class MassWithdrawal(DomainError):
    """Many files are gone. Nothing was written."""

    def __init__(self, gone: int, known: int) -> None:
        said = f"{exact(gone)} documents publiés sur {exact(known)} n’ont plus de fichier ici : rien n’est retiré, rien n’est publié."
        super().__init__(f"{said} Ce dossier est-il bien celui du cours, entier ? S’ils doivent quitter le cours : flask content sync --retirer.")


class Keep(StrEnum):
    """Which side settles a conflict."""

    FILE = "fichier"
    BROWSER = "navigateur"


Choices = Keep | Mapping[str, Keep] | None
"""Which side settles conflicts: of all of them, or of each path."""


class SyncConflict(Struct, frozen=True):
    """The file and the published text, both changed since they were the same. `difference` shows one against the other."""

    path: str
    document_id: str
    difference: str
    older: datetime | None = None
    """When the file's text was published, where it was: an older branch is checked out."""


@dataclass(slots=True)
class SyncReport:
    published: list[str] = field(default_factory=list)
    """Paths whose file is now published."""
    unchanged: int = 0
    withdrawn: list[str] = field(default_factory=list)
    """Paths of files that are gone, and whose documents are withdrawn."""
    newer_in_browser: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Paths that have errors: what was published of them stays."""
    conflicts: list[SyncConflict] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not self.refused and not self.conflicts


@dataclass(slots=True)
class ExportReport:
    written: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Files that changed since the last revision in common: writing would lose that."""


class StoredDocument(Struct, frozen=True):
    """A document as the table has it."""

    id: str
    path: str
    revision_id: int | None
    mark: ContentMark | None
    """Of the published revision; None when it is withdrawn."""
    common: ContentMark | None
    """Of the last revision in common with the file; None when it is in no file."""


def known_documents(session: Session) -> dict[str, StoredDocument]:
    """Every document of the table, by id, without its text."""
    current, common = aliased(Revision), aliased(Revision)
    rows = session.execute(
        select(Document.id, Document.path, Publication.revision_id, current.fingerprint, current.media, common.fingerprint, common.media)
        .join(Publication, Publication.document_id == Document.id)
        .outerjoin(current, current.id == Publication.revision_id)
        .outerjoin(common, common.id == Publication.file_revision_id)
    )
    return {
        identifier: StoredDocument(identifier, path, revision_id, _mark(fingerprint, shown), _mark(common_fingerprint, common_shown))
        for identifier, path, revision_id, fingerprint, shown, common_fingerprint, common_shown in rows
    }


def _mark(fingerprint: str | None, shown: Mapping[str, str] | None) -> ContentMark | None:
    return (fingerprint, tuple(sorted((shown or {}).items()))) if fingerprint else None


def both_moved(known: StoredDocument, mark: ContentMark) -> bool:
    """Whether a file of this mark and the published text have both moved from the last revision in common, to different texts."""
    return mark not in (known.mark, known.common) and known.mark != known.common


def sync(
    session: Session,
    files: CourseFiles,
    survey: CourseSurvey,
    media_store: Store,
    now: datetime,
    *,
    keep: Choices = None,
    change: str | None = None,
    withdraw: bool = False,
    authors: Mapping[str, int] | None = None,
) -> SyncReport:
    """Bring the files into the table. Idempotent. `survey` is that of these `files`; `keep` settles conflicts; `change` is the kind of change.
    `authors`: path → the person who wrote the file, where it is known.

    Raises MassWithdrawal, before anything is written, where more than a few documents have no file any more and `withdraw` does not say so.
    """
    work = _Sync(session, files, survey, media_store, now, keep, change, authors or {})
    if not withdraw and len(gone := work.gone_documents()) > FEW:
        raise MassWithdrawal(len(gone), sum(known.common is not None for known in work.known.values()))
    return work.run()


class _Sync:
    def __init__(
        self,
        session: Session,
        files: CourseFiles,
        survey: CourseSurvey,
        media_store: Store,
        now: datetime,
        keep: Choices,
        change: str | None,
        authors: Mapping[str, int],
    ) -> None:
        self.session = session
        self.files = {file.path: file for file in files.documents}
        self.images = {(image.name, image.digest): image for image in files.images}
        self.survey = survey
        self.media_store = media_store
        self.now = now
        self.keep = keep
        self.change = change
        self.authors = authors
        self.known = known_documents(session)
        self.report = SyncReport()

    def run(self) -> SyncReport:
        self._remember()
        refused = self.survey.paths_with_errors()
        moved: list[SurveyedDocument] = []
        for found in self.survey.documents:
            if found.path in refused or not found.id:
                self.report.refused.append(found.path)
            elif self._is_to_publish(found):
                moved.append(found)
        self._publish(moved)
        for known in self.gone_documents():
            self._withdraw(known)
        if self.report.published or self.report.withdrawn:
            synchronised.send(self.session, published=len(self.report.published), withdrawn=len(self.report.withdrawn), now=self.now)
        return self.report

    def _is_to_publish(self, found: SurveyedDocument) -> bool:
        """Decide for one file, and say it in the report."""
        known = self.known.get(found.id)
        mark = found.mark
        if known is not None and mark == known.mark:
            self.report.unchanged += 1
            return (known.common, known.path) != (mark, found.path)  # the same text on both sides: they only have to know it
        if known is not None and mark == known.common:
            self.report.newer_in_browser.append(found.path)
            return False
        if known is not None and both_moved(known, mark) and not self._settle(found, known):
            return False
        self.report.published.append(found.path)
        return True

    def _settle(self, found: SurveyedDocument, known: StoredDocument) -> bool:
        """Both moved. Whether the file is to be published; its text is kept as a revision where the browser's is chosen."""
        side = self._side(found.path)
        if side is Keep.FILE:
            return True
        if side is Keep.BROWSER:
            revision = services.add_revision(self.session, self._text(found), self.authors.get(found.path), self.now, MINOR)
            self.session.flush()
            self.session.get_one(Publication, found.id).file_revision_id = revision.id
            self.report.newer_in_browser.append(found.path)
            return False
        self.report.conflicts.append(SyncConflict(found.path, found.id, self._difference(found, known), self._published_at(found)))
        return False

    def _side(self, path: str) -> Keep | None:
        return self.keep if isinstance(self.keep, Keep) or self.keep is None else self.keep.get(path)

    def _published_at(self, found: SurveyedDocument) -> datetime | None:
        """When this very text was published before; None where it never was."""
        told = select(Revision.created_at).where(Revision.document_id == found.id, Revision.fingerprint == found.fingerprint)
        return self.session.scalar(told.order_by(Revision.id.desc()).limit(1))

    def _difference(self, found: SurveyedDocument, known: StoredDocument) -> str:
        stored = self.session.scalar(select(Revision.text).where(Revision.id == known.revision_id)) or ""
        ours, theirs = f"{found.path} (navigateur)", f"{found.path} (fichier)"
        return "\n".join(difflib.unified_diff(stored.splitlines(), self._text(found).text.splitlines(), ours, theirs, lineterm="", n=1))

    def _text(self, found: SurveyedDocument) -> NewText:
        return self.survey.new_text(found, self.files[found.path].text or "")

    def _publish(self, moved: list[SurveyedDocument]) -> None:
        if not moved:
            return
        for shown in {shown for found in moved for shown in found.media}:
            disk.keep(self.media_store, self.images[shown])
        for author in sorted({self.authors.get(found.path, 0) for found in moved}):
            texts = [self._text(found) for found in moved if self.authors.get(found.path, 0) == author]
            services.store(self.session, texts, author_id=author or None, now=self.now, change=self.change, from_file=True)

    def _remember(self) -> None:
        """What was read for the checks is not read again for the course that learners see next."""
        for found in self.survey.documents:
            known, reading = self.known.get(found.id), self.survey.readings.get(found.path)
            if known and known.revision_id and reading and known.mark and known.mark[0] == found.fingerprint:
                remember(self.session, known.revision_id, found.fingerprint, reading.document)

    def gone_documents(self) -> list[StoredDocument]:
        """Documents whose file is no longer there. While the id of one file is unreadable, it may be any of them."""
        if any(not found.id for found in self.survey.documents):
            return []
        present = {found.id for found in self.survey.documents}
        return [known for known in self.known.values() if known.common is not None and known.id not in present]

    def _withdraw(self, known: StoredDocument) -> None:
        side = self._side(known.path)
        if known.mark in (known.common, None) or side is Keep.FILE:
            services.withdraw(self.session, [known.id], self.now, from_file=True)
            self.report.withdrawn.append(known.path)
        elif side is Keep.BROWSER:
            self.session.get_one(Publication, known.id).file_revision_id = None
            self.report.newer_in_browser.append(known.path)
        else:
            message = "Le fichier a été effacé ; le texte publié a changé dans le navigateur depuis."
            self.report.conflicts.append(SyncConflict(known.path, known.id, message))


def export(
    session: Session, files: CourseFiles, survey: CourseSurvey, media_store: Store, *, keep: Keep | None = None, leave: Collection[str] = ()
) -> ExportReport:
    """Write the published texts back to the files. A file that moved since the last revision in common is left, and named; a document of `leave` is left."""
    report = ExportReport()
    on_disk = {found.id: found for found in survey.documents if found.id}
    taken = {found.path for found in survey.documents}
    for known in known_documents(session).values():
        found = on_disk.get(known.id)
        mark = found.mark if found else None
        if known.mark is None or known.mark == mark or known.id in leave:
            continue
        moved = mark != known.common if found else known.path in taken
        if moved and keep is not Keep.BROWSER:
            report.refused.append(found.path if found else known.path)
            continue
        _write(session, files.root, media_store, known, found.path if found else known.path)
        report.written.append(found.path if found else known.path)
    session.flush()
    return report


def _write_image(target: Path, media_store: Store, name: str) -> None:
    """Half of one would be another image, which the next sync publishes."""
    with suppress(FileNotFoundError), media_store.open(name) as kept:
        copy_whole(target, kept)


def _write(session: Session, root: Path, media_store: Store, known: StoredDocument, path: str) -> None:
    """Only where a course's documents stand: a path that came from elsewhere could lead anywhere."""
    if kind_of(path) is None:
        raise ValueError(path)
    revision = session.get_one(Revision, known.revision_id)
    target, folder = root / path, image_folder(course(session), known.id, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(revision.text, encoding="utf-8", newline="\n")
    for name, digest in revision.media.items():
        _write_image(root / folder / PurePosixPath(name).name, media_store, media_name(name, digest))
    session.get_one(Publication, known.id).file_revision_id = revision.id
