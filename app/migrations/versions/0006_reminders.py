"""Rules of reminders, their letters and answers, the weekly summary; an outgoing letter says how to refuse its kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "reminder_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.String(length=100), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("trigger", sa.String(length=20), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("pause", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=1), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("running", sa.Boolean(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_reminder_rule_author_id_person")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_reminder_rule_cohort_id_cohort"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_reminder_rule_territory_id_territory"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule")),
    )
    op.create_index(op.f("ix_reminder_rule_author_id"), "reminder_rule", ["author_id"])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("sent_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("person_id", "sent_on", name=op.f("uq_reminder_person_id")),
    )
    op.create_index(op.f("ix_reminder_sent_at"), "reminder", ["sent_at"])
    op.create_table(
        "reminder_cause",
        sa.Column("reminder_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["reminder_id"], ["reminder.id"], name=op.f("fk_reminder_cause_reminder_id_reminder"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["rule_id"], ["reminder_rule.id"], name=op.f("fk_reminder_cause_rule_id_reminder_rule"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reminder_id", "rule_id", name=op.f("pk_reminder_cause")),
    )
    op.create_index(op.f("ix_reminder_cause_rule_id"), "reminder_cause", ["rule_id"])
    op.create_table(
        "reminder_answer",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_answer_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reminder_answer")),
    )
    op.create_table(
        "digest",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.Column("said", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest")),
    )
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unsubscribe", sa.String(length=500), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_column("unsubscribe")
    for table in ("digest", "reminder_answer", "reminder_cause", "reminder", "reminder_rule"):
        op.drop_table(table)
