"""How far each learning record store was told, what it refused, and who people are to stores."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lrs_queue",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lrs_queue")),
    )
    op.create_table(
        "lrs_parked",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["learning_event.id"], name=op.f("fk_lrs_parked_event_id_learning_event"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("name", "event_id", name=op.f("pk_lrs_parked")),
    )
    op.create_table(
        "lrs_account",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lrs_account_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_lrs_account")),
        sa.UniqueConstraint("account", name=op.f("uq_lrs_account_account")),
    )


def downgrade() -> None:
    op.drop_table("lrs_account")
    op.drop_table("lrs_parked")
    op.drop_table("lrs_queue")
