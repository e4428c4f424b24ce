"""Texts that went out as files, to be read by people who have no account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_sent_text_author_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_text")),
        sa.UniqueConstraint("author_id", "document_id", "fingerprint", name=op.f("uq_sent_text_author_id")),
    )
    op.create_index(op.f("ix_sent_text_document_id"), "sent_text", ["document_id"])


def downgrade() -> None:
    op.drop_table("sent_text")
