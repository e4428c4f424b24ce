"""Whom a list or a file showed: one reading, and two numbers for each person, where each was a row of its own with four indexes.

The version before goes on writing rows that name one person each, and they are read as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("access") as table:  # first: whoever reads it is waited for while nothing else is held
        table.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
    op.create_table(
        "access_person",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("access_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_person_person_id_person")),
        sa.ForeignKeyConstraint(["access_id"], ["access.id"], name=op.f("fk_access_person_access_id_access"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "access_id", name=op.f("pk_access_person")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_access_person_access_id"), "access_person", ["access_id"])


def downgrade() -> None:
    op.execute(
        "INSERT INTO access (reader_id, person_id, what, at) SELECT access.reader_id, access_person.person_id, access.what, access.at "
        "FROM access_person JOIN access ON access.id = access_person.access_id"
    )
    op.drop_table("access_person")
    op.execute("DELETE FROM access WHERE person_id IS NULL")
    with op.batch_alter_table("access") as table:
        table.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
