"""Questions to trainers stand with error reports: one table of what is written to them; what is published of it under a lesson."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
READ = ("person_id", "element_id", "document_id", "question_id", "fingerprint", "revision_id", "anchor", "passage", "message")
ANSWERED = ("answered_at", "actor_id", "fixed", "answer")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "trainer_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=True),
        sa.Column("element_id", sa.String(length=60), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("revision_id", BIG, nullable=True),
        sa.Column("anchor", sa.String(length=120), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("sent_at", moment, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", moment, nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("fixed", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("thanked_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_trainer_message_person_id_person")),
        sa.ForeignKeyConstraint(["first_id"], ["trainer_message.id"], name=op.f("fk_trainer_message_first_id_trainer_message"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_trainer_message_revision_id_revision")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_trainer_message_taken_by_person")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_trainer_message_actor_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainer_message")),
    )
    for name in ("document_id", "person_id", "first_id"):
        op.create_index(f"ix_trainer_message_{name}", "trainer_message", [name])
    _copy("error_report", "trainer_message", {"reported_at": "sent_at", "'erreur'": "kind"})
    op.drop_table("error_report")
    op.create_table(
        "lesson_faq",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.String(length=60), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("published_at", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["trainer_message.id"], name=op.f("fk_lesson_faq_message_id_trainer_message"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_lesson_faq_author_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_faq")),
        sa.UniqueConstraint("message_id", name=op.f("uq_lesson_faq_message_id")),
    )
    op.create_index("ix_lesson_faq_lesson_id", "lesson_faq", ["lesson_id"])


def _copy(source: str, target: str, renamed: dict[str, str], where: str = "") -> None:
    same = [*READ, *ANSWERED]
    op.execute(f"INSERT INTO {target} ({', '.join([*same, *renamed.values()])}) SELECT {', '.join([*same, *renamed])} FROM {source}{where} ORDER BY id")  # noqa: S608 — names written above, nothing typed


def downgrade() -> None:
    op.drop_table("lesson_faq")
    moment = sa.DateTime(timezone=True)
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
        sa.Column("reported_at", moment, nullable=False),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("fixed", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_error_report_actor_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_error_report_person_id_person")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_error_report_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_error_report")),
    )
    op.create_index("ix_error_report_document_id", "error_report", ["document_id"])
    op.create_index("ix_error_report_person_id", "error_report", ["person_id"])
    _copy("trainer_message", "error_report", {"sent_at": "reported_at"}, " WHERE kind = 'erreur'")
    op.drop_table("trainer_message")
