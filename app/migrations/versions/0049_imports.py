"""Of an import of people, the cells that were corrected, the sheets that were not read, and what it did, so that it can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

LISTS = ("corrected", "unread", "done")


def upgrade() -> None:
    for name in LISTS:
        op.add_column("people_import", sa.Column(name, sa.JSON(), server_default="[]", nullable=False))
    op.add_column("people_import", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("people_import") as table:
        for name in (*LISTS, "undone_at"):
            table.drop_column(name)
