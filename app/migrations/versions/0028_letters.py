"""A letter has a state and the server's words; addresses that do not work; the words of letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("outgoing_mail", sa.Column("state", sa.String(length=10), nullable=False, server_default="waiting"))
    op.add_column("outgoing_mail", sa.Column("said", sa.String(length=300), nullable=False, server_default=""))
    op.create_table(
        "address_fault",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_address_fault")),
    )
    op.create_table(
        "letter_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_letter_wording_author_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_wording")),
    )
    op.create_index(op.f("ix_letter_wording_name"), "letter_wording", ["name"])


def downgrade() -> None:
    op.drop_table("letter_wording")
    op.drop_table("address_fault")
    with op.batch_alter_table("outgoing_mail") as table:
        table.drop_column("said")
        table.drop_column("state")
