"""Reports make no files apart any more: what was asked for goes, with the two jobs that made and cleared it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("large_file")
    op.execute("DELETE FROM job_timer WHERE name IN ('files', 'old-files')")


def downgrade() -> None:
    op.create_table(
        "large_file",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("told", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wish", sa.String(length=64), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("said", sa.String(length=300), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_large_file_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_large_file")),
        sa.UniqueConstraint("wish", name=op.f("uq_large_file_wish")),
    )
    op.create_index(op.f("ix_large_file_person_id"), "large_file", ["person_id"])
    op.create_index(op.f("ix_large_file_asked_at"), "large_file", ["asked_at"])
