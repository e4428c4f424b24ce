"""Due dates (one moved for a person is a row of the ledger, what reports choose by is stored with figures), and views of the grid that are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEPT = ["counted", "place", "finished", "last_at", "several", "side", "opened_at", "share", "name_key", "person_id"]


def upgrade() -> None:
    op.add_column("learning_event", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("person_figures", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("person_figures", sa.Column("next_due_on", sa.Date(), server_default="9999-12-31", nullable=False))
    op.add_column("person_figures", sa.Column("module_dues", sa.Text(), server_default="{}", nullable=False))
    op.drop_index("ix_person_figures_kept", "person_figures")
    op.create_index("ix_person_figures_kept", "person_figures", [*KEPT[:4], "next_due_on", *KEPT[4:]])
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index(op.f("ix_saved_view_person_id"), "saved_view", ["person_id"])


def downgrade() -> None:
    op.drop_table("saved_view")
    op.drop_index("ix_person_figures_kept", "person_figures")
    op.create_index("ix_person_figures_kept", "person_figures", KEPT)
    with op.batch_alter_table("person_figures") as table:
        for name in ("module_dues", "next_due_on", "due_on"):
            table.drop_column(name)
    with op.batch_alter_table("learning_event") as table:
        table.drop_column("due_on")
