"""A lesson given to read in a file, and a file that came back, as pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.circulating.anchoring import Anchored, anchored
from app.authoring.circulating.edits import Edited, UnplacedEdit, edited
from app.authoring.circulating.returned import ReturnedFile
from app.authoring.comparing.three_way import Merged, merge3
from app.authoring.drafts.queries import WorkingText, working_text
from app.authoring.drafts.readings import course_around, course_as_written
from app.authoring.models import SentText
from app.authoring.versions.merging.queries import TextMergePage
from app.content.store.queries import course
from app.content.text.markdown import inline_tokens, plain
from app.content.values.course import Lesson
from app.identity.models import Person
from app.platform.errors import NotYours


class SentLine(Struct, frozen=True):
    id: int
    at: datetime
    same: bool
    """Whether the lesson still says the same."""


class CirculatePage(Struct, frozen=True):
    document_id: str
    title: str
    drafted: bool
    sent: tuple[SentLine, ...]


def own_lesson(session: Session, document_id: str, author_id: int) -> WorkingText:
    """Raises NotYours for what is no lesson that can be read."""
    text = working_text(session, document_id, author_id)
    if not isinstance(text.reading.document, Lesson):
        raise NotYours
    return text


def circulate_page(session: Session, text: WorkingText) -> CirculatePage:
    query = select(SentText).where(SentText.document_id == text.document_id, SentText.author_id == text.author_id).order_by(SentText.sent_at.desc())
    lines = tuple(SentLine(row.id, row.sent_at, row.fingerprint == text.fingerprint) for row in session.scalars(query))
    return CirculatePage(text.document_id, text.title, text.version > 0, lines)


def notes_called(session: Session, text: WorkingText) -> dict[str, str]:
    """What the notes say that a lesson calls, in words, by label."""
    lesson = text.reading.document
    if not isinstance(lesson, Lesson):
        return {}
    sources = course_as_written(course(session), course_around(session, text.document_id, text.author_id)).sources_for(lesson)
    return {label: plain(inline_tokens(sources[label].text)) for label in lesson.calls if label in sources}


def sent_text(session: Session, sent_id: int, document_id: str, author_id: int) -> SentText:
    """What one sent. Raises NotYours."""
    row = session.get(SentText, sent_id)
    if row is None or (row.document_id, row.author_id) != (document_id, author_id):
        raise NotYours
    return row


class ReturnedComparison(Struct, frozen=True):
    """A file that came back, beside what it was made from and what the lesson has become."""

    row: SentText
    text: WorkingText
    file: ReturnedFile
    edited: Edited
    merged: Merged
    comments: tuple[Anchored, ...]

    @property
    def says_nothing(self) -> bool:
        return self.edited.text == self.row.text and not self.comments and not self.edited.left

    @property
    def shown(self) -> str:
        """By this a decision is about what was shown."""
        return self.text.fingerprint


def comparison(session: Session, row: SentText, author_id: int, file: ReturnedFile) -> ReturnedComparison:
    text = working_text(session, row.document_id, author_id)
    found = edited(row.text, row.notes, file)
    merged = merge3(row.text, text.normalised, found.text)
    comments = anchored(merged.text if merged.text is not None else text.normalised, row.notes, file)
    return ReturnedComparison(row, text, file, found, merged, comments)


class ReturnedPage(Struct, frozen=True):
    digest: str
    document_id: str
    title: str
    sent_at: datetime
    sender: str
    """Empty for oneself."""
    by: tuple[str, ...]
    drafted: bool
    merge: TextMergePage
    changes: bool
    """Whether the text itself would change."""
    comments: tuple[Anchored, ...]
    left: tuple[UnplacedEdit, ...]
    says_nothing: bool


def returned_page(session: Session, found: ReturnedComparison, digest: str, typed: Mapping[str, str], refused: str = "") -> ReturnedPage:
    text, row = found.text, found.row
    sender = session.get(Person, row.author_id) if row.author_id != text.author_id else None
    merge = TextMergePage(
        document_id=row.document_id,
        title=text.title,
        who="",
        mine_name="mon brouillon" if text.version else "le texte publié",
        theirs_name="le fichier relu",
        mine=text.normalised,
        merged=found.merged,
        typed=typed,
        fields={"shown": found.shown},
        refused=refused,
    )
    return ReturnedPage(
        digest=digest,
        document_id=row.document_id,
        title=text.title,
        sent_at=row.sent_at,
        sender=sender.name or "" if sender else "",
        by=tuple(dict.fromkeys(filter(None, (*found.file.by, *(each.by for each in found.comments))))),
        drafted=text.version > 0,
        merge=merge,
        changes=found.merged.text != text.normalised,
        comments=found.comments,
        left=found.edited.left,
        says_nothing=found.says_nothing,
    )
