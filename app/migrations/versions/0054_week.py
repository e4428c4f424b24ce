"""« Cette semaine »: what was said of a person on the list, and who is away from Monday's email. Whoever had a summary before had asked for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("call") as table:
        table.add_column(sa.Column("outcome", sa.String(length=10), server_default="appele", nullable=False))
    with op.batch_alter_table("digest") as table:
        table.add_column(sa.Column("asked", sa.Boolean(), server_default=sa.true(), nullable=False))
        table.add_column(sa.Column("back_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("digest") as table:
        table.drop_column("back_on")
        table.drop_column("asked")
    with op.batch_alter_table("call") as table:
        table.drop_column("outcome")
