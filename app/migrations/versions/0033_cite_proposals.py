"""What people propose for the page of their cité."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cite_proposal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("territory_id", sa.String(length=100), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("presentation", sa.Text(), nullable=False),
        sa.Column("troika", sa.Text(), nullable=False),
        sa.Column("quartiers", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_cite_proposal_author_id_person")),
        sa.ForeignKeyConstraint(["decider_id"], ["person.id"], name=op.f("fk_cite_proposal_decider_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cite_proposal")),
    )
    op.create_index(op.f("ix_cite_proposal_author_id"), "cite_proposal", ["author_id"])
    op.create_index(op.f("ix_cite_proposal_decided_at"), "cite_proposal", ["decided_at"])
    op.create_index("ix_cite_proposal_decided", "cite_proposal", ["territory_id", "accepted", "id"])
    waiting = sa.text("decided_at IS NULL")
    op.create_index("uq_cite_proposal_waiting", "cite_proposal", ["territory_id", "author_id"], unique=True, sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    op.drop_table("cite_proposal")
