"""The index of figures by name no longer begins with whether a person counts: SQLite chose by it, one look-up a row, where reading the table is quicker."""

from __future__ import annotations

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_person_figures_named", "person_figures")
    op.create_index("ix_person_figures_named", "person_figures", ["name_key", "person_id", "counted"])


def downgrade() -> None:
    op.drop_index("ix_person_figures_named", "person_figures")
    op.create_index("ix_person_figures_named", "person_figures", ["counted", "name_key", "person_id"])
