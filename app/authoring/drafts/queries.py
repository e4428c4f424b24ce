"""The text that somebody works on: one value, which the editor shows, the checks read and a publication stores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts.readings import completed, reading_of, title_of
from app.authoring.models import Draft, PlannedPublication
from app.content.documents.reader import DocumentReading
from app.content.store.models import MAJOR, Publication, Revision
from app.content.store.queries import NewText
from app.content.store.services import change_between, new_text
from app.content.text.normalise import fingerprint, normalise
from app.content.values.keys import KeyChange, changed_keys
from app.platform.errors import NotYours


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
        return completed(self.path, self.text, self.document_id)

    @cached_property
    def reading(self) -> DocumentReading:
        return reading_of(self.path, self.whole)

    @property
    def title(self) -> str:
        return title_of(self.reading.document, self.document_id)

    @property
    def normalised(self) -> str:
        return normalise(self.whole)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.normalised)

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
        return change_between(self.published.text, self.normalised) if self.published and not self.changed_keys else MAJOR

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
