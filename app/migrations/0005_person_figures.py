"""What reports read of each person, in one row. The rows begin stale: the first report, or `flask learning rebuild`, works them out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    table = op.create_table(
        "person_figures",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("basis", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("name_key", sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("modules", sa.Text(), nullable=False),
        sa.Column("enrolled_at", moment, nullable=True),
        sa.Column("first_at", moment, nullable=True),
        sa.Column("last_at", moment, nullable=False),
        sa.Column("completed_at", moment, nullable=True),
        sa.Column("next_id", sa.String(length=60), nullable=True),
        sa.Column("failing_id", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_figures_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_figures")),
    )
    with op.batch_alter_table("person_figures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_figures_basis"), ["basis"], unique=False)
        for kind, column in (("name", "name_key"), ("opened", "opened_at"), ("last", "last_at"), ("share", "share")):
            batch_op.create_index(f"ix_person_figures_{kind}", ["counted", column, "person_id"], unique=False)
    person = sa.table("person", sa.column("id"), sa.column("created_at", moment))
    values = {"basis": 0, "counted": False, "name_key": "", "done": 0, "required": 0, "share": 0, "modules": "{}"}
    columns = [person.c.id, person.c.created_at, person.c.created_at, *(sa.literal(value) for value in values.values())]
    op.execute(table.insert().from_select(["person_id", "opened_at", "last_at", *values], sa.select(*columns)))


def downgrade() -> None:
    op.drop_table("person_figures")
