"""Calls and what they promise, help that people ask for, a telephone, whom a letter's answer reaches, targets of cohorts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("outgoing_mail", sa.Column("reply_to", sa.String(length=500), nullable=True))
    op.add_column("person", sa.Column("phone", sa.String(length=30), nullable=True))
    op.add_column("cohort", sa.Column("target_people", sa.Integer(), nullable=True))
    op.add_column("cohort", sa.Column("target_on", sa.Date(), nullable=True))
    op.create_table(
        "call",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("again_on", sa.Date(), nullable=True),
        sa.Column("back_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_person_id_person")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_call_actor_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index("ix_call_person_id", "call", ["person_id", "id"])
    op.create_index("ix_call_at", "call", ["at"])
    op.create_table(
        "help_request",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_tell", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closer_id", sa.Integer(), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_help_request_person_id_person")),
        sa.ForeignKeyConstraint(["closer_id"], ["person.id"], name=op.f("fk_help_request_closer_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
    )
    waiting = sa.text("closed_at IS NULL")
    op.create_index("uq_help_request_open", "help_request", ["person_id"], unique=True, sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_help_request_asked_at", "help_request", ["asked_at"])


def downgrade() -> None:
    op.drop_table("help_request")
    op.drop_table("call")
    for table, column in (("cohort", "target_on"), ("cohort", "target_people"), ("person", "phone"), ("outgoing_mail", "reply_to")):
        op.drop_column(table, column)
