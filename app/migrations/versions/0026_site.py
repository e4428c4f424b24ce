"""What the site says of itself is kept with its history; territories have a kind of any depth, a school zone, and a history of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_revision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("follows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_site_revision_author_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_revision")),
        sa.UniqueConstraint("follows", name=op.f("uq_site_revision_follows")),
    )

    with op.batch_alter_table("territory") as table:
        table.add_column(sa.Column("zone", sa.String(length=1), nullable=False, server_default=""))
        table.add_column(sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("territory") as table:
        for name, kind in (("zone", sa.String(length=1)), ("by_hand", sa.Boolean()), ("edition", sa.Integer())):
            table.alter_column(name, existing_type=kind, server_default=None)
    op.create_table(
        "territory_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.String(length=100), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_territory_change_author_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory_change")),
    )
    with op.batch_alter_table("territory_change") as table:
        table.create_index(op.f("ix_territory_change_territory_id"), ["territory_id"], unique=False)


def downgrade() -> None:
    op.drop_table("territory_change")
    with op.batch_alter_table("territory") as table:
        for name in ("edition", "by_hand", "zone"):
            table.drop_column(name)
    op.drop_table("site_revision")
