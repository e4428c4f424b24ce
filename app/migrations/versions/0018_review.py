"""What people remember: cards, their log, what each chooses, the questions that go out by mail; letters that are sent on demand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "mail_wish",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        moment("at", False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_wish_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_mail_wish")),
    )
    op.create_table(
        "review_card",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        moment("introduced_at"),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("state", sa.Integer(), nullable=True),
        moment("due"),
        moment("last_review"),
        sa.Column("put_off", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        moment("set_aside_at"),
        moment("withdrawn_at"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_card_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_card")),
        sa.UniqueConstraint("person_id", "document_id", "question_id", name=op.f("uq_review_card_person_id")),
    )
    op.create_index("ix_review_card_due", "review_card", ["person_id", "due"])
    withdrawn = sa.text("withdrawn_at IS NOT NULL")
    op.create_index("ix_review_card_withdrawn", "review_card", ["withdrawn_at"], sqlite_where=withdrawn, postgresql_where=withdrawn)
    op.create_table(
        "review_log",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("card_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        moment("at", False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("readable", sa.Text(), nullable=False),
        sa.Column("stability", sa.Double(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        moment("due", False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_log_person_id_person")),
        sa.ForeignKeyConstraint(["card_id"], ["review_card.id"], name=op.f("fk_review_log_card_id_review_card"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_log")),
        sa.UniqueConstraint("card_id", "number", name=op.f("uq_review_log_card_id")),
    )
    op.create_index("ix_review_log_person_id", "review_log", ["person_id", "at"])
    op.create_table(
        "review_choice",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.String(length=1), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("lettered_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_choice_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_review_choice")),
    )
    op.create_index("ix_review_choice_zone", "review_choice", ["zone"])
    op.create_table(
        "letter_question",
        sa.Column("id", BIG, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        moment("sent_at", False),
        moment("answered_at"),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("readable", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_question_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_question")),
        sa.UniqueConstraint("digest", name=op.f("uq_letter_question_digest")),
    )
    op.create_index("ix_letter_question_person_id", "letter_question", ["person_id"])
    op.create_index("ix_letter_question_sent_at", "letter_question", ["sent_at"])


def downgrade() -> None:
    for table in ("letter_question", "review_choice", "review_log", "review_card", "mail_wish"):
        op.drop_table(table)
