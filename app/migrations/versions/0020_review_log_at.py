"""Statistics of reviews are of the last months: found by their moment."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_review_log_at", "review_log", ["at"])


def downgrade() -> None:
    op.drop_index("ix_review_log_at", "review_log")
