"""Marks found again by a corrected key; errors that learners report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "regrading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("raised", sa.Integer(), nullable=False),
        sa.Column("maintained", sa.Integer(), nullable=False),
        sa.Column("passing", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_regrading_actor_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrading")),
    )
    op.create_index("ix_regrading_quiz_id", "regrading", ["quiz_id"], unique=False)
    op.create_table(
        "regraded_attempt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("attempt_id", BIG, nullable=False),
        sa.Column("regrading_id", sa.Integer(), nullable=False),
        sa.Column("found_raw", sa.String(length=120), nullable=False),
        sa.Column("score_raw", sa.String(length=120), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("maintained", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_regraded_attempt_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["regrading_id"], ["regrading.id"], name=op.f("fk_regraded_attempt_regrading_id_regrading")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regraded_attempt")),
        sa.UniqueConstraint("attempt_id", "regrading_id", name="uq_regraded_attempt"),
    )
    op.create_index(op.f("ix_regraded_attempt_regrading_id"), "regraded_attempt", ["regrading_id"], unique=False)
    op.create_table(
        "error_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.String(length=60), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("revision_id", BIG, nullable=True),
        sa.Column("anchor", sa.String(length=120), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("fixed", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_error_report_actor_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_error_report_person_id_person")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_error_report_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_error_report")),
    )
    op.create_index("ix_error_report_document_id", "error_report", ["document_id"], unique=False)
    op.create_index("ix_error_report_person_id", "error_report", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("error_report")
    op.drop_table("regraded_attempt")
    op.drop_table("regrading")
