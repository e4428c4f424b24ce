"""What reports read of each person, in one row. The rows begin stale: the first report, or `flask learning rebuild`, works them out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEPT = ["counted", "place", "finished", "last_at", "several", "side", "opened_at", "share", "name_key", "person_id"]


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    table = op.create_table(
        "person_figures",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("basis", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("name_key", sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("side", sa.String(length=20), nullable=True),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("several", sa.Boolean(), nullable=False),
        sa.Column("changes_on", sa.Date(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
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
        batch_op.create_index(batch_op.f("ix_person_figures_changes_on"), ["changes_on"], unique=False)
        batch_op.create_index("ix_person_figures_kept", KEPT, unique=False)
    person = sa.table("person", sa.column("id"), sa.column("created_at", moment))
    zeros = dict.fromkeys(("basis", "done", "required", "share"), 0)
    falses = dict.fromkeys(("counted", "several", "finished"), False)
    values = {**zeros, **falses, "name_key": "", "place": "", "modules": "{}"}
    columns = [person.c.id, person.c.created_at, person.c.created_at, *(sa.literal(value) for value in values.values())]
    op.execute(table.insert().from_select(["person_id", "opened_at", "last_at", *values], sa.select(*columns)))


def downgrade() -> None:
    op.drop_table("person_figures")
