"""Where a person belongs is read from an index alone."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index_memberships("person_id", "started_on", "ended_on", "territory_id")


def downgrade() -> None:
    _index_memberships("person_id")


def _index_memberships(*columns: str) -> None:
    """In place of the index that there is."""
    op.drop_index("ix_membership_person_id", "membership")
    op.create_index("ix_membership_person_id", "membership", list(columns))
