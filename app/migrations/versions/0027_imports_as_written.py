"""A file of people keeps its lines as they were written, with what each column is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

PENDING = sa.table("people_import", *(sa.column(name, sa.JSON) for name in ("rows", "heads", "columns")), sa.column("id", sa.String))
ORDER = ("nom", "courriel", "employeur", "rôles", "territoire", "cohorte")


def upgrade() -> None:
    with op.batch_alter_table("people_import") as table:
        table.add_column(sa.Column("heads", sa.JSON(), nullable=True))
        table.add_column(sa.Column("columns", sa.JSON(), nullable=True))
    for number, rows in op.get_bind().execute(sa.select(PENDING.c.id, PENDING.c.rows)).all():
        there = [column for column in ORDER if any(column in cells for _line, cells in rows)]
        written = [[line, [cells.get(column, "") for column in there]] for line, cells in rows]
        op.execute(PENDING.update().where(PENDING.c.id == number).values(rows=written, heads=there, columns=there))
    with op.batch_alter_table("people_import") as table:
        table.alter_column("heads", existing_type=sa.JSON(), nullable=False)
        table.alter_column("columns", existing_type=sa.JSON(), nullable=False)


def downgrade() -> None:
    for number, rows, columns in op.get_bind().execute(sa.select(PENDING.c.id, PENDING.c.rows, PENDING.c.columns)).all():
        read = [[line, {column: cell for column, cell in zip(columns, cells, strict=False) if column in ORDER and cell}] for line, cells in rows]
        op.execute(PENDING.update().where(PENDING.c.id == number).values(rows=read))
    with op.batch_alter_table("people_import") as table:
        table.drop_column("columns")
        table.drop_column("heads")
