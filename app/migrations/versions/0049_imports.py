"""Of an import of people, the cells that were corrected and the sheets that were not read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0047"
branch_labels = None
depends_on = None

LISTS = ("corrected", "unread")


def upgrade() -> None:
    for name in LISTS:
        op.add_column("people_import", sa.Column(name, sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("people_import") as table:
        for name in LISTS:
            table.drop_column(name)
