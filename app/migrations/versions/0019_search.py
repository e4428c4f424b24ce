"""The index of what is published: sections, their words, the tokens by which each database finds them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WORD = sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_search_document")),
    )
    op.create_table(
        "search_section",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("weights", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_section")),
    )
    op.create_index("ix_search_section_document_id", "search_section", ["document_id"])
    op.create_table(
        "search_word",
        sa.Column("word", WORD, nullable=False),
        sa.Column("stem", WORD, nullable=False),
        sa.Column("sections", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_word")),
    )
    op.create_index("ix_search_word_stem", "search_word", ["stem"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search_index USING fts5(tokens, content='', detail=none, columnsize=0, tokenize=\"ascii tokenchars '+_'\")")
        op.execute(
            "CREATE TRIGGER search_index_add AFTER INSERT ON search_section BEGIN INSERT INTO search_index(rowid, tokens) VALUES (new.id, new.tokens); END"
        )
        op.execute(
            "CREATE TRIGGER search_index_drop AFTER DELETE ON search_section BEGIN "
            "INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', old.id, old.tokens); END"
        )
    else:
        op.execute("CREATE INDEX search_index ON search_section USING gin (array_to_tsvector(string_to_array(tokens, ' '))) WITH (fastupdate = off)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_word")
    op.drop_table("search_section")
    op.drop_table("search_document")
