"""Publications promised for a date; what a colleague was asked to read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "planned_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("base_revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_planned_publication_author_id_person")),
        sa.ForeignKeyConstraint(["base_revision_id"], ["revision.id"], name=op.f("fk_planned_publication_base_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_publication")),
        sa.UniqueConstraint("document_id", name=op.f("uq_planned_publication_document_id")),
    )
    with op.batch_alter_table("planned_publication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_planned_publication_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_planned_publication_due_at"), ["due_at"], unique=False)

    op.create_table(
        "reading_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_reading_request_asker_id_person")),
        sa.ForeignKeyConstraint(["reader_id"], ["person.id"], name=op.f("fk_reading_request_reader_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_request")),
    )
    with op.batch_alter_table("reading_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reading_request_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reading_request_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reading_request_reader_id"), ["reader_id"], unique=False)


def downgrade() -> None:
    for table in ("reading_request", "planned_publication"):
        op.drop_table(table)
