"""Facts and keys that change value, who saw it, and the sentence that says why; one that waits for its date keeps its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fact_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fact_id", sa.String(121), nullable=False),
        sa.Column("document_id", sa.String(60), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_fact_change_author_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_change")),
    )
    op.create_index(op.f("ix_fact_change_at"), "fact_change", ["at"])
    op.create_table(
        "fact_seen",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("fact_id", sa.String(121), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_fact_seen_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "fact_id", name=op.f("pk_fact_seen")),
    )
    op.add_column("planned_publication", sa.Column("why", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("planned_publication", "why")
    op.drop_table("fact_seen")
    op.drop_table("fact_change")
