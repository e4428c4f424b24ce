"""An attestation can be revoked; the public halves of the keys that sign badges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "badge_key",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("public", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_key")),
    )
    with op.batch_alter_table("attestation") as table:
        table.add_column(sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("revocation_reason", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("attestation") as table:
        table.drop_column("revocation_reason")
        table.drop_column("revoked_at")
    op.drop_table("badge_key")
