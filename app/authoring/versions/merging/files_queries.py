"""Files of the course that changed while their published text changed: the list of them, and the texts that one merge compares."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.comparing.three_way import Merged, merge3
from app.authoring.drafts.queries import published_revision
from app.authoring.drafts.readings import title_in, title_of
from app.content.store.disk import ImageFile
from app.content.store.models import Document, Publication, Revision
from app.content.store.queries import NewText
from app.content.store.survey import survey_folder
from app.content.store.sync import StoredDocument, both_moved, known_documents
from app.platform.errors import NotYours
from app.platform.french import day_of
from app.platform.settings import Settings


class FileLine(Struct, frozen=True):
    """A document in conflict, as the list shows it."""

    document_id: str
    title: str
    path: str


class FileMergePage(Struct, frozen=True):
    both: tuple[FileLine, ...]
    """The file and the published text changed, differently."""
    gone: tuple[FileLine, ...]
    """The file was taken away while the published text changed."""
    unreadable: tuple[str, ...]
    """Files with errors: until they are mended, the site keeps what it has of them."""
    none: bool
    """There is no file of the course on this machine."""


class FileSides(Struct, frozen=True):
    """What a merge with a file compares."""

    document: Document
    published: Revision
    common: Revision | None
    """The last revision that both had in common."""
    file: NewText
    images: tuple[ImageFile, ...]
    """Those that the file shows."""

    @property
    def merged(self) -> Merged:
        return merge3(self.common.text if self.common else "", self.published.text, self.file.text)


def files_page(session: Session, settings: Settings, now: datetime) -> FileMergePage:
    files, found = survey_folder(settings, day_of(now))
    known = known_documents(session)
    there = {each.id: each for each in found.documents if each.id}
    both = [known[each.id] for each in there.values() if each.id in known and both_moved(known[each.id], each.mark)]
    hidden = any(not each.id for each in found.documents)
    gone = [each for each in known.values() if each.common and each.id not in there and each.mark not in (each.common, None)]
    return FileMergePage(
        both=tuple(_line(session, each) for each in both),
        gone=() if hidden else tuple(_line(session, each) for each in gone),
        unreadable=tuple(sorted(found.paths_with_errors())),
        none=not files.documents,
    )


def _line(session: Session, known: StoredDocument) -> FileLine:
    revision = session.get(Revision, known.revision_id) if known.revision_id else None
    title = title_in(revision.path, revision.text, known.id) if revision else title_of(None, known.id)
    return FileLine(known.id, title, known.path)


def file_sides(session: Session, settings: Settings, document_id: str, now: datetime) -> FileSides:
    """Raises NotYours for a document whose file and text do not conflict, or whose file cannot be read."""
    files, found = survey_folder(settings, day_of(now))
    surveyed = next((each for each in found.documents if each.id == document_id), None)
    known, published = known_documents(session).get(document_id), published_revision(session, document_id)
    text = next((file.text for file in files.documents if surveyed and file.path == surveyed.path), None)
    if surveyed is None or known is None or published is None or text is None or not both_moved(known, surveyed.mark):
        raise NotYours
    common = session.scalar(select(Publication.file_revision_id).where(Publication.document_id == document_id))
    images = tuple(image for image in files.images if (image.name, image.digest) in surveyed.media)
    base = session.get(Revision, common) if common else None
    return FileSides(session.get_one(Document, document_id), published, base, found.new_text(surveyed, text), images)
