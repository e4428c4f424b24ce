"""One plain row of figures a person: no packed shares, no digest of whoever is alike, no index of everything that reports choose by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

CHOSEN_BY = ["counted", "place", "alike", "finished", "last_at", "next_due_on", "several", "side", "opened_at", "share", "first_at", "completed_at"]
CHOSEN_BY += ["path_id", "failing_id", "name_key", "shares", "person_id"]


def upgrade() -> None:
    op.drop_index("ix_person_figures_kept", "person_figures")
    with op.batch_alter_table("person_figures") as table:
        table.drop_column("alike")
        table.drop_column("shares")


def downgrade() -> None:
    op.add_column("person_figures", sa.Column("shares", sa.Text(), server_default="", nullable=False))
    op.add_column("person_figures", sa.Column("alike", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_person_figures_kept", "person_figures", CHOSEN_BY)
    op.execute(sa.text("UPDATE person_figures SET basis = 0"))  # whoever reads next works both columns out
