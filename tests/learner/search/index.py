"""What several tests share: the index follows what is published, whoever makes it, and a page of results stands whatever becomes of it meanwhile."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.search.queries import IndexedDocument, IndexedSection, IndexedWord

GLOSSARY = ("modules/glossaire.md", "REP\n: réseau d'éducation prioritaire. Des écoles.\n\nREP+\n: réseau d'éducation prioritaire renforcé. Moins d'écoles.\n")


def stored(session: Session) -> tuple[object, dict[str, int], set[str]]:
    sections = {
        row.id: (row.ref, row.anchor, row.place, row.text, row.words, row.weights, sorted(row.tokens.split()))
        for row in session.scalars(select(IndexedSection))
    }
    words = {row.word: row.sections for row in session.scalars(select(IndexedWord)) if row.sections}
    return sections, words, set(session.scalars(select(IndexedDocument.document_id)))
