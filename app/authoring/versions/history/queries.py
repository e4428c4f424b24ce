"""Pages of a document's history: its revisions, one of them against another, its withdrawal."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.authoring.comparing.word_diff import WordDifference, difference
from app.authoring.drafts.checks import errors_without
from app.authoring.drafts.placing import Stays
from app.authoring.drafts.readings import everything_published, title_in, title_of
from app.authoring.models import Draft
from app.authoring.publishing import effects
from app.authoring.publishing.queries import learner_address
from app.authoring.versions.leaving import leaving
from app.content.store.models import Document, Publication, Revision
from app.content.store.queries import course, course_with, course_without
from app.content.values.text import Problem
from app.identity.models import Person
from app.platform.errors import NotYours

FROM_FILES = "les fichiers du cours"


class RevisionLine(Struct, frozen=True):
    id: int
    number: int
    """From 1, in the order of time."""
    at: datetime
    author: str
    change: str
    published: bool
    in_files: bool
    """The last one that the course's file and the browser had in common."""


class HistoryPage(Struct, frozen=True):
    document_id: str
    title: str
    path: str
    withdrawn: bool
    address: str
    """Of the learners' page; empty when there is none."""
    revisions: tuple[RevisionLine, ...]
    """The latest first."""
    drafts: tuple[str, ...]
    """Names of those who have a draft."""
    mine: bool
    """The reader has one."""


class RevisionPage(Struct, frozen=True):
    document_id: str
    title: str
    line: RevisionLine
    other: RevisionLine | None
    """The one that it is compared with; None for the first, alone."""
    difference: WordDifference | None
    choices: tuple[RevisionLine, ...]
    text: str
    mine: bool


class WithdrawalPage(Struct, frozen=True):
    document_id: str
    title: str
    revision_id: int
    sentences: tuple[str, ...]
    elsewhere: tuple[Problem, ...]
    """Errors that other texts would then have."""
    held: tuple[str, ...]
    """Titles of what leaves with it."""
    rewritten: tuple[str, ...]
    """Titles of those that named one of them."""
    refused: str = ""
    """Why it cannot leave."""


class WithdrawnPage(Struct, frozen=True):
    lines: tuple[tuple[str, str], ...]
    """(id, title) of each document that is in the course no more."""


def withdrawn_page(session: Session) -> WithdrawnPage:
    ids = session.scalars(select(Publication.document_id).where(Publication.revision_id.is_(None)).order_by(Publication.document_id))
    return WithdrawnPage(tuple((identifier, _title(session, identifier)) for identifier in ids))


def history_page(session: Session, document_id: str, reader_id: int) -> HistoryPage:
    document, publication = _require_document(session, document_id)
    revisions = _lines(session, document_id, publication)
    authors = session.execute(select(Person.id, Person.name).join(Draft, Draft.author_id == Person.id).where(Draft.document_id == document_id)).all()
    return HistoryPage(
        document_id=document_id,
        title=_title(session, document_id),
        path=document.path,
        withdrawn=publication.revision_id is None,
        address=learner_address(session, document_id),
        revisions=revisions,
        drafts=tuple(name for number, name in authors if number != reader_id),
        mine=any(number == reader_id for number, _name in authors),
    )


def revision_page(session: Session, document_id: str, revision_id: int, other_id: int | None, reader_id: int) -> RevisionPage:
    """A revision against another; against the one before it when none is named."""
    _document, publication = _require_document(session, document_id)
    lines = _lines(session, document_id, publication)
    line = next((each for each in lines if each.id == revision_id), None)
    if line is None:
        raise NotYours
    other = next((each for each in lines if each.id == other_id), None) or next((each for each in lines if each.number == line.number - 1), None)
    text, before = session.get_one(Revision, line.id).text, session.get_one(Revision, other.id).text if other else None
    mine = session.scalar(select(Draft.id).where(Draft.document_id == document_id, Draft.author_id == reader_id)) is not None
    compared = difference(before, text) if before is not None else None
    return RevisionPage(document_id, _title(session, document_id), line, other, compared, tuple(each for each in lines if each.id != line.id), text, mine)


def withdrawal_page(session: Session, document_id: str, now: datetime) -> WithdrawalPage:
    """What taking a document out would do. Raises NotYours for one that is out already."""
    _document, publication = _require_document(session, document_id)
    if publication.revision_id is None:
        raise NotYours
    before = course(session)
    try:
        left = leaving(session, document_id)
    except Stays as error:
        return WithdrawalPage(document_id, _title(session, document_id), publication.revision_id, (), (), (), (), error.sentence)
    after = course_with(course_without(before, left.document_ids), left.rewritten, now)
    said = effects.sentences(effects.effect_of(session, before, after, left.document_ids, now), before, after)
    return WithdrawalPage(
        document_id,
        _title(session, document_id),
        publication.revision_id,
        said,
        errors_without(everything_published(session), left.document_ids, left.rewritten),
        tuple(_title(session, each) for each in left.document_ids[1:]),
        tuple(title_of(new.value, new.document_id) for new in left.rewritten),
    )


def _require_document(session: Session, document_id: str) -> tuple[Document, Publication]:
    document, publication = session.get(Document, document_id), session.get(Publication, document_id)
    if document is None or publication is None:
        raise NotYours
    return document, publication


def _lines(session: Session, document_id: str, publication: Publication) -> tuple[RevisionLine, ...]:
    author = aliased(Person)
    rows = session.execute(
        select(Revision.id, Revision.created_at, author.name, Revision.change)
        .outerjoin(author, author.id == Revision.author_id)
        .where(Revision.document_id == document_id)
        .order_by(Revision.id)
    ).all()
    lines = [
        RevisionLine(number, place, at, name or FROM_FILES, change, number == publication.revision_id, number == publication.file_revision_id)
        for place, (number, at, name, change) in enumerate(rows, 1)
    ]
    return tuple(reversed(lines))


def _title(session: Session, document_id: str) -> str:
    last = session.scalar(select(Revision).where(Revision.document_id == document_id).order_by(Revision.id.desc()).limit(1))
    return title_in(last.path, last.text, document_id) if last else title_of(None, document_id)
