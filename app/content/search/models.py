"""What is stored of the index. All of it is made from what is published: no backup holds it, and `services.refresh` makes it again.

Which rows hold which tokens is asked of the database: of an FTS5 table on SQLite, which triggers keep, of a GIN index on PostgreSQL.
"""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from app.content.limits import ID_LENGTH
from app.content.search.analysis import LONGEST_WORD
from app.platform.db import Base

_Word = String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql")


class IndexedDocument(Base):
    """Which text of a document the index holds."""

    __tablename__ = "search_document"

    document_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    """Of the analyser."""


class IndexedSection(Base):
    """A section as it is found, judged (`words`, `weights`) and shown (`text`)."""

    __tablename__ = "search_section"
    __table_args__ = (Index("ix_search_section_document_id", "document_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """`Section.id`: the same in every database."""
    document_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    kind: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(ID_LENGTH))
    anchor: Mapped[str] = mapped_column(Text)
    place: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    weights: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    tokens: Mapped[str] = mapped_column(Text)


class IndexedWord(Base):
    """A word of the index, with the number of sections that hold it."""

    __tablename__ = "search_word"
    __table_args__ = (Index("ix_search_word_stem", "stem"),)

    word: Mapped[str] = mapped_column(_Word, primary_key=True)
    stem: Mapped[str] = mapped_column(_Word)
    sections: Mapped[int]


FTS5 = (
    "CREATE VIRTUAL TABLE search_index USING fts5(tokens, content='', detail=none, columnsize=0, tokenize=\"ascii tokenchars '+_'\")",
    "CREATE TRIGGER search_index_add AFTER INSERT ON search_section BEGIN INSERT INTO search_index(rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER search_index_drop AFTER DELETE ON search_section BEGIN "
    "INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', old.id, old.tokens); END",
)
GIN = "CREATE INDEX search_index ON search_section USING gin (array_to_tsvector(string_to_array(tokens, ' '))) WITH (fastupdate = off)"
for _statement in FTS5:
    event.listen(IndexedSection.__table__, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
event.listen(IndexedSection.__table__, "after_create", DDL(GIN).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]
