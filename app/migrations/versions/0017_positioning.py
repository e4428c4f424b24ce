"""Positioning, its answers and results, the first page, and how much of what is done is waived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "positioning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.String(length=60), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_positioning_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positioning")),
    )
    op.create_index("ix_positioning_person_id", "positioning", ["person_id"])
    op.create_index("uq_positioning_open", "positioning", ["person_id", "module_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "positioning_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("positioning_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.String(length=60), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("guess", sa.Float(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("readable", sa.Text(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["positioning_id"], ["positioning.id"], name=op.f("fk_positioning_answer_positioning_id_positioning")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positioning_answer")),
        sa.UniqueConstraint("positioning_id", "position", name="uq_positioning_answer_position"),
    )
    op.create_table(
        "positioning_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("positioning_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.String(length=60), nullable=False),
        sa.Column("proposal", sa.String(length=20), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("hard", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_positioning_result_actor_id_person")),
        sa.ForeignKeyConstraint(["positioning_id"], ["positioning.id"], name=op.f("fk_positioning_result_positioning_id_positioning")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positioning_result")),
        sa.UniqueConstraint("positioning_id", "module_id", name="uq_positioning_result_module"),
    )
    op.create_table(
        "arrival",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_arrival_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_arrival")),
    )
    op.add_column("person_figures", sa.Column("waived", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("person_figures", "waived")
    op.drop_table("arrival")
    op.drop_table("positioning_result")
    op.drop_table("positioning_answer")
    op.drop_index("uq_positioning_open", "positioning")
    op.drop_index("ix_positioning_person_id", "positioning")
    op.drop_table("positioning")
