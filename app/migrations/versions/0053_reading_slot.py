"""The moment that a person chose to read on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reading_slot",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id", name="fk_reading_slot_person_id_person"), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name="pk_reading_slot"),
    )
    op.create_index("ix_reading_slot_at", "reading_slot", ["at"])


def downgrade() -> None:
    op.drop_table("reading_slot")
