"""Surveys: the counts of each week, which hold no person, and apart from them who has answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_week",
        sa.Column("survey_id", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", "subject_id", "week", name=op.f("pk_survey_week")),
    )
    op.create_table(
        "survey_turn",
        sa.Column("person_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("survey_id", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("round", sa.String(length=10), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_turn_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "survey_id", "subject_id", "round", name=op.f("pk_survey_turn")),
        sa.UniqueConstraint("digest", name=op.f("uq_survey_turn_digest")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("survey_turn")
    op.drop_table("survey_week")
