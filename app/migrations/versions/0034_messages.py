"""Questions to trainers stand with error reports: one table of what is written to them; what is published of it under a lesson. One letter a week."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SAME = (
    "person_id",
    "element_id",
    "document_id",
    "question_id",
    "fingerprint",
    "revision_id",
    "anchor",
    "passage",
    "message",
    "answered_at",
    "actor_id",
    "fixed",
    "answer",
)


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
    old, new = _reports()
    rows = sa.select(*(old.c[name] for name in SAME), old.c.reported_at, sa.literal("erreur")).order_by(old.c.id)
    op.execute(sa.insert(new).from_select([*SAME, "sent_at", "kind"], rows))
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
    op.create_table(
        "week_letter",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_week_letter_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_week_letter")),
    )
    review, reminder = (
        sa.table("review_choice", sa.column("person_id"), sa.column("lettered_on")),
        sa.table("reminder", sa.column("person_id"), sa.column("sent_on")),
    )
    sent = sa.union_all(
        sa.select(review.c.person_id, review.c.lettered_on.label("day")).where(review.c.lettered_on.is_not(None)),
        sa.select(reminder.c.person_id, reminder.c.sent_on),
    ).subquery()
    letter = sa.table("week_letter", *map(sa.column, ("person_id", "sent_on", "sent_at")))
    latest = sa.select(sent.c.person_id, sa.func.max(sent.c.day), sa.func.current_timestamp()).group_by(sent.c.person_id)
    op.execute(sa.insert(letter).from_select(["person_id", "sent_on", "sent_at"], latest))
    with op.batch_alter_table("review_choice") as table:
        table.drop_column("lettered_on")


def _reports() -> tuple[sa.TableClause, sa.TableClause]:
    """As they were, and as they are."""
    return sa.table("error_report", *map(sa.column, ("id", *SAME, "reported_at"))), sa.table(
        "trainer_message", *map(sa.column, ("id", *SAME, "sent_at", "kind"))
    )


def downgrade() -> None:
    op.add_column("review_choice", sa.Column("lettered_on", sa.Date(), nullable=True))
    review, letter = (sa.table(name, sa.column("person_id"), sa.column(day)) for name, day in (("review_choice", "lettered_on"), ("week_letter", "sent_on")))
    sent_on = sa.select(letter.c.sent_on).where(letter.c.person_id == review.c.person_id).scalar_subquery()
    op.execute(sa.update(review).values(lettered_on=sent_on))
    op.drop_table("week_letter")
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
    old, new = _reports()
    rows = sa.select(*(new.c[name] for name in SAME), new.c.sent_at).where(new.c.kind == "erreur").order_by(new.c.id)
    op.execute(sa.insert(old).from_select([*SAME, "reported_at"], rows))
    op.drop_table("trainer_message")
