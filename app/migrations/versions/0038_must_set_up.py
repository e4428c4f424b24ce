"""Whether a second factor must be set up is worked out at each request: no session says it any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sign_in") as table:
        table.drop_column("must_set_up")


def downgrade() -> None:
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("must_set_up", sa.Boolean(), server_default=sa.false(), nullable=False))
