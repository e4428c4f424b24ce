"""A file of the course and the published text, both changed: shown, then set together in a draft. Nothing of either is lost.

The file's text becomes a revision, and the last one that both had in common: what `content sync --garder navigateur` does, with the two
texts set together besides. Once the draft is published, `content export` writes it in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.comparing.three_way import Merged, merge3
from app.authoring.drafts.queries import own_draft, published_revision
from app.authoring.drafts.readings import title_in, title_of
from app.authoring.drafts.services import begin_draft
from app.authoring.models import Draft
from app.authoring.versions.services import DraftInTheWay, merged_media
from app.content.store import disk, media, services
from app.content.store.disk import CourseFiles, ImageFile
from app.content.store.models import MINOR, Document, Publication, Revision
from app.content.store.queries import NewText
from app.content.store.survey import Survey, Surveyed, survey
from app.content.store.sync import Known, both_moved, known_documents
from app.content.text.normalise import normalise
from app.errors import DomainError, NotYours
from app.french import day_of
from app.settings import Settings


class FileMoved(DomainError):
    """The file or the published text changed since the page was shown."""

    status = 409
    sentence = "Le fichier ou le texte publié vient de changer : voici la comparaison telle qu’elle est maintenant."


@dataclass(frozen=True, slots=True)
class FileLine:
    """A document in conflict, as the list shows it."""

    document_id: str
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class FilesPage:
    both: tuple[FileLine, ...]
    """The file and the published text changed, differently."""
    gone: tuple[FileLine, ...]
    """The file was taken away while the published text changed."""
    unreadable: tuple[str, ...]
    """Files with errors: until they are mended, the site keeps what it has of them."""
    none: bool
    """There is no file of the course on this machine."""


@dataclass(frozen=True, slots=True)
class FileSides:
    """What a merge with a file compares."""

    document: Document
    published: Revision
    found: Surveyed
    base: str
    theirs: str
    """The file's text."""
    base_media: dict[str, str]
    images: tuple[ImageFile, ...]
    """Those that the file shows."""

    @property
    def merged(self) -> Merged:
        return merge3(self.base, self.published.text, self.theirs)


def _surveyed(settings: Settings, now: datetime) -> tuple[CourseFiles, Survey]:
    files = disk.find(settings.course_path)
    return files, survey(files, day_of(now), settings.instance_path / "cache" / "content.json")


def files_page(session: Session, settings: Settings, now: datetime) -> FilesPage:
    files, found = _surveyed(settings, now)
    known = known_documents(session)
    there = {each.id: each for each in found.documents if each.id}
    both = [known[each.id] for each in there.values() if each.id in known and both_moved(known[each.id], _mark(each))]
    hidden = any(not each.id for each in found.documents)
    gone = [each for each in known.values() if each.common and each.id not in there and each.mark not in (each.common, None)]
    return FilesPage(
        both=tuple(_line(session, each) for each in both),
        gone=() if hidden else tuple(_line(session, each) for each in gone),
        unreadable=tuple(sorted(found.refused())),
        none=not files.documents,
    )


def _mark(found: Surveyed) -> tuple[str, tuple[tuple[str, str], ...]]:
    return found.fingerprint, tuple(sorted(found.media))


def _line(session: Session, known: Known) -> FileLine:
    revision = session.get(Revision, known.revision_id) if known.revision_id else None
    title = title_in(revision.path, revision.text, known.id) if revision else title_of(None, known.id)
    return FileLine(known.id, title, known.path)


def file_sides(session: Session, settings: Settings, document_id: str, now: datetime) -> FileSides:
    """Raises NotYours for a document whose file and text do not conflict, or whose file cannot be read."""
    files, found = _surveyed(settings, now)
    surveyed = next((each for each in found.documents if each.id == document_id), None)
    known, published = known_documents(session).get(document_id), published_revision(session, document_id)
    text = next((file.text for file in files.documents if surveyed and file.path == surveyed.path), None)
    if surveyed is None or known is None or published is None or text is None or not both_moved(known, _mark(surveyed)):
        raise NotYours
    common = session.scalar(select(Publication.file_revision_id).where(Publication.document_id == document_id))
    base = session.get(Revision, common) if common else None
    document = session.get_one(Document, document_id)
    images = tuple(image for image in files.images if (image.name, image.digest) in surveyed.media)
    return FileSides(document, published, surveyed, base.text if base else "", normalise(text), dict(base.media) if base else {}, images)


def take_in(session: Session, settings: Settings, sides: FileSides, text: str, author_id: int, now: datetime) -> Draft:
    """The two texts, set together, as the author's draft; the file's own text as a revision. Raises DraftInTheWay, FileMoved."""
    identifier, shown = sides.document.id, dict(sides.found.media)
    services.locked_state(session)
    images = merged_media(sides.base_media, sides.published.media, shown)
    if not begin_draft(session, identifier, author_id, sides.document.path, text, now, media=images, base_id=sides.published.id):
        raise DraftInTheWay
    publication = session.get_one(Publication, identifier, populate_existing=True)
    if publication.revision_id != sides.published.id:
        raise FileMoved
    for image in sides.images:
        media.store(settings.media_path, image.name, image.source.read_bytes())
    new = NewText(identifier, sides.found.kind, sides.found.path, sides.theirs, sides.found.fingerprint, shown)
    revision = services.add_revision(session, new, None, now, MINOR)
    session.flush()
    publication.file_revision_id = revision.id
    session.flush()
    return own_draft(session, identifier, author_id)
