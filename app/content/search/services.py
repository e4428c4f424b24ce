"""The index follows what is published, in the transaction that publishes it: what changed is indexed again, and nothing else. Nothing here commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from app.content.search.analysis import VERSION, stem
from app.content.search.entries import SearchSection, entry_of, sections_of
from app.content.search.queries import IndexedDocument, IndexedSection, IndexedWord
from app.content.store.queries import ContentState, Publication, Revision, document_at
from app.platform.db import in_chunks, insert_into

_COMPARED = ("document_id", "place", "title", "heading", "text", "words", "weights", "tokens")
"""What makes a row another one."""


def refresh(session: Session, **_: object) -> int:
    """Index what is published and is not, forget what is published no more; all of it anew where another version did. Returns how many documents changed.

    Two at once would count the same words twice: whoever publishes holds the course, and so does this.
    """
    session.get(ContentState, 1, with_for_update=True)  # where nothing was ever published, nothing is held, and nothing is to be indexed
    if session.scalar(select(IndexedDocument.document_id).where(IndexedDocument.version != VERSION).limit(1)):
        for table in (IndexedDocument, IndexedSection, IndexedWord):
            session.execute(delete(table))
    gone = _gone_ids(session)
    changed = _changed_documents(session)
    counts: Counter[str] = Counter()
    for document_id in gone:
        _replace(session, document_id, {}, counts)
    for document_id, revision_id, _fingerprint in changed:
        rows = [_row(document_id, section) for section in _sections(session, revision_id)]
        _replace(session, document_id, {row["id"]: row for row in rows}, counts)
    _count(session, counts)
    _note(session, gone, changed)
    return len(gone) + len(changed)


def _gone_ids(session: Session) -> list[str]:
    query = select(IndexedDocument.document_id).outerjoin(Publication, Publication.document_id == IndexedDocument.document_id)
    return list(session.scalars(query.where(Publication.revision_id.is_(None))))


def _changed_documents(session: Session) -> Sequence[tuple[str, int, str]]:
    """(document, revision, fingerprint), in the order of the documents."""
    query = (
        select(Publication.document_id, Revision.id, Revision.fingerprint)
        .join(Revision, Revision.id == Publication.revision_id)
        .outerjoin(IndexedDocument, IndexedDocument.document_id == Publication.document_id)
        .where(or_(IndexedDocument.document_id.is_(None), IndexedDocument.fingerprint != Revision.fingerprint))
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query.order_by(Publication.document_id))]


def _sections(session: Session, revision_id: int) -> list[SearchSection]:
    """None of a text that the code of today cannot read: the course has not got it either."""
    try:
        return sections_of(document_at(session, revision_id))
    except KeyError:
        return []


def _row(document_id: str, section: SearchSection) -> dict[str, Any]:
    stored = {"id": section.id, "document_id": document_id, **asdict(section), **asdict(entry_of(section, document_id))}
    del stored["also"]
    return stored


def _replace(session: Session, document_id: str, rows: Mapping[int, Mapping[str, Any]], counts: Counter[str]) -> None:
    """Write the rows that differ from those stored, and tell `counts` which words came and went."""
    columns = [getattr(IndexedSection, name) for name in ("id", *_COMPARED)]
    stored = {row.id: row for row in session.execute(select(*columns).where(IndexedSection.document_id == document_id))}
    kept = {number for number, row in stored.items() if number in rows and all(getattr(row, name) == rows[number][name] for name in _COMPARED)}
    for number in stored.keys() - kept:
        counts.subtract(_words_of(stored[number].words))
    added = [row for number, row in rows.items() if number not in kept]
    for row in added:
        counts.update(_words_of(row["words"]))
    for some in in_chunks(sorted(stored.keys() - kept)):
        session.execute(delete(IndexedSection).where(IndexedSection.id.in_(some)))
    if added:
        session.execute(insert(IndexedSection), added)


def _words_of(words: str) -> set[str]:
    return set(words.split()) - {"|"}


def _count(session: Session, counts: Counter[str]) -> None:
    rows = [{"word": word, "stem": stem(word), "sections": count} for word, count in sorted(counts.items()) if count]
    table = IndexedWord.__table__
    for some in in_chunks(rows):
        statement = insert_into(session, table).values(list(some))
        changed = {"sections": table.c.sections + statement.excluded.sections}
        session.execute(statement.on_conflict_do_update(index_elements=[table.c.word], set_=changed))


def _note(session: Session, gone: Sequence[str], changed: Sequence[tuple[str, int, str]]) -> None:
    for some in in_chunks([*gone, *(document_id for document_id, _, _ in changed)]):
        session.execute(delete(IndexedDocument).where(IndexedDocument.document_id.in_(some)))
    rows = [{"document_id": document_id, "fingerprint": fingerprint, "version": VERSION} for document_id, _, fingerprint in changed]
    if rows:
        session.execute(insert(IndexedDocument), rows)
