"""A kept form belongs to the browser that sent it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Those of before belong to nobody: anybody may have sent them, and nothing says to whom they could be given back.
    op.execute(sa.text("DELETE FROM submission WHERE kind = 'kept' AND person_id IS NULL"))
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("browser", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("network", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_submission_browser"), ["browser"], unique=False)
        batch_op.create_index(batch_op.f("ix_submission_network"), ["network"], unique=False)
        batch_op.create_index("ix_submission_held", ["kind", "at", "size"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index("ix_submission_held")
        batch_op.drop_index(batch_op.f("ix_submission_network"))
        batch_op.drop_index(batch_op.f("ix_submission_browser"))
        batch_op.drop_column("network")
        batch_op.drop_column("browser")
        batch_op.drop_column("size")
