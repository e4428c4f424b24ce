"""The list of everybody in the order of names, and how many they are: read in an index a tenth as large as the one that chooses."""

from __future__ import annotations

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_person_figures_named", "person_figures", ["counted", "name_key", "person_id"])


def downgrade() -> None:
    op.drop_index("ix_person_figures_named", "person_figures")
