"""Who agreed to appear in the directory of the network."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_entry",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("function", sa.String(length=120), nullable=False),
        sa.Column("help_with", sa.Text(), nullable=False),
        sa.Column("contact", sa.Enum("site", "adresse", "aucun", name="contact", native_enum=False, length=20), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_directory_entry_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_directory_entry")),
    )


def downgrade() -> None:
    op.drop_table("directory_entry")
