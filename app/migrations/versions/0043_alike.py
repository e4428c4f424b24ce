"""Figures that reports choose, sort and count by without reading the whole row. They are worked out as all stale ones are: by the next report or job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

BEFORE = ["counted", "place", "finished", "last_at", "next_due_on", "several", "side", "opened_at", "share", "name_key", "person_id"]
AFTER = ["counted", "place", "alike", "finished", "last_at", "next_due_on", "several", "side", "opened_at", "share", "first_at", "completed_at", "failing_id"]
AFTER += ["name_key", "shares", "person_id"]


def upgrade() -> None:
    op.add_column("person_figures", sa.Column("shares", sa.Text(), server_default="", nullable=False))
    op.add_column("person_figures", sa.Column("alike", sa.BigInteger(), server_default="0", nullable=False))
    op.drop_index("ix_person_figures_kept", "person_figures")
    op.create_index("ix_person_figures_kept", "person_figures", AFTER)


def downgrade() -> None:
    op.drop_index("ix_person_figures_kept", "person_figures")
    op.create_index("ix_person_figures_kept", "person_figures", BEFORE)
    with op.batch_alter_table("person_figures") as table:
        table.drop_column("alike")
        table.drop_column("shares")
